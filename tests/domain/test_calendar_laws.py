"""Laws of business time that hold for any hours, holidays and zone, across every change of clocks.

`minute_by_minute` is another way to the same: it asks the clock on the wall.
"""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from escgraph.domain.calendar import ALWAYS, Calendar, Holiday, Week, Window
from escgraph.domain.pauses import advance
from escgraph.domain.ticket import Pause
from tests.domain.hours import calendar

ZERO = timedelta(0)
MINUTE = timedelta(minutes=1)

anyhow = settings(deadline=None)

ZONES = (
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Pyongyang",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Europe/Dublin",
    "Europe/Istanbul",
    "Pacific/Apia",
    "Pacific/Chatham",
)
CHANGES = (
    datetime(2011, 12, 30, tzinfo=UTC),
    datetime(2015, 8, 14, tzinfo=UTC),
    datetime(2016, 3, 27, tzinfo=UTC),
    datetime(2018, 5, 4, tzinfo=UTC),
    datetime(2018, 11, 4, tzinfo=UTC),
    datetime(2026, 3, 8, tzinfo=UTC),
    datetime(2026, 3, 29, tzinfo=UTC),
    datetime(2026, 4, 5, tzinfo=UTC),
    datetime(2026, 9, 27, tzinfo=UTC),
    datetime(2026, 10, 4, tzinfo=UTC),
    datetime(2026, 10, 25, tzinfo=UTC),
    datetime(2026, 11, 1, tzinfo=UTC),
    datetime(2026, 12, 31, tzinfo=UTC),
)
"""Near which clocks change, or the year does."""


@st.composite
def windows(draw: st.DrawFn) -> tuple[Window, ...]:
    """Some windows of a day that do not overlap; they may touch, and end at midnight."""
    marks = sorted(draw(st.sets(st.integers(0, 48), min_size=2, max_size=6)))
    return tuple(
        Window(_half_hour(a), None if b == 48 else _half_hour(b))
        for a, b in zip(marks[::2], marks[1::2], strict=False)
    )


