"""Tickets at rest: lock one, load one, save what an act decided, with deadlines and events."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from escgraph.domain.errors import NotFoundError
from escgraph.domain.events import Event, TicketEscalated
from escgraph.domain.terms import TicketId
from escgraph.domain.ticket import Change, Step, Ticket
from escgraph.store import deadlines, escalations, pauses, stream, timeline
from escgraph.store.database import dialect, execute, fetch
from escgraph.store.ticket_rows import COLUMNS, MUTABLE, ticket_of, values_of


async def locked(ticket_id: TicketId) -> Ticket:
    """The ticket, locked until the unit of work ends; lock order: ticket, deadline, counter.

    Rows that point at it may still be written: who has a review locked may write it twice, and the
    second time PostgreSQL looks after its ticket.

    Raises:
        NotFoundError: there is none with that id.
    """
    lock = " FOR NO KEY UPDATE" if dialect() == "postgres" else ""
    rows = await fetch(f"SELECT * FROM ticket WHERE id = $1{lock}", ticket_id)  # noqa: S608 - a literal
    return await _with_children(_only(rows, ticket_id))


async def load(ticket_id: TicketId) -> Ticket:
    """The ticket as it stands.

    Raises:
        NotFoundError: there is none with that id.
    """
    rows = await fetch("SELECT * FROM ticket WHERE id = $1", ticket_id)
    return await _with_children(_only(rows, ticket_id))


async def facts(ticket_id: TicketId) -> Ticket:
    """The ticket's own row as it stands, without deadlines and pauses.

    Raises:
        NotFoundError: there is none with that id.
    """
    rows = await fetch("SELECT * FROM ticket WHERE id = $1", ticket_id)
    return ticket_of(_only(rows, ticket_id))


async def any_there() -> bool:
    """Whether the database holds a ticket."""
    return bool(await fetch("SELECT 1 AS one FROM ticket LIMIT 1"))


async def next_number() -> int:
    """A human number nobody has; a rollback may leave a gap, which matters to nobody."""
    if dialect() == "postgres":
        rows = await fetch("SELECT nextval('ticket_number') AS value")
    else:
        rows = await fetch(
            "UPDATE counter SET value = value + 1 WHERE name = 'ticket' RETURNING value"
        )
    return int(rows[0]["value"])


async def insert(change: Change) -> int:
    """Store a new ticket with all that came with it; returns the stream position of its end."""
    ticket = change.ticket
    await execute(_INSERT, *values_of(ticket, COLUMNS))
    return await timeline.append(await _save_children(None, change))


async def numbers(ids: Iterable[TicketId]) -> dict[TicketId, int]:
    """What people call each of them.

    Raises:
        NotFoundError: one does not exist.
    """
    return {ticket_id: (await facts(ticket_id)).number for ticket_id in ids}


async def save(before: Ticket, change: Change, *, alone: Sequence[Event] = ()) -> int:
    """Store what the act decided; returns the stream position of its last event.

    Those that stand `alone` are of the same act and belong to no ticket; they come last.

    `before` was locked in this unit of work, so nobody else has written meanwhile. An act that
    changed nothing writes nothing, and the position is the stream's present one.
    """
    if not change.steps:
        return (await stream.head()).place
    return await save_all([(before, change)], alone=alone)


async def save_all(changes: Sequence[tuple[Ticket, Change]], *, alone: Sequence[Event] = ()) -> int:
    """The same for an act on several tickets; the events are in the order of the changes.

    All that may wait for a lock is written before the first event: the counter comes last.
    """
    steps: list[tuple[TicketId, Step]] = []
    for before, change in changes:
        ticket = change.ticket
        written = await execute(_UPDATE, *values_of(ticket, MUTABLE), ticket.id, before.version)
        assert written == 1, "the locked ticket changed under its lock"
        steps += await _save_children(before, change)
    return await timeline.append(steps, alone=alone)


async def _save_children(before: Ticket | None, change: Change) -> list[tuple[TicketId, Step]]:
    """Store what hangs on the ticket; returns the steps, which are left to append."""
    ticket = change.ticket
    await deadlines.save(ticket.id, before.deadlines if before else (), ticket.deadlines)
    await pauses.save(ticket.id, before.pauses if before else (), ticket.pauses)
    return [(ticket.id, await _documented(step)) for step in change.steps]


async def _documented(step: Step) -> Step:
    """The step, with its escalation stored, and an event that says whether anybody hears of it."""
    if step.escalation is None:
        return step
    heard = await escalations.insert(step.escalation, version=step.after.version)
    assert isinstance(step.event, TicketEscalated)
    return replace(step, event=replace(step.event, no_recipient=not heard))


async def _with_children(row: dict[str, Any]) -> Ticket:
    ticket = ticket_of(row)
    return ticket_of(
        row,
        deadlines=await deadlines.of_cycle(ticket.id, ticket.cycle),
        pauses=await pauses.of_ticket(ticket.id),
    )


def _only(rows: list[dict[str, Any]], ticket_id: TicketId) -> dict[str, Any]:
    if not rows:
        raise NotFoundError(f"there is no ticket with the id {ticket_id}; check the id")
    return rows[0]


_INSERT = (
    f"INSERT INTO ticket ({', '.join(COLUMNS)}) "  # noqa: S608 - names of our own columns
    f"VALUES ({', '.join(f'${n}' for n in range(1, len(COLUMNS) + 1))})"
)
_UPDATE = (
    "UPDATE ticket SET "  # noqa: S608 - names of our own columns
    + ", ".join(f"{name} = ${n}" for n, name in enumerate(MUTABLE, 1))
    + f" WHERE id = ${len(MUTABLE) + 1} AND version = ${len(MUTABLE) + 2}"
)
