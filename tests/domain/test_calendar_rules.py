"""What makes no calendar is refused with the place and the cure (A6, vector 6)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from escgraph.domain.calendar import ALL_DAY, ALWAYS, Calendar, Holiday
from escgraph.domain.calendar_rules import validate_calendar, validate_wait
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.policy import SOP, Policy, validate
from escgraph.domain.terms import Priority
from tests.domain.desk import days, hours
from tests.domain.hours import calendar, office, week


def refusal(hours_of: Calendar) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as refused:
        validate_calendar(hours_of, place=("calendars", "office"))
    return refused.value


def closed_days(count: int, *, first: str = "2026-01-05") -> tuple[Holiday, ...]:
    start = date.fromisoformat(first)
    return tuple(Holiday(start + timedelta(days=n), "") for n in range(count))


@pytest.mark.parametrize(
    "hours_of",
    [
        office(),
        calendar("Asia/Kolkata", "09:00-12:00", "12:00-17:00"),
        calendar("Europe/Berlin", "00:00-06:00", "22:00-24:00"),
        calendar("Europe/Berlin", "13:00-17:00", "09:00-12:00"),
        calendar("UTC", "09:00-09:01", days=[6]),
        calendar("America/New_York", "02:00-03:00"),
        office(closed=["2026-12-25"]),
        Calendar("all", zone="Pacific/Apia", week=ALL_DAY),
    ],
)
def test_a_calendar_by_which_time_can_be_counted_passes(hours_of: Calendar) -> None:
    """A6."""
    validate_calendar(hours_of)


@pytest.mark.parametrize(
    ("windows", "complaint", "at"),
    [
        (["09:00-13:00", "12:00-17:00"], "09:00-13:00 and 12:00-17:00 overlap", "1"),
        (["12:00-17:00", "09:00-13:00"], "09:00-13:00 and 12:00-17:00 overlap", "1"),
        (["09:00-17:00", "10:00-11:00"], "overlap", "1"),
        (["09:00-24:00", "10:00-11:00"], "09:00-24:00 and 10:00-11:00 overlap", "1"),
        (["09:00-17:00", "09:00-17:00"], "overlap; write them as one", "1"),
        (["09:00-09:00"], "09:00-09:00 is empty; leave it out", "0"),
        (["08:00-09:00", "17:00-09:30"], "closes before it opens", "1"),
        (["22:00-06:00"], "write 22:00-24:00 and, on the next day, 00:00-06:00", "0"),
        (["22:00-00:00"], "write 24:00 for midnight at the end of the day", "0"),
    ],
)
def test_windows_that_are_none_are_refused_by_their_day(
    windows: list[str], complaint: str, at: str
) -> None:
    """A6: overlapping, empty, backwards, over midnight."""
    refused = refusal(calendar("UTC", *windows, days=[2]))

    assert refused.message.startswith("on WEDNESDAY the window")
    assert complaint in refused.message
    assert refused.field == ("calendars", "office", "week", "WEDNESDAY", at)


@pytest.mark.parametrize(
    "zone",
    ["Europe/Berlino", "europe/berlin", "Mars", "", "../etc", "Europe", "localtime", "right/UTC"],
)
def test_a_zone_that_nobody_knows_is_refused(zone: str) -> None:
    """A6."""
    refused = refusal(replace(office(), zone=zone))

    assert f'"{zone}" is no time zone' in refused.message
    assert refused.field == ("calendars", "office", "zone")


def test_an_own_day_that_stands_there_twice_is_refused() -> None:
    """A6."""
    refused = refusal(office(closed=["2026-12-25", "2026-12-24", "2026-12-25"]))

    assert "2026-12-25 stands there twice" in refused.message
    assert refused.field == ("calendars", "office", "closed", "2", "day")


def test_an_own_day_may_be_a_public_holiday_too() -> None:
    """A6."""
    christmas = Holiday(date(2026, 12, 25), "Christmas Day")

    validate_calendar(replace(office(), holidays=(christmas,), closed=(christmas,)))


def test_a_calendar_without_any_window_is_refused() -> None:
    """A6, vector 6."""
    refused = refusal(calendar("UTC"))

    assert "no open window on any day" in refused.message
    assert refused.field == ("calendars", "office", "week")


def test_a_week_of_another_length_is_refused() -> None:
    assert "has 6 weekdays" in refusal(replace(office(), week=ALL_DAY[:6])).message


def test_a_calendar_without_an_open_window_in_400_days_is_refused() -> None:
    """A6, vector 6: from Monday 2026-01-05 on."""
    every_day = calendar("UTC", "09:00-17:00")

    validate_calendar(replace(every_day, closed=closed_days(399)))
    refused = refusal(replace(every_day, closed=closed_days(400)))

    assert "no open window in 400 days from 2026-01-05 on" in refused.message
    assert refused.field == ("calendars", "office", "closed")


def test_days_without_hours_count_among_the_400_whether_holidays_or_not() -> None:
    """A6, vector 6: Saturday and Sunday before, and what the region and the owner close."""
    of_both = replace(office(), holidays=closed_days(200), closed=closed_days(398)[198:])

    assert "from 2026-01-03 on" in refusal(of_both).message
    shorter = replace(office(), holidays=closed_days(200), closed=closed_days(396)[198:])
    validate_calendar(shorter)


def test_closed_days_apart_from_each_other_may_be_many() -> None:
    """A6: a hundred years of holidays."""
    mondays = closed_days(36_500)[::7]

    validate_calendar(replace(office(), closed=mondays))


def test_closed_days_at_the_ends_of_time_are_days_like_others() -> None:
    validate_calendar(office(closed=["0001-01-01", "9999-12-31"]))


def test_a_target_that_takes_longer_than_a_century_is_refused() -> None:
    """P1: what could not be armed would forget its ticket."""
    hour_a_week = calendar("UTC", "09:00-10:00", days=[0])

    validate_wait(hour_a_week, hours(5217))
    with pytest.raises(InvalidInputError, match=r"opens for 1 hours a week.*longer than a century"):
        validate_wait(hour_a_week, hours(5218))
    validate_wait(ALWAYS, days(3650))


def with_clocks(**clocks: str) -> Policy:
    chosen = {Priority(priority): name for priority, name in clocks.items()}
    return replace(SOP, calendars={"office": office()}, clocks=chosen)


def test_a_policy_counts_each_priority_by_its_clock_and_high_around_the_clock() -> None:
    """A6."""
    policy = validate(with_clocks(MEDIUM="office", LOW="office"))

    assert [policy.calendar(priority).name for priority in Priority] == ["24x7", "hours", "hours"]


@pytest.mark.parametrize(
    ("policy", "complaint", "field"),
    [
        (with_clocks(HIGH="office"), "HIGH counts around the clock", "clocks"),
        (with_clocks(LOW="factory"), 'the clock of LOW is the calendar "factory"', "clocks"),
        (replace(SOP, review_calendar="office"), "the clock of reviews", "reviewCalendar"),
        (replace(SOP, calendars={"office": calendar("UTC")}), "no open window", "calendars"),
        (replace(SOP, calendars={"24x7": office()}), 'called "24x7"', "calendars"),
        (replace(SOP, calendars={" ": office()}), 'called " "', "calendars"),
        (replace(SOP, zone="Europe/Berlino"), "did you mean Europe/Berlin", "zone"),
    ],
)
def test_a_policy_whose_clocks_cannot_be_read_is_refused(
    policy: Policy, complaint: str, field: str
) -> None:
    """A6, T11."""
    with pytest.raises(InvalidInputError, match=complaint) as refused:
        validate(policy)
    assert refused.value.field[0] == field


def test_a_policy_whose_management_is_called_after_a_century_is_refused() -> None:
    """A6, P1."""
    hour_a_year = calendar("UTC", "09:00-09:01", days=[0])
    policy = replace(SOP, calendars={"hours": hour_a_year}, clocks={Priority.LOW: "hours"})
    slow = replace(SOP.targets[Priority.LOW], management=days(7))

    validate(policy)
    with pytest.raises(InvalidInputError, match="longer than a century") as refused:
        validate(replace(policy, targets={**SOP.targets, Priority.LOW: slow}))
    assert refused.value.field == ("targets", "LOW", "management")


def test_a_week_that_is_open_all_day_can_have_holidays_as_any_other() -> None:
    """A6."""
    closed = Calendar("all", week=week("00:00-24:00"), closed=closed_days(1))

    validate_calendar(closed)
    assert not closed.opens_on(date(2026, 1, 5))