def _half_hour(number: int) -> time:
    return time(number // 2, 30 * (number % 2))


@st.composite
def weeks(draw: st.DrawFn) -> Week:
    days = draw(st.lists(windows() | st.just(()), min_size=7, max_size=7).filter(any))
    return tuple(days)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    closed = draw(st.lists(moments, max_size=5))
    return Calendar(
        "hours",
        zone=draw(st.sampled_from(ZONES)),
        week=draw(weeks()),
        closed=tuple(Holiday(moment.date(), "closed") for moment in closed),
    )


moments = st.builds(
    lambda change, away: change + away,
    st.sampled_from(CHANGES),
    st.timedeltas(timedelta(days=-4), timedelta(days=4)),
)
durations = st.timedeltas(ZERO, timedelta(hours=60))


@anyhow
@given(calendars(), moments, durations)
def test_what_was_added_has_elapsed(hours: Calendar, start: datetime, counted: timedelta) -> None:
    """A6: elapsed(start, add(start, d)) = d."""
    assert hours.elapsed(start, hours.add(start, counted)) == counted


@anyhow
@given(calendars(), moments, durations.filter(bool))
def test_it_falls_due_at_the_first_moment_at_which_that_was_counted(
    hours: Calendar, start: datetime, counted: timedelta
) -> None:
    """A6: a microsecond sooner it was not, so it ends at a close and never at an opening."""
    due = hours.add(start, counted)

    assert hours.elapsed(start, due - timedelta.resolution) == counted - timedelta.resolution


@anyhow
@given(calendars(), moments, durations, durations)
def test_more_time_never_falls_due_earlier(
    hours: Calendar, start: datetime, one: timedelta, other: timedelta
) -> None:
    """A6, T11: monotone in the duration."""
    assert hours.add(start, min(one, other)) <= hours.add(start, max(one, other))


@anyhow
@given(calendars(), moments, moments, durations.filter(bool))
def test_a_later_start_never_falls_due_earlier(
    hours: Calendar, one: datetime, other: datetime, counted: timedelta
) -> None:
    """A6: monotone in the start."""
    assert hours.add(min(one, other), counted) <= hours.add(max(one, other), counted)


@anyhow
@given(calendars(), moments, moments, moments)
def test_splitting_an_interval_adds_up(
    hours: Calendar, one: datetime, two: datetime, three: datetime
) -> None:
    """A6."""
    start, between, end = sorted((one, two, three))

    assert hours.elapsed(start, between) + hours.elapsed(between, end) == hours.elapsed(start, end)


@anyhow
@given(calendars(), moments, durations.filter(bool), durations)
def test_adding_twice_is_adding_both(
    hours: Calendar, start: datetime, one: timedelta, other: timedelta
) -> None:
    """A6."""
    assert hours.add(hours.add(start, one), other) == hours.add(start, one + other)


@anyhow
@given(calendars(), moments, moments)
def test_open_time_is_never_more_than_time(hours: Calendar, one: datetime, other: datetime) -> None:
    """A6."""
    start, end = sorted((one, other))

    assert ZERO <= hours.elapsed(start, end) <= end - start


@anyhow
@given(calendars(), moments, moments)
def test_the_open_spells_between_add_up_to_what_elapsed(
    hours: Calendar, one: datetime, other: datetime
) -> None:
    """C3."""
    start, end = sorted((one, other))
    spells = hours.spells(start, end)

    parts = (min(spell.closes, end) - max(spell.opens, start) for spell in spells)
    assert sum(parts, ZERO) == hours.elapsed(start, end)
    assert all(a.closes <= b.opens for a, b in pairwise(spells))


@anyhow
@given(calendars(), moments, st.integers(0, 3 * 24 * 60))
def test_the_clock_on_the_wall_counts_the_same(
    hours: Calendar, start: datetime, length: int
) -> None:
    """A6: minute by minute, where no window begins or ends in a jump of the clock."""
    start = start.replace(second=0, microsecond=0)
    end = start + length * MINUTE
    assume(not _jumps(hours.zone, start - timedelta(days=2), end + timedelta(days=2)))

    assert hours.elapsed(start, end) == minute_by_minute(hours, start, length) * MINUTE


@anyhow
@given(st.sampled_from(ZONES), moments, st.integers(0, 5 * 24 * 60))
def test_office_hours_are_those_of_the_clock_on_the_wall_whatever_it_does_at_night(
    zone: str, start: datetime, length: int
) -> None:
    """A6: all zones, all changes; no clock changes between six and midnight."""
    hours = calendar(zone, "06:00-12:00", "13:00-23:00", days=range(6))
    start = start.replace(second=0, microsecond=0)

    counted = minute_by_minute(hours, start, length)
    assert hours.elapsed(start, start + length * MINUTE) == counted * MINUTE


@anyhow
@given(calendars(), moments, moments, durations)
def test_what_was_asked_before_changes_no_answer(
    hours: Calendar, one: datetime, other: datetime, counted: timedelta
) -> None:
    """A6: the table of moments grows in both directions and stays the same table."""
    fresh = Calendar("hours", zone=hours.zone, week=hours.week, closed=hours.closed)
    hours.add(other, counted)
    hours.elapsed(other - timedelta(days=800), other)

    assert hours.add(one, counted) == fresh.add(one, counted)


@anyhow
@given(moments, moments, durations)
def test_the_calendar_that_never_closes_counts_what_a_whole_week_counts(
    one: datetime, other: datetime, counted: timedelta
) -> None:
    """A6."""
    whole = calendar("Europe/Berlin", "00:00-24:00")
    start, end = sorted((one, other))

    assert ALWAYS.add(one, counted) == whole.add(one, counted)
    assert ALWAYS.elapsed(start, end) == whole.elapsed(start, end)


@st.composite
def paused(draw: st.DrawFn) -> tuple[Calendar, datetime, tuple[Pause, ...]]:
    """A calendar, a start, and pauses after it in order that do not overlap."""
    hours = draw(calendars())
    start = draw(moments)
    marks = sorted(draw(st.lists(st.integers(0, 10 * 24 * 60), max_size=8)))
    pairs = zip(marks[::2], marks[1::2], strict=False)
    stops = tuple(Pause(start + a * MINUTE, start + b * MINUTE, None) for a, b in pairs)
    return hours, start, stops


@anyhow
@given(paused(), durations)
def test_what_counts_up_to_the_deadline_less_what_was_paused_is_the_target(
    given_pauses: tuple[Calendar, datetime, tuple[Pause, ...]], target: timedelta
) -> None:
    """A6, A7: in business time."""
    hours, start, stops = given_pauses
    due = advance(start, target, pauses=stops, calendar=hours)

    standing = sum(
        (hours.elapsed(stop.started_at, min(stop.ended_at or due, due)) for stop in stops), ZERO
    )
    assert hours.elapsed(start, due) - standing == target


@anyhow
@given(paused(), durations, st.integers(0, 7))
def test_a_pause_only_ever_moves_a_deadline_later(
    given_pauses: tuple[Calendar, datetime, tuple[Pause, ...]], target: timedelta, without: int
) -> None:
    """A6, A7."""
    hours, start, stops = given_pauses
    fewer = tuple(stop for n, stop in enumerate(stops) if n != without)

    all_of_them = advance(start, target, pauses=stops, calendar=hours)
    assert all_of_them >= advance(start, target, pauses=fewer, calendar=hours)


@anyhow
@given(paused(), durations, durations)
def test_a_longer_target_is_never_due_earlier_however_often_it_was_paused(
    given_pauses: tuple[Calendar, datetime, tuple[Pause, ...]], one: timedelta, other: timedelta
) -> None:
    """A6, T11: so the rungs fire in climbing order."""
    hours, start, stops = given_pauses

    short = advance(start, min(one, other), pauses=stops, calendar=hours)
    assert short <= advance(start, max(one, other), pauses=stops, calendar=hours)


@anyhow
@given(calendars(), moments, durations, st.timedeltas(ZERO, timedelta(days=6)), durations)
def test_a_pause_while_it_is_closed_changes_nothing(
    hours: Calendar, start: datetime, target: timedelta, after: timedelta, length: timedelta
) -> None:
    """A6, A7, vector 7; but for one that begins at the very moment it is due, which is first."""
    began = start + after
    assume(not hours.elapsed(began, began + length))
    assume(began != hours.add(start, target))

    stop = Pause(began, began + length, None)
    assert advance(start, target, pauses=(stop,), calendar=hours) == hours.add(start, target)


def minute_by_minute(hours: Calendar, start: datetime, minutes: int) -> int:
    """How many of the minutes from `start` on begin at an open hour by the clock on the wall."""
    zone = ZoneInfo(hours.zone)
    walls = ((start + n * MINUTE).astimezone(zone) for n in range(minutes))
    return sum(_open(hours, wall) for wall in walls)


def _open(hours: Calendar, wall: datetime) -> bool:
    if wall.date() in {holiday.day for holiday in hours.closed}:
        return False
    return any(
        each.opens <= wall.time() and (each.closes is None or wall.time() < each.closes)
        for each in hours.week[wall.weekday()]
    )


def _jumps(zone: str, start: datetime, end: datetime) -> bool:
    """Whether the zone's offset is another at some hour between the two."""
    count = (end - start) // timedelta(hours=1)
    offsets = {
        (start + n * timedelta(hours=1)).astimezone(ZoneInfo(zone)).utcoffset()
        for n in range(count + 1)
    }
    return len(offsets) > 1
