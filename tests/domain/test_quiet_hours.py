"""Quiet hours across midnight and across changed clocks, in the zone of the person (§5)."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from escgraph.domain.errors import InvalidInputError
from escgraph.domain.quiet_hours import QuietHours, after_quiet, next_time

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(time(22), time(7))
SECOND = timedelta(seconds=1)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("at", "free"),
    [
        ("2026-03-02T21:59:59+01:00", "2026-03-02T21:59:59+01:00"),
        ("2026-03-02T22:00:00+01:00", "2026-03-03T07:00:00+01:00"),
        ("2026-03-02T23:59:59+01:00", "2026-03-03T07:00:00+01:00"),
        ("2026-03-03T00:00:00+01:00", "2026-03-03T07:00:00+01:00"),
        ("2026-03-03T06:59:59+01:00", "2026-03-03T07:00:00+01:00"),
        ("2026-03-03T07:00:00+01:00", "2026-03-03T07:00:00+01:00"),
        # The night that lost an hour, and the one that had one twice.
        ("2026-03-28T23:00:00+01:00", "2026-03-29T07:00:00+02:00"),
        ("2026-10-24T23:00:00+02:00", "2026-10-25T07:00:00+01:00"),
        ("2026-10-25T02:30:00+02:00", "2026-10-25T07:00:00+01:00"),
        ("2026-10-25T02:30:00+01:00", "2026-10-25T07:00:00+01:00"),
    ],
)
def test_a_night_lasts_until_its_morning(at: str, free: str) -> None:
    assert after_quiet(moment(at), NIGHT, BERLIN) == moment(free)


@pytest.mark.parametrize(
    ("at", "free"),
    [
        ("2026-03-02T11:59:59+01:00", "2026-03-02T11:59:59+01:00"),
        ("2026-03-02T12:00:00+01:00", "2026-03-02T13:30:00+01:00"),
        ("2026-03-02T13:30:00+01:00", "2026-03-02T13:30:00+01:00"),
        ("2026-03-02T23:00:00+01:00", "2026-03-02T23:00:00+01:00"),
    ],
)
def test_a_noon_lies_within_one_day(at: str, free: str) -> None:
    noon = QuietHours(time(12), time(13, 30))

    assert after_quiet(moment(at), noon, BERLIN) == moment(free)


@pytest.mark.parametrize(
    ("hours", "at", "free"),
    [
        # 02:30 did not exist: it is an hour after 01:30, as the offset before has it.
        ((time(22), time(2, 30)), "2026-03-29T01:59:00+01:00", "2026-03-29T03:30:00+02:00"),
        # 02:30 came twice: the first ends the night, and the second is free.
        ((time(22), time(2, 30)), "2026-10-25T02:29:00+02:00", "2026-10-25T02:30:00+02:00"),
        ((time(22), time(2, 30)), "2026-10-25T02:29:00+01:00", "2026-10-25T02:29:00+01:00"),
        # From 02:30 on: it begins at the first of two.
        ((time(2, 30), time(6)), "2026-10-25T02:45:00+02:00", "2026-10-25T06:00:00+01:00"),
        # Wholly within the hour that did not exist: it is as long as ever, an hour later.
        ((time(2, 15), time(2, 45)), "2026-03-29T03:20:00+02:00", "2026-03-29T03:45:00+02:00"),
    ],
)
def test_hours_that_the_clock_skips_or_repeats(
    hours: tuple[time, time], at: str, free: str
) -> None:
    """PEP 495, as the windows of a calendar."""
    assert after_quiet(moment(at), QuietHours(*hours), BERLIN) == moment(free)


def test_a_day_that_a_zone_skipped_has_no_night() -> None:
    """Samoa had no 30 December 2011; Thursday's night ended on what its clocks called Saturday."""
    samoa = ZoneInfo("Pacific/Apia")

    free = after_quiet(moment("2011-12-29T23:00:00-10:00"), NIGHT, samoa)

    assert free == moment("2011-12-31T07:00:00+14:00")


def test_whoever_has_no_quiet_hours_is_always_free() -> None:
    at = moment("2026-03-02T03:00:00+01:00")

    assert after_quiet(at, None, BERLIN) == at


def test_quiet_hours_without_a_length_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="give two times"):
        QuietHours(time(7), time(7))


moments = st.timedeltas(timedelta(0), timedelta(days=40 * 365)).map(
    lambda later: datetime(2000, 1, 1, tzinfo=UTC) + later
)
minutes = st.times().map(lambda shown: shown.replace(second=0, microsecond=0, fold=0))
zones = st.sampled_from(ZONES).map(ZoneInfo)
quiets = st.tuples(minutes, minutes).filter(lambda two: two[0] != two[1])


@given(moments, quiets, zones)
def test_the_first_free_moment_is_free_and_not_long_after(
    at: datetime, two: tuple[time, time], zone: ZoneInfo
) -> None:
    hours = QuietHours(*two)

    free = after_quiet(at, hours, zone)

    assert at <= free <= at + timedelta(hours=26)
    assert after_quiet(free, hours, zone) == free
    if free > at:
        assert after_quiet(free - SECOND, hours, zone) == free
        assert after_quiet(at + (free - at) / 2, hours, zone) == free


@given(moments, quiets, zones)
def test_where_no_clock_is_changed_the_wall_says_what_is_quiet(
    at: datetime, two: tuple[time, time], zone: ZoneInfo
) -> None:
    hours = QuietHours(*two)
    around = {(at + n * timedelta(hours=30)).astimezone(zone).utcoffset() for n in (-1, 0, 1)}
    assume(len(around) == 1)
    shown = at.astimezone(zone).time()
    inside = (
        hours.since <= shown < hours.until
        if hours.since < hours.until
        else shown >= hours.since or shown < hours.until
    )

    free = after_quiet(at, hours, zone)

    assert (free > at) is inside
    if inside:
        assert free.astimezone(zone).time() == hours.until


@pytest.mark.parametrize(
    ("at", "following"),
    [
        ("2026-03-02T07:59:59+01:00", "2026-03-02T08:00:00+01:00"),
        ("2026-03-02T08:00:00+01:00", "2026-03-03T08:00:00+01:00"),
        ("2026-03-28T12:00:00+01:00", "2026-03-29T08:00:00+02:00"),
        ("2026-10-24T12:00:00+02:00", "2026-10-25T08:00:00+01:00"),
    ],
)
def test_a_time_of_day_comes_once_a_day(at: str, following: str) -> None:
    assert next_time(moment(at), time(8), BERLIN) == moment(following)


@given(moments, minutes, zones)
def test_the_next_time_of_day_is_later_and_not_by_much_more_than_a_day(
    at: datetime, shown: time, zone: ZoneInfo
) -> None:
    following = next_time(at, shown, zone)

    assert at < following <= at + timedelta(hours=26)
    assert next_time(following - SECOND, shown, zone) == following
