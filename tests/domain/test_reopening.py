"""Reopening: a new cycle of the same ladder, with the time that was spent already (A20)."""

from dataclasses import replace

import pytest

from escgraph.domain.errors import InvalidInputError
from escgraph.domain.events import TicketReopened
from escgraph.domain.policy import SOP
from escgraph.domain.terms import DeadlineKind, Priority, Status, Tier, Trigger
from tests.domain.desk import NINE, SECOND, Desk, days, hours, minutes
from tests.domain.people import AGENT, OTHER_AGENT


def came_back(desk: Desk, *, times: int) -> None:
    """Resolved and reopened at once, `times` times, at 09:00 of the following days."""
    for day in range(1, times + 1):
        desk.resolve(NINE + days(day))
        desk.reopen(NINE + days(day))


def test_reopening_is_recorded_and_begins_a_new_cycle() -> None:
    desk = Desk()
    desk.acknowledge(NINE)
    desk.resolve(NINE + hours(1))

    desk.reopen(NINE + hours(2), by=OTHER_AGENT, reason=" it is back ")

    assert desk.steps[-1].event == TicketReopened(
        at=NINE + hours(2), by=OTHER_AGENT.person, number=1, reason="it is back"
    )
    ticket = desk.ticket
    assert (ticket.cycle, ticket.reopenings, ticket.reopened_at) == (2, 1, NINE + hours(2))
    assert (ticket.resolved_at, ticket.closed_at, ticket.resolution) == (None, None, None)
    assert ticket.status is Status.IN_PROGRESS
    assert {row.cycle for row in ticket.deadlines} == {2}


def test_a_closed_ticket_is_reopened_like_a_resolved_one() -> None:
    desk = Desk()
    desk.resolve(NINE + hours(1))
    desk.close(NINE + hours(2))

    desk.reopen(NINE + hours(5))

    assert (desk.ticket.closed_at, desk.ticket.resolved_at) == (None, None)
    assert desk.ticket.status is Status.OPEN
    assert desk.due(DeadlineKind.LEVEL_2) == NINE + hours(12)


def test_reopening_says_why() -> None:
    desk = Desk()
    desk.resolve(NINE)

    with pytest.raises(InvalidInputError) as refused:
        desk.reopen(NINE, reason=" ")

    assert refused.value.field == ("reason",)


def test_elapsed_time_is_carried_and_resolved_time_is_not_counted() -> None:
    desk = Desk(Priority.MEDIUM)
    desk.resolve(NINE + hours(3))

    desk.reopen(NINE + hours(30))

    assert desk.due(DeadlineKind.RESPONSE) == NINE + hours(31)
    assert desk.due(DeadlineKind.LEVEL_2) == NINE + hours(35)
    assert desk.due(DeadlineKind.MANAGEMENT) == NINE + hours(43)
    assert desk.due(DeadlineKind.REMINDER_1) == NINE + hours(44)


def test_held_and_resolved_time_add_up_for_the_rungs() -> None:
    """A7, A20: the response waits for the resolution only."""
    desk = Desk(Priority.MEDIUM)
    desk.hold(NINE + hours(1))
    desk.resolve(NINE + hours(3))
    desk.reopen(NINE + hours(10))

    assert desk.due(DeadlineKind.RESPONSE) == NINE + hours(11)
    assert desk.due(DeadlineKind.LEVEL_2) == NINE + hours(17)


def test_no_rung_fires_within_fifteen_minutes_of_a_reopening() -> None:
    desk = Desk(Priority.HIGH)
    desk.acknowledge(NINE)
    desk.resolve(NINE + hours(2) - SECOND)
    desk.reopen(NINE + hours(9))

    assert desk.due(DeadlineKind.LEVEL_2) == NINE + hours(9) + minutes(15)
    assert desk.sweep(NINE + hours(9) + minutes(15) - SECOND).steps == ()
    desk.sweep(NINE + hours(9) + minutes(15))
    assert desk.ticket.tier is Tier.LEVEL_2


def test_the_fifteen_minutes_are_a_floor_and_no_extension() -> None:
    desk = Desk(Priority.HIGH)
    desk.acknowledge(NINE)
    desk.resolve(NINE + hours(2) - minutes(16))
    desk.reopen(NINE + hours(9))

    assert desk.due(DeadlineKind.LEVEL_2) == NINE + hours(9) + minutes(16)


def test_the_floor_holds_for_the_whole_cycle() -> None:
    """A8, A20."""
    desk = Desk(Priority.LOW)
    desk.acknowledge(NINE)
    desk.resolve(NINE + hours(20))
    desk.reopen(NINE + hours(30))

    desk.prioritise(NINE + hours(30) + minutes(5), Priority.HIGH)

    assert desk.escalations == []
    assert desk.due(DeadlineKind.LEVEL_2) == NINE + hours(30) + minutes(15)
    assert desk.due(DeadlineKind.MANAGEMENT) == NINE + hours(30) + minutes(15)


