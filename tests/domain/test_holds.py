"""Pausing the ladder: what stands still, and how it ends (A7, A8)."""

from dataclasses import replace

import pytest

from escgraph.domain.events import TicketHeld, TicketResumed
from escgraph.domain.permissions import Act
from escgraph.domain.policy import SOP
from escgraph.domain.terms import (
    DeadlineKind,
    DeadlineState,
    HoldReason,
    Priority,
    Status,
    Tier,
)
from tests.domain.acts import ACTS, doer
from tests.domain.desk import NINE, SECOND, Desk, days, hours, sweep
from tests.domain.people import AGENT, ENGINEER, OTHER_AGENT


def test_a_hold_is_recorded_with_its_reason_and_its_cap() -> None:
    desk = Desk()

    desk.hold(NINE + hours(1), reason=HoldReason.AWAITING_VENDOR, note=" ordered ")

    assert desk.steps[-1].event == TicketHeld(
        at=NINE + hours(1),
        by=AGENT.person,
        reason=HoldReason.AWAITING_VENDOR,
        note="ordered",
        until=NINE + hours(1) + days(14),
        approved_by=None,
    )
    hold = desk.ticket.hold
    assert hold is not None
    assert (hold.started_at, hold.ended_at, hold.cap_at) == (
        NINE + hours(1),
        None,
        NINE + hours(1) + days(14),
    )
    assert (hold.reason, hold.note, hold.by) == (
        HoldReason.AWAITING_VENDOR,
        "ordered",
        AGENT.person,
    )


def test_a_held_rung_does_not_fire_and_runs_on_with_what_remained() -> None:
    desk = Desk(Priority.MEDIUM)
    desk.acknowledge(NINE)
    desk.hold(NINE + hours(3))
    desk.live_until(NINE + hours(20))
    assert desk.ticket.tier is Tier.LEVEL_1

    desk.resume(NINE + hours(20))

    assert desk.due(DeadlineKind.LEVEL_2) == NINE + hours(25)
    assert desk.due(DeadlineKind.MANAGEMENT) == NINE + hours(33)
    assert desk.due(DeadlineKind.REMINDER_1) == NINE + hours(34)


def test_a_hold_does_not_stop_the_first_response() -> None:
    desk = Desk(Priority.MEDIUM)

    desk.hold(NINE + hours(1))
    assert desk.due(DeadlineKind.RESPONSE) == NINE + hours(4)
    desk.live_until(NINE + hours(4))

    assert desk.ticket.response_breached_at == NINE + hours(4)
    assert desk.ticket.status is Status.ON_HOLD


def test_during_a_hold_the_rungs_are_armed_for_its_cap_and_what_remained() -> None:
    desk = Desk(Priority.MEDIUM)

    desk.hold(NINE + hours(3))

    assert desk.due(DeadlineKind.LEVEL_2) == NINE + hours(3) + days(14) + hours(5)
    assert desk.due(DeadlineKind.HOLD_CAP) == NINE + hours(3) + days(14)


def test_a_hold_ends_by_itself_at_the_cap_and_not_a_second_earlier() -> None:
    desk = Desk(Priority.MEDIUM)
    desk.acknowledge(NINE)
    desk.hold(NINE)

    assert sweep(desk.ticket, NINE + days(14) - SECOND).steps == ()
    desk.sweep(NINE + days(14))

    assert desk.ticket.status is Status.IN_PROGRESS
    assert desk.steps[-1].event == TicketResumed(
        at=NINE + days(14), by=None, held_since=NINE, by_cap=True
    )


def test_a_cap_noticed_late_still_ended_the_hold_when_it_was_due() -> None:
    desk = Desk(Priority.MEDIUM)
    desk.acknowledge(NINE)
    desk.hold(NINE)

    desk.sweep(NINE + days(14) + hours(2))

    assert desk.ticket.pauses[-1].ended_at == NINE + days(14)
    assert desk.due(DeadlineKind.LEVEL_2) == NINE + days(14) + hours(8)


def test_resuming_after_the_cap_counts_the_hold_up_to_the_cap() -> None:
    desk = Desk(Priority.LOW)
    desk.hold(NINE)

    desk.resume(NINE + days(15))

    assert desk.ticket.pauses[-1].ended_at == NINE + days(14)
    assert desk.due(DeadlineKind.LEVEL_2) == NINE + days(14) + hours(48)


def test_the_cap_is_the_policys() -> None:
    """P5."""
    desk = Desk(policy=replace(SOP, hold_cap=hours(2)))

    desk.hold(NINE)

    assert desk.due(DeadlineKind.HOLD_CAP) == NINE + hours(2)


def test_each_hold_has_a_cap_of_its_own() -> None:
    desk = Desk(Priority.LOW)
    desk.acknowledge(NINE)
    desk.hold(NINE)
    desk.live_until(NINE + days(14))

    desk.hold(NINE + days(14) + hours(1))

    assert desk.due(DeadlineKind.HOLD_CAP) == NINE + days(28) + hours(1)
    desk.live_until(NINE + days(28) + hours(1))
    assert desk.ticket.status is Status.IN_PROGRESS
    assert [p.ended_at for p in desk.ticket.pauses] == [
        NINE + days(14),
        NINE + days(28) + hours(1),
    ]


def test_several_holds_add_up() -> None:
    desk = Desk(Priority.MEDIUM)
    for start in (1, 3, 5):
        desk.hold(NINE + hours(start))
        desk.resume(NINE + hours(start + 1))

    assert desk.due(DeadlineKind.LEVEL_2) == NINE + hours(11)


