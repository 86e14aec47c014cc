"""Past tickets with what happened to each, page by page: what a replay begins with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from escgraph.domain.events import Event
from escgraph.domain.history import TELLING
from escgraph.domain.state import TicketState
from escgraph.domain.terms import PersonId, TicketId
from escgraph.store.codec import event_of, read_state
from escgraph.store.conditions import Conditions
from escgraph.store.database import fetch
from escgraph.store.event_tables import EVENTS
from escgraph.store.values import moment, parsed, uuid


@dataclass(frozen=True, slots=True)
class Period:
    """Tickets opened from `since` on and before `until`."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Behind which ticket the next page begins."""

    opened_at: datetime
    id: TicketId


@dataclass(frozen=True, slots=True)
class Past:
    """A ticket, as it was right after its opening, and the events that tell its history."""

    place: Place
    number: int
    opened: TicketState
    timeline: tuple[Event, ...]


async def count(period: Period) -> int:
    """How many tickets were opened in the period."""
    conditions = _opened_in(period)
    (row,) = await fetch(
        f"SELECT count(*) AS many FROM ticket {conditions.where()}",  # noqa: S608 - placeholders
        *conditions.values,
    )
    return int(row["many"])


async def page(period: Period, *, after: Place | None, limit: int) -> list[Past]:
    """Up to `limit` of them behind that place, in the order in which they were opened.

    To be read in one snapshot, so that no ticket is seen half.
    """
    conditions = _opened_in(period)
    if after is not None:
        marks = f"({conditions.mark(after.opened_at)}, {conditions.mark(after.id)})"
        conditions.add(f"(opened_at, id) > {marks}")
    rows = await fetch(
        f"SELECT id, number, opened_at FROM ticket {conditions.where()} "  # noqa: S608 - the same
        f"ORDER BY opened_at, id LIMIT {conditions.mark(limit)}",
        *conditions.values,
    )
    told = await _timelines([TicketId(uuid(row["id"])) for row in rows])
    return [_past(row, told[TicketId(uuid(row["id"]))]) for row in rows]


def _opened_in(period: Period) -> Conditions:
    conditions = Conditions()
    conditions.compare("opened_at", ">=", period.since)
    conditions.compare("opened_at", "<", period.until)
    return conditions


async def _timelines(ids: Sequence[TicketId]) -> dict[TicketId, list[dict[str, Any]]]:
    """The telling events of each; only the first has its state, for states are large."""
    told: dict[TicketId, list[dict[str, Any]]] = {ticket_id: [] for ticket_id in ids}
    if not ids:
        return told
    conditions = Conditions()
    conditions.among("ticket_id", ids)
    conditions.among("kind", sorted(TELLING))
    rows = await fetch(
        "SELECT ticket_id, kind, at, by_id, payload, "  # noqa: S608 - the same
        f"CASE WHEN ticket_version = 1 THEN state END AS state FROM {EVENTS} "
        f"{conditions.where()} ORDER BY ticket_id, ticket_version",
        *conditions.values,
    )
    for row in rows:
        told[TicketId(uuid(row["ticket_id"]))].append(row)
    return told


def _past(row: dict[str, Any], timeline: Sequence[dict[str, Any]]) -> Past:
    opened_at = cast("datetime", moment(row["opened_at"]))
    return Past(
        place=Place(opened_at, TicketId(uuid(row["id"]))),
        number=row["number"],
        opened=read_state(parsed(timeline[0]["state"])),
        timeline=tuple(_event(event) for event in timeline),
    )


def _event(row: dict[str, Any]) -> Event:
    by = PersonId(uuid(row["by_id"])) if row["by_id"] else None
    return event_of(row["kind"], parsed(row["payload"]), at=moment(row["at"]), by=by)
