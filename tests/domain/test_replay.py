"""A history lived again: under its own policy as it was recorded, under another as it would be."""

from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escgraph.domain import moving
from escgraph.domain.course import Course, Missed, Rung, course_of
from escgraph.domain.history import (
    Acknowledged,
    Cancelled,
    Deed,
    Escalated,
    Held,
    History,
    Reopened,
    Resolved,
    Resumed,
    history_of,
)
from escgraph.domain.policy import SOP, Policy, Targets
from escgraph.domain.replay import replay, replay_as_it_was
from escgraph.domain.state import state_of
from escgraph.domain.terms import HoldReason, Priority, Tier, Trigger
from tests.domain.desk import NINE, SECOND, Desk, days, hours, minutes
from tests.domain.lives import BRISK, LIVES, START, Life, act, born, later, wake
from tests.domain.people import ENGINEER

lived = settings(max_examples=150, deadline=None)
AFTERWARDS = days(2)


def recorded(desk: Desk) -> Course:
    return course_of(step.event for step in desk.steps)


def told(desk: Desk) -> History:
    """What the desk's timeline tells of its ticket."""
    events = [step.event for step in desk.steps]
    return history_of("ESC-000001", state_of(desk.steps[0].after), events)


def lived_through(life: Life) -> tuple[Desk, datetime]:
    """The desk, whose engine was never late, and when its life was last looked at."""
    desk, at = born(life), START
    for moment in life.moments:
        at = later(at, moment)
        wake(desk, at, "prompt but for this moment")
        act(desk, at, moment)
    desk.live_until(at + AFTERWARDS)
    return desk, at + AFTERWARDS


def a_history(*deeds: Deed, priority: Priority = Priority.MEDIUM) -> History:
    return History(
        name="ESC-000001",
        priority=priority,
        category="degraded-performance",
        tier=Tier.LEVEL_1,
        opened_at=NINE,
        clock_started_at=NINE,
        policy_version=SOP.version,
        deeds=deeds,
    )


def with_targets(policy: Policy = SOP, **targets: timedelta | None) -> Policy:
    """The policy with those targets for MEDIUM."""
    medium = replace(policy.targets[Priority.MEDIUM], **targets)  # type: ignore[arg-type]  # checked by replace
    return replace(policy, targets=MappingProxyType({**policy.targets, Priority.MEDIUM: medium}))


@lived
@given(LIVES)
def test_a_replay_under_the_policy_that_was_in_force_gives_what_was_recorded(life: Life) -> None:
    """Q5: the same breach, rungs, reminders and lateness, whatever happened."""
    desk, until = lived_through(life)

    assert replay(told(desk), BRISK, until=until) == recorded(desk)


TARGETS = st.tuples(*[st.integers(1, 40)] * 4).map(
    lambda quarters: Targets(*(count * minutes(30) for count in sorted(quarters)))
)
POLICIES = st.builds(
    lambda targets, cap, reopening, reminders: replace(
        BRISK,
        targets=MappingProxyType(dict(zip(Priority, targets, strict=True))),
        hold_cap=cap * minutes(15),
        escalating_reopening=reopening,
        reminders=reminders,
    ),
    targets=st.tuples(TARGETS, TARGETS, TARGETS),
    cap=st.integers(1, 40),
    reopening=st.integers(1, 3),
    reminders=st.sampled_from([(), (minutes(30),), (hours(1), hours(2), hours(4))]),
)


@lived
@given(LIVES, POLICIES)
def test_whatever_happened_can_be_replayed_under_any_policy(life: Life, policy: Policy) -> None:
    """Q5: deeds that make no sense any more are left out and never refused."""
    desk, until = lived_through(life)

    course = replay(told(desk), policy, until=until)

    by_deadline = [rung.tier for rung in course.rungs if rung.trigger is Trigger.DEADLINE]
    assert by_deadline == sorted(set(by_deadline))


@lived
@given(LIVES, st.integers(1, 8))
def test_who_missed_a_response_misses_any_earlier_one(life: Life, sooner: int) -> None:
    """Q5, A13."""
    desk, until = lived_through(life)
    tighter = replace(
        BRISK,
        targets=MappingProxyType(
            {
                priority: replace(targets, respond=targets.respond - sooner * minutes(7))
                for priority, targets in BRISK.targets.items()
            }
        ),
    )

    if replay(told(desk), BRISK, until=until).response is not None:
        assert replay(told(desk), tighter, until=until).response is not None


def test_a_rung_that_fired_late_counts_by_its_moment() -> None:
    """Q5: an engine that slept is no fault of the policy."""
    desk = Desk()
    desk.acknowledge(NINE)
    desk.sweep(NINE + hours(11))

    assert recorded(desk) == replay(told(desk), SOP, until=NINE + hours(11))
    assert recorded(desk).rungs[0].due_at == NINE + hours(8)


