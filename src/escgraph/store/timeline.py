"""Appending to the stream: an act's events with the state after each, positions taken last."""

from collections.abc import Sequence
from functools import cache

from uuid_utils.compat import uuid7

from escgraph.domain.events import Event
from escgraph.domain.state import state_of
from escgraph.domain.terms import TicketId
from escgraph.domain.ticket import Step
from escgraph.store.codec import payload_of, state_json
from escgraph.store.database import execute
from escgraph.store.stream import Place, tag_of, take_positions

_Row = tuple[TicketId | None, int | None, Event, dict[str, object] | None]
"""Ticket, its version, event, state."""


async def append(steps: Sequence[tuple[TicketId, Step]], *, alone: Sequence[Event] = ()) -> Place:
    """Store the events of the steps, each of its ticket; returns the place of the last.

    Those that stand `alone` belong to no ticket, came of the same act and follow behind.

    The counter is locked here, so this is the last thing that a unit of work does (design: lock
    order ticket, deadline, counter): positions are in the order of the commits, without gaps.
    """
    rows: list[_Row] = [
        (ticket_id, step.after.version, step.event, state_json(state_of(step.after)))
        for ticket_id, step in steps
    ]
    return await _append([*rows, *map(_alone, alone)])


async def append_alone(*events: Event) -> Place:
    """Store events that belong to no ticket; returns the place of the last."""
    return await _append([_alone(event) for event in events])


async def _append(rows: Sequence[_Row]) -> Place:
    first = await take_positions(len(rows))
    values: list[object] = []
    ids = [uuid7() for _ in rows]
    for position, (ticket_id, version, event, state) in enumerate(rows, first):
        values += (position, ids[position - first], type(event).__name__, ticket_id, version)
        values += (event.at, event.by, payload_of(event), state)
    await execute(_insert(len(rows)), *values)
    return Place(first + len(rows) - 1, tag_of(ids[-1]))


def _alone(event: Event) -> _Row:
    return (None, None, event, None)


@cache
def _insert(count: int) -> str:
    width = 9
    rows = (
        "(" + ", ".join(f"${row * width + n}" for n in range(1, width + 1)) + ")"
        for row in range(count)
    )
    return (
        "INSERT INTO event (position, id, kind, ticket_id, ticket_version, at, by_id, "  # noqa: S608 - placeholders
        f"payload, state) VALUES {', '.join(rows)}"
    )
