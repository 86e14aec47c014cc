"""What decides who hears of events, read for a whole page of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from escgraph.domain.hearers import Happening, House, Member
from escgraph.domain.hearing import HEARD
from escgraph.domain.terms import PersonId, ReviewId, Role, TicketId, Tier
from escgraph.store.bulk import among
from escgraph.store.codec import event_of, read_state
from escgraph.store.database import fetch
from escgraph.store.event_tables import EVENTS
from escgraph.store.stream import StoredEvent
from escgraph.store.ticket_rows import people_of
from escgraph.store.values import boolean, parsed, uuid

TOLD = frozenset(name.split()[0] for name, row in HEARD.items() if row.kind is not None)
"""The kinds of events that anybody hears of; any other is passed over unread."""

_At = tuple[TicketId | None, int | None]
"""A ticket and its version; neither for an event of no ticket."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event that somebody may hear of. `ticket` is also that on which a review looks back."""

    position: int
    ticket: TicketId | None
    review: ReviewId | None
    happening: Happening


async def house() -> House:
    """Everybody who is there, by name."""
    rows = await fetch(
        "SELECT id, role, tier, lead, email FROM person WHERE active ORDER BY name, id"
    )
    return House(
        Member(
            id=PersonId(uuid(row["id"])),
            role=Role(row["role"]),
            tier=Tier(row["tier"]) if row["tier"] else None,
            lead=boolean(row["lead"]),
            email=row["email"],
        )
        for row in rows
    )


async def told_of(events: Sequence[StoredEvent]) -> list[Told]:
    """Those of the events of which anybody may hear, with what decides who does.

    Raises:
        ValueError: an event is not written as its kind has it.
    """
    events = [event for event in events if event.kind in TOLD]
    tickets = await _tickets_now([ticket for event in events if (ticket := _ticket(event))])
    teams = await _teams([event for event in events if event.kind == "TicketEscalated"])
    before = await _assigned_before([event for event in events if event.kind == "TicketAssigned"])
    return [_told(event, tickets, teams, before) for event in events]


def _told(
    event: StoredEvent,
    tickets: dict[TicketId, tuple[PersonId, frozenset[PersonId]]],
    teams: dict[_At, tuple[tuple[PersonId, ...], tuple[PersonId, ...]]],
    before: dict[_At, tuple[PersonId, ...]],
) -> Told:
    ticket, review = _ticket(event), event.payload.get("review")
    owner, stakeholders = (None, frozenset[PersonId]()) if ticket is None else tickets[ticket]
    place = (event.ticket_id, event.ticket_version)
    responsible, told = teams.get(place, ((), ()))
    return Told(
        event.position,
        ticket,
        None if review is None else ReviewId(uuid(review)),
        Happening(
            event=event_of(event.kind, event.payload, at=event.at, by=event.by),
            state=None if event.state is None else read_state(event.state),
            stakeholders=stakeholders,
            assigned_before=before.get(place, ()),
            responsible=responsible,
            told=told,
            owner=owner,
        ),
    )


def _ticket(event: StoredEvent) -> TicketId | None:
    if event.ticket_id is not None:
        return event.ticket_id
    written = event.payload.get("ticket")
    return None if written is None else TicketId(uuid(written))


async def _tickets_now(
    ids: Sequence[TicketId],
) -> dict[TicketId, tuple[PersonId, frozenset[PersonId]]]:
    """Owner and stakeholders of each, as they are now."""
    rows = await fetch(
        f"SELECT id, owner_id, stakeholders FROM ticket WHERE {among('id', '$1')}",  # noqa: S608 - our own names
        _each_once(ids),
    )
    return {
        TicketId(uuid(row["id"])): (
            PersonId(uuid(row["owner_id"])),
            frozenset(people_of(row["stakeholders"])),
        )
        for row in rows
    }


async def _teams(
    events: Sequence[StoredEvent],
) -> dict[_At, tuple[tuple[PersonId, ...], tuple[PersonId, ...]]]:
    """Who worked at the tier that each escalation reached, and who is told in their place."""
    if not events:
        return {}
    rows = await fetch(
        "SELECT ticket_id, ticket_version, responsible_to, told FROM escalation "  # noqa: S608 - our own names
        f"WHERE {_of_those()}",
        *_places(events),
    )
    return {_at(row): (people_of(row["responsible_to"]), people_of(row["told"])) for row in rows}


async def _assigned_before(events: Sequence[StoredEvent]) -> dict[_At, tuple[PersonId, ...]]:
    """Who worked on each ticket until that assignment."""
    if not events:
        return {}
    tickets, versions = _places(events)
    rows = await fetch(
        f"SELECT ticket_id, ticket_version, state FROM {EVENTS} "  # noqa: S608 - our own names
        f"WHERE {_of_those()}",
        tickets,
        [version - 1 for version in versions],
    )
    return {
        _at(row, later=1): tuple(
            PersonId(uuid(person)) for person in parsed(row["state"])["assignees"]
        )
        for row in rows
    }


def _of_those() -> str:
    """More rows than those asked for may be found; who asks takes theirs."""
    return f"{among('ticket_id', '$1')} AND {among('ticket_version', '$2', 'int')}"


def _places(events: Sequence[StoredEvent]) -> tuple[list[TicketId], list[int]]:
    tickets = [event.ticket_id for event in events if event.ticket_id is not None]
    versions = [event.ticket_version for event in events if event.ticket_version is not None]
    return _each_once(tickets), sorted(set(versions))


def _at(row: dict[str, Any], *, later: int = 0) -> _At:
    return TicketId(uuid(row["ticket_id"])), row["ticket_version"] + later


def _each_once(ids: Sequence[TicketId]) -> list[TicketId]:
    return list(dict.fromkeys(ids))
