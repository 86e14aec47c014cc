"""Priority, urgent flag and critical mark (P3, A8, A9, A25, C4)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from escgraph.domain.errors import ForbiddenError, InvalidInputError
from escgraph.domain.events import PriorityChanged, TicketMarkedCritical, UrgencyFlagged
from escgraph.domain.policy import SOP
from escgraph.domain.terms import DeadlineKind, DeadlineState, Priority, Tier
from escgraph.domain.ticket import Actor
from tests.domain.desk import NINE, SECOND, Desk, hours, minutes
from tests.domain.people import AGENT, ENGINEER, MANAGER, SPECIALIST


def test_a_change_of_priority_carries_its_reason() -> None:
    """P3."""
    desk = Desk(Priority.LOW)

    desk.prioritise(NINE, Priority.MEDIUM, reason=" more users ")

    assert desk.steps[-1].event == PriorityChanged(
        at=NINE,
        by=AGENT.person,
        from_priority=Priority.LOW,
        to_priority=Priority.MEDIUM,
        reason="more users",
    )
    with pytest.raises(InvalidInputError) as refused:
        desk.prioritise(NINE, Priority.HIGH, reason=" ")
    assert refused.value.field == ("reason",)


def test_the_same_priority_again_changes_nothing() -> None:
    assert Desk(Priority.LOW).prioritise(NINE, Priority.LOW).steps == ()


def test_deadlines_count_anew_from_the_same_start() -> None:
    """A8."""
    desk = Desk(Priority.LOW)

    desk.prioritise(NINE + hours(3), Priority.MEDIUM)

    assert desk.due(DeadlineKind.RESPONSE) == NINE + hours(4)
    assert desk.due(DeadlineKind.LEVEL_2) == NINE + hours(8)
    assert desk.due(DeadlineKind.MANAGEMENT) == NINE + hours(16)
    assert desk.due(DeadlineKind.REMINDER_1) == NINE + hours(17)


def test_pauses_are_taken_off_the_new_deadlines_too() -> None:
    """A8."""
    desk = Desk(Priority.LOW)
    desk.hold(NINE + hours(1))
    desk.resume(NINE + hours(4))

    desk.prioritise(NINE + hours(4), Priority.HIGH)

    assert desk.due(DeadlineKind.LEVEL_2) == NINE + hours(5)


def test_rungs_already_past_fire_at_once_in_order_as_catching_up() -> None:
    """A8."""
    desk = Desk(Priority.LOW)

    change = desk.prioritise(NINE + hours(5), Priority.HIGH)

    assert [type(event).__name__ for event in change.events] == [
        "PriorityChanged",
        "ResponseBreached",
        "TicketEscalated",
        "TicketEscalated",
    ]
    assert [(e.to_tier, e.due_at, e.fired_at, e.catch_up) for e in desk.escalations] == [
        (Tier.LEVEL_2, NINE + hours(2), NINE + hours(5), True),
        (Tier.MANAGEMENT, NINE + hours(4), NINE + hours(5), True),
    ]
    assert desk.ticket.version == 5


@pytest.mark.parametrize(("after", "fires"), [(hours(2) - SECOND, 0), (hours(2), 1)])
def test_a_rung_is_past_from_its_very_moment_on(after: timedelta, fires: int) -> None:
    """A8, A13."""
    desk = Desk(Priority.LOW)
    desk.acknowledge(NINE)

    desk.prioritise(NINE + after, Priority.HIGH)

    assert len(desk.escalations) == fires


def test_reminders_of_a_rung_that_was_caught_up_count_from_then() -> None:
    """A8, A19."""
    desk = Desk(Priority.LOW)

    desk.prioritise(NINE + hours(40), Priority.HIGH)

    assert desk.due(DeadlineKind.REMINDER_1) == NINE + hours(41)
    assert desk.due(DeadlineKind.REMINDER_3) == NINE + hours(64)


def test_a_fired_rung_never_un_fires() -> None:
    """A8."""
    desk = Desk(Priority.MEDIUM)
    desk.live_until(NINE + hours(8))

    desk.prioritise(NINE + hours(9), Priority.LOW, by=ENGINEER)
    row = desk.ticket.deadline(DeadlineKind.LEVEL_2)

    assert row is not None
    assert (row.state, row.due_at) == (DeadlineState.FIRED, NINE + hours(8))
    assert desk.ticket.tier is Tier.LEVEL_2
    assert desk.due(DeadlineKind.MANAGEMENT) == NINE + hours(72)
    assert desk.ticket.response_breached_at == NINE + hours(4)


def test_a_breached_response_is_not_asked_for_again() -> None:
    """A4, A8."""
    desk = Desk(Priority.HIGH)
    desk.live_until(NINE + hours(1))

    desk.prioritise(NINE + hours(1), Priority.LOW)

    row = desk.ticket.deadline(DeadlineKind.RESPONSE)
    assert row is not None
    assert row.state is DeadlineState.FIRED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Priority.HIGH, Priority.MEDIUM),
        (Priority.HIGH, Priority.LOW),
        (Priority.MEDIUM, Priority.LOW),
    ],
)
def test_after_a_rung_the_first_level_lowers_no_priority(before: Priority, after: Priority) -> None:
    """A25."""
    desk = Desk(before)
    desk.sweep(desk.due(DeadlineKind.LEVEL_2))

    with pytest.raises(ForbiddenError, match="lowers its priority"):
        desk.prioritise(NINE + hours(48), after, by=AGENT)

    assert desk.ticket.priority is before


@pytest.mark.parametrize("by", [ENGINEER, SPECIALIST, MANAGER])
def test_the_second_level_and_above_lower_it_with_a_reason(by: Actor) -> None:
    """A25."""
    desk = Desk(Priority.HIGH)
    desk.live_until(NINE + hours(2))

    with pytest.raises(InvalidInputError):
        desk.prioritise(NINE + hours(2), Priority.LOW, by=by, reason="")
    desk.prioritise(NINE + hours(2), Priority.LOW, by=by)

    assert desk.ticket.priority is Priority.LOW


def test_before_a_rung_the_first_level_lowers_and_after_it_still_raises() -> None:
    """A25."""
    desk = Desk(Priority.MEDIUM)
    desk.prioritise(NINE, Priority.LOW, by=AGENT)
    desk.live_until(NINE + hours(48))

    desk.prioritise(NINE + hours(48), Priority.MEDIUM, by=AGENT)

    assert desk.ticket.priority is Priority.MEDIUM


def test_a_tier_reached_by_hand_guards_the_priority_too() -> None:
    """A15, A25."""
    desk = Desk(Priority.MEDIUM)
    desk.escalate(NINE)
    desk.deescalate(NINE)

    with pytest.raises(ForbiddenError):
        desk.prioritise(NINE, Priority.LOW, by=AGENT)


def test_critical_is_a_mark_that_moves_no_tier_and_writes_no_escalation() -> None:
    """A9."""
    desk = Desk(Priority.HIGH)

    desk.mark_critical(NINE + minutes(1), reason=" all is down ")

    assert desk.steps[-1].event == TicketMarkedCritical(
        at=NINE + minutes(1), by=AGENT.person, critical=True, reason="all is down"
    )
    assert desk.ticket.critical
    assert desk.ticket.tier is Tier.LEVEL_1
    assert desk.escalations == []
    assert desk.due(DeadlineKind.LEVEL_2) == NINE + hours(2)


@pytest.mark.parametrize("priority", [Priority.MEDIUM, Priority.LOW])
def test_critical_is_refused_on_other_tickets(priority: Priority) -> None:
    """A9."""
    with pytest.raises(InvalidInputError, match="HIGH"):
        Desk(priority).mark_critical(NINE)


def test_a_critical_ticket_stays_high_until_the_mark_is_taken_back() -> None:
    """A9."""
    desk = Desk(Priority.HIGH, critical=True)

    with pytest.raises(InvalidInputError, match="stays HIGH"):
        desk.prioritise(NINE, Priority.MEDIUM)
    desk.mark_critical(NINE, critical=False)
    desk.prioritise(NINE, Priority.MEDIUM)

    assert desk.ticket.priority is Priority.MEDIUM


def test_marking_twice_changes_nothing_and_marking_says_why() -> None:
    desk = Desk(Priority.HIGH, critical=True)

    assert desk.mark_critical(NINE).steps == ()
    with pytest.raises(InvalidInputError):
        desk.mark_critical(NINE, critical=False, reason="")


def test_flagging_says_why_and_twice_changes_nothing() -> None:
    """C4."""
    desk = Desk(Priority.LOW)

    desk.flag(NINE, reason=" a trade fair ")
    assert desk.steps[-1].event == UrgencyFlagged(
        at=NINE, by=AGENT.person, flagged=True, reason="a trade fair"
    )
    assert desk.flag(NINE).steps == ()
    with pytest.raises(InvalidInputError):
        desk.flag(NINE, flagged=False, reason=" ")


@pytest.mark.parametrize(
    ("desk", "urgent"),
    [
        pytest.param(Desk(Priority.HIGH), True, id="HIGH"),
        pytest.param(Desk(Priority.HIGH, critical=True), True, id="critical"),
        pytest.param(Desk(Priority.LOW, flagged=True), True, id="flagged"),
        pytest.param(Desk(Priority.MEDIUM), False, id="MEDIUM"),
        pytest.param(Desk(Priority.LOW), False, id="LOW"),
    ],
)
def test_urgent_tickets_carry_the_policys_indicator_from_the_start(
    desk: Desk, *, urgent: bool
) -> None:
    """C4."""
    assert desk.ticket.urgent is urgent
    assert desk.ticket.indicator == (SOP.urgent_indicator if urgent else "")
    assert {step.after.indicator for step in desk.steps} == {desk.ticket.indicator}


def test_the_indicator_comes_and_goes_with_the_urgency_and_every_event_carries_it() -> None:
    """C4."""
    desk = Desk(Priority.LOW, policy=replace(SOP, urgent_indicator="!!"))
    desk.flag(NINE)
    desk.flag(NINE, flagged=False)
    desk.prioritise(NINE, Priority.HIGH)
    desk.note(NINE)
    desk.prioritise(NINE, Priority.LOW)

    assert [step.after.indicator for step in desk.steps] == ["", "!!", "", "!!", "!!", "!!", ""]