def test_the_floor_is_the_policys() -> None:
    """P5."""
    desk = Desk(Priority.HIGH, policy=replace(SOP, reopening_grace=minutes(40)))
    desk.resolve(NINE + hours(2))
    desk.reopen(NINE + hours(3))

    assert desk.due(DeadlineKind.LEVEL_2) == NINE + hours(3) + minutes(40)


def test_rungs_that_fired_stay_fired() -> None:
    desk = Desk(Priority.HIGH)
    desk.live_until(NINE + hours(2))
    desk.resolve(NINE + hours(3))
    desk.reopen(NINE + hours(10))

    assert desk.ticket.deadline(DeadlineKind.LEVEL_2) is None
    assert desk.ticket.deadline(DeadlineKind.RESPONSE) is None
    assert desk.due(DeadlineKind.MANAGEMENT) == NINE + hours(11)
    desk.live_until(NINE + days(2))
    assert [e.to_tier for e in desk.escalations] == [Tier.LEVEL_2, Tier.MANAGEMENT]
    assert [e.cycle for e in desk.escalations] == [1, 2]


def test_a_first_response_is_given_once() -> None:
    desk = Desk()
    desk.acknowledge(NINE)
    desk.resolve(NINE + hours(1))

    desk.reopen(NINE + hours(2))

    assert desk.ticket.acknowledged_at == NINE
    assert desk.ticket.deadline(DeadlineKind.RESPONSE) is None


def test_a_breach_is_remembered() -> None:
    desk = Desk(Priority.HIGH)
    desk.live_until(NINE + hours(2))
    desk.resolve(NINE + hours(3))

    desk.reopen(NINE + hours(10))

    assert desk.ticket.breached
    assert desk.ticket.response_breached_at == NINE + hours(1)


@pytest.mark.parametrize("times", [1, 2])
def test_the_first_two_reopenings_escalate_nothing(times: int) -> None:
    desk = Desk(Priority.LOW)

    came_back(desk, times=times)

    assert desk.escalations == []


def test_the_third_reopening_escalates_to_the_lowest_rung_not_yet_reached() -> None:
    desk = Desk(Priority.LOW)
    came_back(desk, times=2)
    desk.acknowledge(NINE + days(2))
    desk.resolve(NINE + days(3))
    start = NINE + days(3)

    change = desk.reopen(start)

    assert [type(event).__name__ for event in change.events] == [
        "TicketReopened",
        "TicketEscalated",
    ]
    (escalation,) = desk.escalations
    assert (escalation.trigger, escalation.kind, escalation.cycle) == (Trigger.REOPENED, None, 4)
    assert (escalation.from_tier, escalation.to_tier) == (Tier.LEVEL_1, Tier.LEVEL_2)
    assert (escalation.due_at, escalation.fired_at, escalation.by) == (start, start, AGENT.person)
    assert desk.ticket.version == len(desk.steps)
    row = desk.ticket.deadline(DeadlineKind.LEVEL_2)
    assert row is not None
    assert not row.armed


def test_only_the_third_reopening_escalates() -> None:
    desk = Desk(Priority.LOW)
    came_back(desk, times=3)

    desk.resolve(NINE + days(3))
    desk.reopen(NINE + days(3))

    assert [e.to_tier for e in desk.escalations] == [Tier.LEVEL_2]


@pytest.mark.parametrize("tier", [Tier.LEVEL_2, Tier.LEVEL_3])
def test_from_the_second_level_the_third_reopening_reaches_management(tier: Tier) -> None:
    """A5, A19, A20: LEVEL_3 is no rung of this policy."""
    desk = Desk(Priority.LOW, tier=tier)

    came_back(desk, times=3)

    assert [(e.from_tier, e.to_tier) for e in desk.escalations] == [(tier, Tier.MANAGEMENT)]
    assert desk.due(DeadlineKind.REMINDER_1) == NINE + days(3) + hours(1)


def test_a_tier_that_was_reached_and_left_is_not_the_lowest_one_left() -> None:
    """A20, A21."""
    desk = Desk(Priority.LOW, tier=Tier.LEVEL_2)
    desk.deescalate(NINE)

    came_back(desk, times=3)

    assert [(e.from_tier, e.to_tier) for e in desk.escalations] == [(Tier.LEVEL_1, Tier.MANAGEMENT)]


def test_above_management_the_third_reopening_reaches_nothing() -> None:
    desk = Desk(Priority.LOW, tier=Tier.MANAGEMENT)

    came_back(desk, times=3)

    assert desk.escalations == []
    assert desk.ticket.cycle == 4


def test_which_reopening_escalates_is_the_policys() -> None:
    """P5."""
    desk = Desk(Priority.LOW, policy=replace(SOP, escalating_reopening=1))

    came_back(desk, times=1)

    assert [e.to_tier for e in desk.escalations] == [Tier.LEVEL_2]