def test_a_hold_at_the_very_moment_of_a_rung_comes_first() -> None:
    """A13."""
    desk = Desk(Priority.MEDIUM)
    desk.live_until(NINE + hours(8), including=False)

    desk.hold(NINE + hours(8))
    assert desk.sweep(NINE + hours(8)).steps == ()
    desk.resume(NINE + hours(9))

    assert desk.due(DeadlineKind.LEVEL_2) == NINE + hours(9)


def test_a_rung_that_was_due_before_the_hold_still_fires() -> None:
    """A13: what stood open then is not undone by a pause that came later."""
    desk = Desk(Priority.MEDIUM)
    desk.acknowledge(NINE)

    desk.hold(NINE + hours(8) + SECOND)

    assert desk.due(DeadlineKind.LEVEL_2) == NINE + hours(8)
    desk.sweep(NINE + hours(8) + SECOND)
    assert (desk.ticket.tier, desk.ticket.status) == (Tier.LEVEL_2, Status.ON_HOLD)


def test_resuming_by_hand_is_recorded() -> None:
    desk = Desk()
    desk.hold(NINE)

    desk.resume(NINE + hours(1), by=OTHER_AGENT)

    assert desk.steps[-1].event == TicketResumed(
        at=NINE + hours(1), by=OTHER_AGENT.person, held_since=NINE, by_cap=False
    )
    cap = desk.ticket.deadline(DeadlineKind.HOLD_CAP)
    assert cap is not None
    assert cap.state is DeadlineState.VOID
    assert desk.ticket.hold is None


def test_a_resumed_ticket_is_in_progress_once_somebody_took_it_in_hand() -> None:
    untouched, acknowledged, assigned = Desk(), Desk(), Desk()
    acknowledged.acknowledge(NINE)
    assigned.assign(NINE, ENGINEER.person)

    for desk in (untouched, acknowledged, assigned):
        desk.hold(NINE)
        desk.resume(NINE + hours(1))

    assert untouched.ticket.status is Status.OPEN
    assert acknowledged.ticket.status is assigned.ticket.status is Status.IN_PROGRESS


def test_what_happens_during_a_hold_decides_what_the_cap_resumes_to() -> None:
    desk, untouched = Desk(Priority.LOW), Desk(Priority.LOW)
    desk.hold(NINE)
    untouched.hold(NINE)

    desk.acknowledge(NINE + hours(1))
    desk.sweep(NINE + days(14))
    untouched.sweep(NINE + days(14))

    assert desk.ticket.status is Status.IN_PROGRESS
    assert untouched.ticket.status is Status.OPEN


@pytest.mark.parametrize("act", [Act.ASSIGN, Act.ALLOCATE, Act.ACCEPT, Act.ADD_NOTE])
def test_a_held_ticket_that_is_taken_in_hand_stays_held_and_then_is_in_progress(act: Act) -> None:
    desk = Desk(Priority.LOW, tier=Tier.LEVEL_2)
    desk.hold(NINE)

    ACTS[act](desk, NINE + hours(1), doer(act))

    assert desk.ticket.status is Status.ON_HOLD
    assert sweep(desk.ticket, NINE + days(14)).ticket.status is Status.IN_PROGRESS


def test_resolving_a_held_ticket_ends_the_hold() -> None:
    desk = Desk()
    desk.hold(NINE + hours(1))

    desk.resolve(NINE + hours(2))

    held, resolved = desk.ticket.pauses
    assert (held.ended_at, resolved.started_at, resolved.reason) == (
        NINE + hours(2),
        NINE + hours(2),
        None,
    )
    assert desk.ticket.hold is None


def test_a_cap_that_passed_unnoticed_ends_the_hold_before_the_rungs_that_follow_it() -> None:
    """A8: each at its place, although a change of priority is what wakes them all."""
    desk = Desk(Priority.LOW)
    desk.hold(NINE + hours(1))
    cap, now = NINE + hours(1) + days(14), NINE + days(16)

    change = desk.prioritise(now, Priority.MEDIUM)

    assert [type(event).__name__ for event in change.events] == [
        "PriorityChanged",
        "ResponseBreached",
        "TicketResumed",
        "TicketEscalated",
        "TicketEscalated",
    ]
    assert change.events[2] == TicketResumed(
        at=now, by=None, held_since=NINE + hours(1), by_cap=True
    )
    assert desk.ticket.pauses[-1].ended_at == cap
    assert [(e.ticket.status, e.due_at, e.catch_up) for e in desk.escalations] == [
        (Status.OPEN, cap + hours(7), True),
        (Status.OPEN, cap + hours(15), True),
    ]
    assert [step.after.version for step in change.steps] == [3, 4, 5, 6, 7]


def test_a_cap_that_passed_ends_the_hold_even_where_no_rung_follows_yet() -> None:
    """A8."""
    desk = Desk(Priority.LOW)
    desk.acknowledge(NINE)
    desk.hold(NINE)

    desk.prioritise(NINE + days(14), Priority.MEDIUM)

    assert desk.heard[-2:] == ["PriorityChanged", "TicketResumed"]
    assert desk.ticket.status is Status.IN_PROGRESS
    assert desk.due(DeadlineKind.LEVEL_2) == NINE + days(14) + hours(8)


def test_a_change_of_priority_before_the_cap_leaves_the_hold_alone() -> None:
    """A8."""
    desk = Desk(Priority.LOW)
    desk.acknowledge(NINE)
    desk.hold(NINE)

    desk.prioritise(NINE + days(14) - SECOND, Priority.MEDIUM)

    assert desk.heard[-1] == "PriorityChanged"
    assert desk.ticket.status is Status.ON_HOLD
