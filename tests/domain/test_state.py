"""The state beside each event: absolute, and true as of that very event (D2, C4, P4)."""

from dataclasses import fields
from itertools import pairwise

from escgraph.domain.state import TicketState, state_of
from escgraph.domain.terms import DeadlineKind, Priority, Tier
from escgraph.domain.ticket import Ticket
from tests.domain.desk import NINE, Desk, days, hours


def test_a_state_tells_the_ticket_as_it_is() -> None:
    ticket = Desk(Priority.HIGH).ticket
    state = state_of(ticket)

    own = {field.name for field in fields(TicketState)} - {"next_due_at"}
    derived = {"urgent"}
    assert own - derived <= {field.name for field in fields(Ticket)}
    assert all(getattr(state, name) == getattr(ticket, name) for name in own)


def test_it_tells_what_people_must_beat_next() -> None:
    """P1: the response or a rung, not a reminder nor the end of a hold."""
    desk = Desk(Priority.HIGH)
    seen = [state_of(desk.ticket).next_due_at]
    desk.acknowledge(NINE)
    seen.append(state_of(desk.ticket).next_due_at)
    desk.live_until(NINE + hours(2))
    seen.append(state_of(desk.ticket).next_due_at)
    desk.live_until(NINE + hours(4))
    seen.append(state_of(desk.ticket).next_due_at)

    assert seen == [NINE + hours(1), NINE + hours(2), NINE + hours(4), None]


def test_the_end_of_a_hold_is_nothing_to_beat() -> None:
    """A7."""
    desk = Desk(Priority.HIGH, tier=Tier.LEVEL_2)
    desk.acknowledge(NINE)
    desk.hold(NINE)

    assert desk.due(DeadlineKind.HOLD_CAP) == NINE + days(14)
    assert state_of(desk.ticket).next_due_at == NINE + days(14) + hours(4)


def test_each_step_carries_the_ticket_as_it_stood_right_then() -> None:
    """W1, W3: one version for each event."""
    desk = Desk(Priority.LOW)
    desk.prioritise(NINE + hours(5), Priority.HIGH)

    assert [step.after.version for step in desk.steps] == [1, 2, 3, 4, 5]
    assert [str(step.after.tier) for step in desk.steps] == [
        "LEVEL_1",
        "LEVEL_1",
        "LEVEL_1",
        "LEVEL_2",
        "MANAGEMENT",
    ]
    assert desk.steps[-1].after == desk.ticket


def test_the_time_at_each_tier_can_be_read_off_the_events() -> None:
    """D2, P4: the fact; the log that adds them up is a query's."""
    desk = Desk(Priority.HIGH)
    desk.live_until(NINE + hours(2))
    desk.deescalate(NINE + hours(3))
    desk.live_until(NINE + hours(4))

    stands = [(step.event.at - NINE, step.after.tier) for step in desk.steps]
    moves = [after for before, after in pairwise(stands) if before[1] is not after[1]]

    assert moves == [
        (hours(2), Tier.LEVEL_2),
        (hours(3), Tier.LEVEL_1),
        (hours(4), Tier.MANAGEMENT),
    ]