def test_an_earlier_rung_fires_where_the_recorded_one_was_beaten() -> None:
    """Q5, W3."""
    history = a_history(Acknowledged(NINE), Resolved(NINE + hours(6)))

    assert replay(history, SOP, until=NINE + days(9)).rungs == ()
    tighter = with_targets(level_2=hours(5))
    assert replay(history, tighter, until=NINE + days(9)).rungs == (
        Rung(Tier.LEVEL_2, Trigger.DEADLINE, NINE + hours(5), NINE + hours(6)),
    )


@pytest.mark.parametrize(
    ("after", "missed"), [(-SECOND, False), (timedelta(0), False), (SECOND, True)]
)
def test_a_deed_of_the_moment_of_a_deadline_comes_first(after: timedelta, *, missed: bool) -> None:
    """A13."""
    answered = NINE + hours(3) + after
    history = a_history(Acknowledged(answered), Cancelled(answered))

    course = replay(history, with_targets(respond=hours(3)), until=answered)

    assert (course.response is not None) == missed


def test_a_live_ticket_is_replayed_up_to_and_including_the_present() -> None:
    """A13."""
    assert replay(a_history(), SOP, until=NINE + hours(4) - SECOND).response is None
    assert replay(a_history(), SOP, until=NINE + hours(4)).response == Missed(NINE + hours(4), None)


def test_a_response_is_late_by_the_time_until_it_came() -> None:
    """P4."""
    course = replay(a_history(Acknowledged(NINE + hours(6))), SOP, until=NINE + hours(6))

    assert course.response is not None
    assert course.response.late == hours(2)


def test_a_response_that_never_came_has_no_lateness() -> None:
    """P4, A3: resolving is no answer."""
    course = replay(a_history(Resolved(NINE + hours(6))), SOP, until=NINE + hours(7))

    assert course.response is not None
    assert course.response.late is None


def test_a_rung_is_late_by_the_time_until_the_next_resolution() -> None:
    """P4: not the one before it, and not a later one."""
    history = a_history(
        Acknowledged(NINE),
        Resolved(NINE + hours(7)),
        Reopened(NINE + hours(8)),
        Resolved(NINE + hours(11)),
        Reopened(NINE + hours(12)),
        Resolved(NINE + hours(13)),
    )

    (rung,) = replay(history, SOP, until=NINE + hours(14)).rungs

    assert rung.due_at == NINE + hours(9)
    assert rung.late == hours(2)


def test_a_shorter_cap_ends_a_hold_earlier_and_the_recorded_resumption_is_left_out() -> None:
    """A7."""
    history = a_history(
        Acknowledged(NINE),
        Held(NINE + hours(1), HoldReason.AWAITING_VENDOR),
        Resumed(NINE + hours(25)),
        Resolved(NINE + hours(26)),
    )
    capped = replace(SOP, hold_caps=MappingProxyType({HoldReason.AWAITING_VENDOR: hours(4)}))

    assert replay(history, SOP, until=NINE + days(9)).rungs == ()
    assert [rung.due_at for rung in replay(history, capped, until=NINE + days(9)).rungs] == [
        NINE + hours(12),
        NINE + hours(20),
    ]


def test_a_hold_that_lasts_longer_ends_where_the_next_one_begins() -> None:
    """A7: each hold has a cap of its own."""
    history = a_history(
        Acknowledged(NINE),
        Held(NINE, HoldReason.AWAITING_CUSTOMER),
        Held(NINE + hours(20), HoldReason.AWAITING_CUSTOMER),
    )
    short, long = (replace(SOP, hold_cap=cap) for cap in (hours(16), hours(30)))

    assert [rung.due_at for rung in replay(history, short, until=NINE + days(4)).rungs] == [
        NINE + hours(16 + 4 + 16 + 4),
        NINE + hours(16 + 4 + 16 + 12),
    ]
    assert [rung.due_at for rung in replay(history, long, until=NINE + days(4)).rungs] == [
        NINE + hours(20 + 30 + 8),
        NINE + hours(20 + 30 + 16),
    ]


def test_a_recorded_end_at_the_cap_is_no_deed_under_a_longer_cap() -> None:
    """A7."""
    desk = Desk()
    desk.acknowledge(NINE)
    desk.hold(NINE)
    desk.live_until(NINE + days(20))
    longer = replace(SOP, hold_cap=days(18))

    (rung, _) = replay(told(desk), longer, until=NINE + days(20)).rungs

    assert rung.due_at == NINE + days(18) + hours(8)


def test_who_accepted_below_management_ends_no_reminders_there() -> None:
    """A19."""
    desk = Desk(tier=Tier.LEVEL_2)
    desk.accept(NINE + hours(3), by=ENGINEER)
    hasty = with_targets(respond=hours(1), level_2=hours(1), management=hours(2))

    assert replay(told(desk), hasty, until=NINE + hours(7)).reminders == 2


