"""Which windows a deadline was counted in, and which holidays it went past (C3, A6)."""

from dataclasses import replace
from datetime import datetime, timedelta

from escgraph.domain.explanation import Explanation, explain
from escgraph.domain.policy import SOP, Policy
from escgraph.domain.terms import DeadlineKind, Priority
from tests.domain.desk import Desk, days, hours
from tests.domain.hours import calendar, moment, office, shown

NEW_YORK = "America/New_York"
FRIDAY = moment("2026-05-01T16:30", NEW_YORK)
BY_OFFICE_HOURS = replace(
    SOP,
    calendars={"office": replace(office(closed=["2026-05-04"]), name="office")},
    clocks={Priority.MEDIUM: "office"},
)


def level_2(desk: Desk) -> Explanation:
    return explained(desk)[DeadlineKind.LEVEL_2]


def explained(desk: Desk) -> dict[DeadlineKind, Explanation]:
    return {story.kind: story for story in explain(desk.ticket, desk.policy)}


def opened(*, at: datetime = FRIDAY, policy: Policy = BY_OFFICE_HOURS) -> Desk:
    return Desk(Priority.MEDIUM, at=at, policy=policy)


def written(story: Explanation) -> list[tuple[str, str, timedelta]]:
    return [
        (shown(w.opens, NEW_YORK)[5:16], shown(w.closes, NEW_YORK)[5:16], w.counted)
        for w in story.windows
    ]


def test_the_windows_from_the_start_to_the_deadline_are_told_with_what_was_counted() -> None:
    """C3, A6: half an hour of Friday, nothing of Monday's holiday, 7.5 hours of Tuesday."""
    story = level_2(opened())

    assert (story.calendar, story.zone) == ("office", NEW_YORK)
    assert story.due_at == moment("2026-05-05T16:30", NEW_YORK)
    assert written(story) == [
        ("05-01T09:00", "05-01T17:00", hours(0.5)),
        ("05-05T09:00", "05-05T17:00", hours(7.5)),
    ]
    assert [(holiday.day.isoformat(), holiday.name) for holiday in story.holidays] == [
        ("2026-05-04", "closed")
    ]


def test_a_window_that_was_paused_altogether_is_told_with_nothing_counted() -> None:
    """C3, A7: from Tuesday noon to Thursday noon, of which Wednesday was whole."""
    desk = opened()
    desk.hold(moment("2026-05-05T12:00", NEW_YORK))
    desk.resume(moment("2026-05-07T12:00", NEW_YORK))

    story = level_2(desk)

    assert [counted for _, _, counted in written(story)] == [
        hours(0.5),
        hours(3),
        hours(0),
        hours(4.5),
    ]
    assert [stop.not_counted for stop in story.stopped] == [hours(5 + 8 + 3)]
    assert story.due_at == moment("2026-05-07T16:30", NEW_YORK)


def test_a_hold_does_not_take_from_the_windows_of_the_response() -> None:
    """C3, A7."""
    desk = opened()
    desk.hold(moment("2026-05-05T09:30", NEW_YORK))
    desk.resume(moment("2026-05-05T12:00", NEW_YORK))

    response = explained(desk)[DeadlineKind.RESPONSE]

    assert [counted for _, _, counted in written(response)] == [hours(0.5), hours(3.5)]


def test_a_hold_overnight_takes_nothing_off_the_clock() -> None:
    """C3, vector 7."""
    desk = opened()
    desk.hold(moment("2026-05-01T17:00", NEW_YORK))
    desk.resume(moment("2026-05-05T09:00", NEW_YORK))

    story = level_2(desk)

    assert [stop.not_counted for stop in story.stopped] == [hours(0)]
    assert story.due_at == moment("2026-05-05T16:30", NEW_YORK)


def test_what_was_counted_in_all_windows_is_the_target() -> None:
    """C3."""
    desk = opened()
    desk.hold(moment("2026-05-05T10:00", NEW_YORK))
    desk.resume(moment("2026-05-06T10:00", NEW_YORK))

    for story in explained(desk).values():
        assert sum((window.counted for window in story.windows), hours(0)) == story.target


def test_the_windows_end_where_the_time_is_used_up_and_not_at_the_floor() -> None:
    """A20: the floor of a reopening is wall clock."""
    desk = opened()
    desk.acknowledge(FRIDAY)
    desk.resolve(moment("2026-05-05T16:25", NEW_YORK))
    desk.reopen(moment("2026-05-05T20:00", NEW_YORK))
    desk.resolve(moment("2026-05-06T09:04", NEW_YORK))
    desk.reopen(moment("2026-05-06T09:30", NEW_YORK))

    story = level_2(desk)

    assert story.due_at == story.floor == moment("2026-05-06T09:45", NEW_YORK)
    assert sum((window.counted for window in story.windows), hours(0)) == story.target
    assert written(story)[-1][0] == "05-06T09:00"


def test_of_very_many_windows_the_first_and_the_last_are_told() -> None:
    """C3: bounded, and honest about it."""
    daily = replace(calendar(NEW_YORK, "09:00-10:00", "15:00-16:00"), name="daily")
    holidays = replace(
        daily,
        closed=office(closed=[f"2026-{m:02}-{d:02}" for m in (6, 7) for d in range(1, 29)]).closed,
    )
    slow = replace(SOP.targets[Priority.MEDIUM], level_2=hours(100), management=hours(200))
    policy = replace(
        SOP,
        targets={**SOP.targets, Priority.MEDIUM: slow},
        calendars={"daily": holidays},
        clocks={Priority.MEDIUM: "daily"},
    )
    story = level_2(opened(at=moment("2026-05-20T09:00", NEW_YORK), policy=policy))

    assert len(story.windows) == 40
    assert story.windows_left_out == 60
    assert story.windows[0].opens == moment("2026-05-20T09:00", NEW_YORK)
    assert story.windows[-1].closes == story.due_at
    assert (len(story.holidays), story.holidays_left_out) == (40, 16)


def test_a_clock_that_never_stops_has_no_windows_to_tell() -> None:
    """A6."""
    story = level_2(Desk(Priority.HIGH, policy=BY_OFFICE_HOURS))

    assert (story.calendar, story.zone, story.windows, story.holidays) == ("24x7", "UTC", (), ())


def test_reminders_and_caps_run_by_the_clock_on_the_wall() -> None:
    """A7, A19: also where the targets keep office hours."""
    desk = opened()
    desk.hold(FRIDAY)
    management = desk.due(DeadlineKind.MANAGEMENT)

    assert desk.due(DeadlineKind.HOLD_CAP) == FRIDAY + days(14)
    assert desk.due(DeadlineKind.REMINDER_1) == management + hours(1)
