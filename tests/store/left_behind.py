"""What firing leaves behind in the database, beside what the domain says that it must."""

from dataclasses import dataclass, replace
from datetime import datetime

from uuid_utils.compat import uuid7

from escgraph.domain import ladder
from escgraph.domain.events import Event, TicketEscalated
from escgraph.domain.state import state_of
from escgraph.domain.terms import DeadlineKind, EscalationId, TicketId
from escgraph.domain.ticket import Escalation, Ticket
from escgraph.store import escalations, stream, tickets
from escgraph.store.codec import event_of, read_state
from escgraph.store.escalations import EscalationRow
from escgraph.store.stream import StoredEvent
from tests.store.ladders import IN_THEIR_PLACE, TEAMS


@dataclass(frozen=True)
class Left:
    """What firing left behind for one ticket; the ids that it made up are taken away."""

    ticket: Ticket
    events: tuple[object, ...]
    escalation: EscalationRow | None


def expected(before: Ticket, kind: DeadlineKind, *, at: datetime) -> Left:
    """What the domain says, in the shape of what is stored."""
    change = ladder.fire(before, kind, at=at)
    (step,) = change.steps
    event = (step.after.version, as_stored(step.event), state_of(step.after))
    row = None if step.escalation is None else _row(step.escalation, step.after.version)
    return Left(change.ticket, (event,), row)


def as_stored(event: Event) -> Event:
    """The event with what only the database knows."""
    if isinstance(event, TicketEscalated):
        return replace(event, no_recipient=not TEAMS[event.to_tier])
    return event


async def left(before: Ticket) -> Left:
    """What the database says has happened to a ticket since `before`."""
    after = await tickets.load(before.id)
    events = [event for event in await history(before.id) if event[0] > before.version]
    rows = [
        replace(row, id=_NO_ID)
        for row in await escalations.of_tickets([before.id])
        if row.ticket_version > before.version
    ]
    assert len(rows) <= 1
    return Left(after, tuple(events), rows[0] if rows else None)


async def history(ticket_id: TicketId) -> list[tuple[int, object, object]]:
    """Version, event and state of everything that happened to a ticket, in order."""
    stored = [event for event in await all_events() if event.ticket_id == ticket_id]
    return [
        (
            event.ticket_version or 0,
            event_of(event.kind, event.payload, at=event.at, by=event.by),
            read_state(event.state or {}),
        )
        for event in stored
    ]


async def all_events() -> list[StoredEvent]:
    return await stream.read(0, limit=100_000)


_NO_ID = EscalationId(uuid7())


def _row(escalation: Escalation, version: int) -> EscalationRow:
    ticket = escalation.ticket
    team = TEAMS[escalation.to_tier]
    return EscalationRow(
        id=_NO_ID,
        ticket_id=ticket.id,
        ticket_version=version,
        cycle=escalation.cycle,
        trigger=escalation.trigger,
        kind=escalation.kind,
        from_tier=escalation.from_tier,
        to_tier=escalation.to_tier,
        due_at=escalation.due_at,
        fired_at=escalation.fired_at,
        catch_up=escalation.catch_up,
        by=None,
        reason=None,
        comment="",
        description=ticket.description,
        responsible_from=tuple(dict.fromkeys((ticket.owner, *ticket.assignees))),
        responsible_to=team,
        told=() if team else IN_THEIR_PLACE,
        no_recipient=not team,
        facts=state_of(ticket),
    )
