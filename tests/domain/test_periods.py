"""Days, weeks, months and quarters by the organisation's clocks (P4, A24)."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escgraph.domain.civil_days import first_moment
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.periods import MOST, Bucket, Period, buckets

BERLIN = ZoneInfo("Europe/Berlin")
KOLKATA = ZoneInfo("Asia/Kolkata")
ZONES = [
    BERLIN,
    KOLKATA,
    ZoneInfo("UTC"),
    ZoneInfo("America/New_York"),
    ZoneInfo("America/Sao_Paulo"),
    ZoneInfo("Australia/Lord_Howe"),
    ZoneInfo("Asia/Kathmandu"),
    ZoneInfo("Pacific/Apia"),
    ZoneInfo("Africa/Cairo"),
    ZoneInfo("America/Havana"),
]
LATER = datetime(2030, 1, 1, tzinfo=UTC)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # year, month, day …


def _between(
    since: datetime | None,
    until: datetime | None,
    by: Period,
    zone: ZoneInfo,
    at: datetime = LATER,
) -> list[tuple[datetime, datetime]]:
    return [
        (bucket.starts_at, bucket.ends_at)
        for bucket in buckets(since, until, by=by, zone=zone, at=at)
    ]


def test_a_day_on_which_the_clocks_change_has_23_or_25_hours() -> None:
    spring = _between(utc(2026, 3, 29, 12), utc(2026, 3, 29, 13), Period.DAY, BERLIN)
    autumn = _between(utc(2026, 10, 25, 12), utc(2026, 10, 25, 13), Period.DAY, BERLIN)

    assert spring == [(utc(2026, 3, 28, 23), utc(2026, 3, 29, 22))]
    assert autumn == [(utc(2026, 10, 24, 22), utc(2026, 10, 25, 23))]


def test_a_day_begins_on_the_half_hour_where_the_zone_does() -> None:
    assert _between(utc(2026, 5, 1), utc(2026, 5, 1, 1), Period.DAY, KOLKATA) == [
        (utc(2026, 4, 30, 18, 30), utc(2026, 5, 1, 18, 30))
    ]


def test_a_week_is_that_of_iso_8601_and_begins_on_monday() -> None:
    new_year = utc(2027, 1, 1, 12)  # a Friday, in week 53 of 2026

    assert _between(new_year, new_year + timedelta(days=3), Period.WEEK, ZoneInfo("UTC")) == [
        (utc(2026, 12, 28), utc(2027, 1, 4)),
        (utc(2027, 1, 4), utc(2027, 1, 11)),
    ]


def test_months_and_quarters_end_where_the_next_begins_over_the_year() -> None:
    since, until = utc(2025, 11, 30), utc(2026, 1, 2)

    assert [start for start, _ in _between(since, until, Period.MONTH, BERLIN)] == [
        utc(2025, 10, 31, 23),
        utc(2025, 11, 30, 23),
        utc(2025, 12, 31, 23),
    ]
    assert _between(since, until, Period.QUARTER, BERLIN) == [
        (utc(2025, 9, 30, 22), utc(2025, 12, 31, 23)),
        (utc(2025, 12, 31, 23), utc(2026, 3, 31, 22)),
    ]


def test_midnight_that_the_clocks_skip_is_the_moment_at_which_they_do() -> None:
    """In Sao Paulo the 4th of November 2018 began at one o'clock."""
    assert first_moment(date(2018, 11, 4), ZoneInfo("America/Sao_Paulo")) == utc(2018, 11, 4, 3)


def test_a_day_that_a_zone_left_out_is_no_bucket() -> None:
    """Apia had no 30th of December 2011."""
    days = _between(utc(2011, 12, 29, 12), utc(2012, 1, 1), Period.DAY, ZoneInfo("Pacific/Apia"))

    assert days == [
        (utc(2011, 12, 29, 10), utc(2011, 12, 30, 10)),
        (utc(2011, 12, 30, 10), utc(2011, 12, 31, 10)),
        (utc(2011, 12, 31, 10), utc(2012, 1, 1, 10)),
    ]


def test_until_is_no_part_of_what_is_asked_for() -> None:
    year = _between(utc(2025, 1, 1), utc(2026, 1, 1), Period.QUARTER, ZoneInfo("UTC"))

    assert len(year) == 4
    assert year[-1] == (utc(2025, 10, 1), utc(2026, 1, 1))


def test_the_bucket_of_the_present_is_partial_and_nothing_lies_behind_it() -> None:
    at = utc(2026, 3, 10, 9)

    found = buckets(utc(2026, 2, 3), utc(2026, 8, 1), by=Period.MONTH, zone=KOLKATA, at=at)

    assert [bucket.partial for bucket in found] == [False, True]
    over = buckets(at, None, by=Period.DAY, zone=ZoneInfo("UTC"), at=utc(2026, 3, 11))
    assert [bucket.partial for bucket in over] == [False, True]


@pytest.mark.parametrize(
    ("by", "many"), [(Period.DAY, 30), (Period.WEEK, 13), (Period.MONTH, 12), (Period.QUARTER, 5)]
)
def test_without_since_there_are_as_many_as_are_usual(by: Period, many: int) -> None:
    at = utc(2026, 3, 10, 9)

    found = buckets(None, None, by=by, zone=BERLIN, at=at)

    assert len(found) == many
    assert found[-1].starts_at <= at < found[-1].ends_at


def test_what_is_no_stretch_of_time_is_refused() -> None:
    at = utc(2026, 3, 10)

    for since, until in ((at, at - timedelta(1)), (at, at), (at + timedelta(1), None)):
        with pytest.raises(InvalidInputError, match="not before until or lies in the future"):
            buckets(since, until, by=Period.DAY, zone=BERLIN, at=at)


def test_more_buckets_than_anybody_reads_are_refused() -> None:
    first = utc(2026, 1, 1)
    zone = ZoneInfo("UTC")

    assert len(_between(first, first + timedelta(MOST), Period.DAY, zone)) == MOST
    with pytest.raises(InvalidInputError, match="more than 400 buckets by DAY"):
        _between(first, first + timedelta(MOST, 1), Period.DAY, zone)


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the strategy adds the zone
    st.integers(1, 300),
    st.sampled_from(list(Period)),
    st.sampled_from(ZONES),
)
def test_buckets_follow_each_other_and_hold_all_that_was_asked_for(
    since: datetime, days: int, by: Period, zone: ZoneInfo
) -> None:
    until = since + timedelta(days=days)

    found = buckets(since, until, by=by, zone=zone, at=utc(2040, 1, 1))

    assert found[0].starts_at <= since < found[0].ends_at
    assert found[-1].starts_at < until <= found[-1].ends_at
    assert all(_is_midnight(bucket, zone) for bucket in found)
    for one, next_ in pairwise(found):
        assert one.ends_at == next_.starts_at


def _is_midnight(bucket: Bucket, zone: ZoneInfo) -> bool:
    """No moment before it lies in the same civil day."""
    just_before = bucket.starts_at - timedelta(microseconds=1)
    day = bucket.starts_at.astimezone(zone).date()
    return just_before.astimezone(zone).date() < day