def test_an_escalation_by_hand_goes_to_the_tier_that_was_meant() -> None:
    """A15: from wherever the ticket stands, and not at all where a deadline was there first."""
    history = a_history(Acknowledged(NINE), Escalated(NINE + hours(9), Tier.LEVEL_3))
    slow = with_targets(level_2=hours(12))
    thrice = with_targets(level_2=hours(2), level_3=hours(3), management=hours(16))

    assert tiers(replay(history, SOP, until=NINE + days(9))) == [Tier.LEVEL_2, Tier.MANAGEMENT]
    assert tiers(replay(history, slow, until=NINE + days(9))) == [Tier.MANAGEMENT]
    assert tiers(replay(history, thrice, until=NINE + days(9))) == [
        Tier.LEVEL_2,
        Tier.LEVEL_3,
        Tier.MANAGEMENT,
    ]


def test_a_reopening_escalates_where_the_policy_says_so() -> None:
    """A20."""
    history = a_history(
        Acknowledged(NINE),
        Resolved(NINE + hours(1)),
        Reopened(NINE + hours(2)),
        Resolved(NINE + hours(3)),
    )
    once = replace(SOP, escalating_reopening=1)

    assert replay(history, SOP, until=NINE + days(9)).rungs == ()
    assert replay(history, once, until=NINE + days(9)).rungs == (
        Rung(Tier.LEVEL_2, Trigger.REOPENED, NINE + hours(2), NINE + hours(3)),
    )


def test_a_clock_that_was_back_dated_too_far_starts_at_the_bound() -> None:
    """A1."""
    history = replace(a_history(), clock_started_at=NINE - days(5))
    bounded = replace(SOP, backdating_cap=hours(3))

    assert first_due(replay(history, SOP, until=NINE)) == NINE - days(5) + hours(4)
    assert first_due(replay(history, bounded, until=NINE + hours(2))) == NINE + hours(1)


def test_both_tickets_of_a_merger_are_replayed_as_they_were_recorded() -> None:
    """A23: the one that goes on counts from the duplicate's start, which may fire rungs at once."""
    duplicate, other = Desk(at=NINE), Desk(at=NINE + hours(7), number=2)
    duplicate.live_until(NINE + hours(10))
    duplicate.merge(NINE + hours(10), other)
    other.resolve(NINE + hours(11))

    for desk in (duplicate, other):
        assert replay(told(desk), SOP, until=NINE + days(2)) == recorded(desk)
    assert [rung.due_at for rung in recorded(other).rungs] == [NINE + hours(8)]
    slow = with_targets(level_2=hours(12))
    assert replay(told(other), slow, until=NINE + days(2)).rungs == ()


def test_a_ticket_that_was_moved_is_replayed_as_it_was_under_both_policies() -> None:
    """P5, Q5: and under a candidate from first to last, whatever it was moved to."""
    quick = replace(with_targets(level_2=hours(5)), version=2)
    desk = Desk()
    desk.acknowledge(NINE)
    moved = moving.moved(
        desk.ticket, by=None, at=NINE + hours(6), policy=quick, reason="The new SOP"
    )
    desk.ticket, desk.steps = moved.ticket, (*desk.steps, *moved.steps)
    desk.policy = quick
    desk.resolve(NINE + hours(7))
    until = NINE + days(2)

    assert told(desk).versions == {1, 2}
    assert replay_as_it_was(told(desk), {1: SOP, 2: quick}, until=until) == recorded(desk)
    assert [rung.due_at for rung in recorded(desk).rungs] == [NINE + hours(5)]
    assert replay(told(desk), SOP, until=until).rungs == ()
    assert replay(told(desk), quick, until=until).rungs == recorded(desk).rungs


def test_a_reminder_that_a_move_armed_in_the_past_is_counted_once() -> None:
    """A19, P5: MANAGEMENT was reached at one o'clock, and the new policy reminds at once."""
    hasty = replace(SOP, version=2, reminders=(minutes(5), hours(3)))
    desk = Desk()
    desk.acknowledge(NINE)
    desk.live_until(NINE + hours(17))
    moved = moving.moved(
        desk.ticket, by=None, at=NINE + hours(17), policy=hasty, reason="The new SOP"
    )
    desk.ticket, desk.steps = moved.ticket, (*desk.steps, *moved.steps)
    desk.policy = hasty
    desk.live_until(NINE + hours(18))

    course = replay_as_it_was(told(desk), {1: SOP, 2: hasty}, until=NINE + hours(18))

    assert course == recorded(desk)
    assert course.reminders == 1


def tiers(course: Course) -> list[Tier]:
    return [rung.tier for rung in course.rungs]


def first_due(course: Course) -> datetime:
    assert course.response is not None
    return course.response.due_at
