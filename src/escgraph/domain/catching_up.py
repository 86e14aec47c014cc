"""Several rungs that fire in one go are one notice that lists them (A8)."""

from datetime import timedelta

from escgraph.domain.event import Event
from escgraph.domain.events import ManagementReminded, ResponseBreached, TicketEscalated
from escgraph.domain.ladder import LATE
from escgraph.domain.state import TicketState

PATIENCE = timedelta(seconds=15)
"""How long a notice waits for the next rung of its catch-up at most."""

PATIENCE_BEHIND = timedelta(minutes=4)
"""The same, where whoever tells read a full page: the next rung may stand in one behind it."""


def more_to_come(event: Event, state: TicketState | None) -> bool:
    """Whether the ticket stands behind its deadlines still, so that the next rung fires at once."""
    return state is not None and state.next_due_at is not None and state.next_due_at <= event.at


def is_late(event: Event) -> bool:
    """Whether a deadline did it, long after its moment."""
    match event:
        case ResponseBreached() | TicketEscalated():
            return event.catch_up
        case ManagementReminded():
            return event.at - event.due_at > LATE
        case _:  # nothing else is caught up on
            return False
