"""Why a deadline is when it is, told from the facts (C3, A1, A7, A20)."""

from datetime import datetime, timedelta

from escgraph.domain.explanation import Explanation, StoppedTime, explain
from escgraph.domain.terms import DeadlineKind, DeadlineState, HoldReason, Priority
from tests.domain.desk import NINE, Desk, days, hours, minutes
from tests.domain.people import MANAGER

RESPONSE, LEVEL_2, MANAGEMENT = (
    DeadlineKind.RESPONSE,
    DeadlineKind.LEVEL_2,
    DeadlineKind.MANAGEMENT,
)


def explained(desk: Desk) -> dict[DeadlineKind, Explanation]:
    return {e.kind: e for e in explain(desk.ticket, desk.policy)}


def told(story: Explanation) -> datetime:
    """What a reader gets who adds up the parts."""
    stopped = sum((s.not_counted for s in story.stopped), timedelta(0))
    return story.clock_started_at + story.target + stopped


def test_every_target_is_explained_the_response_first() -> None:
    """C3."""
    desk = Desk(Priority.MEDIUM)

    assert list(explained(desk)) == [RESPONSE, LEVEL_2, MANAGEMENT]
    assert explained(desk)[LEVEL_2] == Explanation(
        kind=LEVEL_2,
        priority=Priority.MEDIUM,
        policy_version=1,
        calendar="24x7",
        clock_started_at=NINE,
        target=hours(8),
        stopped=(),
        floor=None,
        due_at=NINE + hours(8),
        stored_due_at=NINE + hours(8),
        state=DeadlineState.ARMED,
    )


def test_a_hold_is_told_for_the_rungs_and_not_for_the_response() -> None:
    """A7."""
    desk = Desk(Priority.MEDIUM)
    desk.hold(NINE + hours(1), reason=HoldReason.CHANGE_WINDOW)
    desk.resume(NINE + hours(3))

    story = explained(desk)

    assert story[RESPONSE].stopped == ()
    assert story[LEVEL_2].stopped == (
        StoppedTime(
            started_at=NINE + hours(1),
            ended_at=NINE + hours(3),
            lasts=False,
            reason=HoldReason.CHANGE_WINDOW,
            not_counted=hours(2),
        ),
    )
    assert story[LEVEL_2].due_at == NINE + hours(10)


def test_a_hold_that_lasts_is_told_up_to_its_cap() -> None:
    """A7."""
    desk = Desk(Priority.MEDIUM)
    desk.hold(NINE + hours(1))

    (stopped,) = explained(desk)[LEVEL_2].stopped

    assert stopped.lasts
    assert stopped.ended_at == NINE + hours(1) + days(14)
    assert stopped.not_counted == days(14)


def test_a_pause_after_a_deadline_has_no_part_in_it() -> None:
    """A13: one that begins at that very moment has."""
    desk = Desk(Priority.HIGH)
    desk.acknowledge(NINE)
    desk.live_until(NINE + hours(2))
    desk.hold(NINE + hours(2))
    desk.resume(NINE + hours(3))
    desk.hold(NINE + hours(3.5))
    desk.resume(NINE + hours(4))

    story = explained(desk)

    assert [s.started_at for s in story[LEVEL_2].stopped] == [NINE + hours(2)]
    assert [s.started_at for s in story[MANAGEMENT].stopped] == [
        NINE + hours(2),
        NINE + hours(3.5),
    ]


def test_a_pause_of_no_length_at_the_due_moment_itself_has_no_part_in_it() -> None:
    """A13: it moved nothing, as one that begins at that moment and lasts would have."""
    desk = Desk(Priority.MEDIUM)
    desk.hold(NINE + hours(8))
    desk.resume(NINE + hours(8))

    story = explained(desk)

    assert story[LEVEL_2].due_at == NINE + hours(8)
    assert story[LEVEL_2].stopped == ()
    assert [s.started_at for s in story[MANAGEMENT].stopped] == [NINE + hours(8)]


def test_resolved_time_is_told_for_response_and_rungs() -> None:
    """A20."""
    desk = Desk(Priority.MEDIUM)
    desk.resolve(NINE + hours(1))
    desk.reopen(NINE + hours(3))

    story = explained(desk)

    for kind in (RESPONSE, LEVEL_2, MANAGEMENT):
        (stopped,) = story[kind].stopped
        assert (stopped.reason, stopped.lasts, stopped.not_counted) == (None, False, hours(2))


def test_a_floor_is_told_where_a_reopening_set_one() -> None:
    """A20: it holds for the rungs, not for the response."""
    desk = Desk(Priority.HIGH)
    desk.resolve(NINE + hours(2) - minutes(1))
    desk.reopen(NINE + hours(3))

    story = explained(desk)

    assert story[RESPONSE].floor is None
    assert story[LEVEL_2].floor == NINE + hours(3) + minutes(15)
    assert story[LEVEL_2].due_at == story[LEVEL_2].stored_due_at == story[LEVEL_2].floor


def test_what_a_row_became_is_told_with_it() -> None:
    desk = Desk(Priority.HIGH)
    desk.acknowledge(NINE)
    desk.live_until(NINE + hours(2))

    states = {kind: story.state for kind, story in explained(desk).items()}

    assert states == {
        RESPONSE: DeadlineState.MET,
        LEVEL_2: DeadlineState.FIRED,
        MANAGEMENT: DeadlineState.ARMED,
    }


def test_where_this_cycle_has_no_row_the_facts_are_told_all_the_same() -> None:
    """A20."""
    desk = Desk(Priority.HIGH)
    desk.live_until(NINE + hours(2))
    desk.resolve(NINE + hours(3))
    desk.reopen(NINE + hours(3))

    story = explained(desk)[LEVEL_2]

    assert (story.state, story.stored_due_at) == (None, None)
    assert story.target == timedelta(hours=2)


def test_under_a_floor_the_story_adds_up_to_the_moment_by_the_time_that_counts() -> None:
    """A20: a hold that began after that moment took nothing off the clock."""
    desk = Desk(Priority.HIGH)
    desk.acknowledge(NINE)
    desk.resolve(NINE + hours(2) - minutes(1))
    desk.reopen(NINE + hours(3))
    desk.hold(NINE + hours(3) + minutes(5), by=MANAGER)
    desk.resume(NINE + hours(3) + minutes(10))

    story = explained(desk)[LEVEL_2]

    assert [(s.started_at, s.reason) for s in story.stopped] == [
        (NINE + hours(2) - minutes(1), None)
    ]
    assert told(story) == NINE + hours(3) + minutes(1)
    assert story.due_at == story.floor == NINE + hours(3) + minutes(15)


def test_above_a_floor_the_story_adds_up_to_the_deadline_itself() -> None:
    """A20."""
    desk = Desk(Priority.HIGH)
    desk.acknowledge(NINE)
    desk.resolve(NINE + hours(1))
    desk.reopen(NINE + hours(3))
    desk.hold(NINE + hours(3) + minutes(5), by=MANAGER)
    desk.resume(NINE + hours(3) + minutes(10))

    story = explained(desk)[LEVEL_2]

    assert len(story.stopped) == 2
    assert told(story) == story.due_at == NINE + hours(4) + minutes(5)
