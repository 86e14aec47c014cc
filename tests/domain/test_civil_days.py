"""Where a civil day begins, in every zone that there is (A6, A24, D3)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from escgraph.domain.civil_days import first_moment
from escgraph.domain.zones import everywhere

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
YEARS = range(1970, 2038)


def _odd_days(zone: ZoneInfo) -> list[date]:
    """Those around which the zone changes its offset; the rest are like each other."""
    noons = [datetime(year, 1, 1, 12, tzinfo=UTC) for year in (YEARS.start, YEARS.stop)]
    found = []
    day, last = (noon.date() for noon in noons)
    while day < last:
        later = min(day + 7 * DAY, last)
        if _offset(day, zone) != _offset(later, zone):
            found += [day + n * DAY for n in range(-1, (later - day).days + 2)]
        day = later
    return found


def _offset(day: date, zone: ZoneInfo) -> timedelta | None:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC).astimezone(zone).utcoffset()


@pytest.mark.parametrize("name", sorted(everywhere(available_timezones())))
def test_a_day_lasts_from_its_first_moment_to_that_of_the_next(name: str) -> None:
    """A6: before it is an earlier day; a day that its zone skipped lasts no time."""
    zone = ZoneInfo(name)
    for day in _odd_days(zone):
        first = first_moment(day, zone)
        assert (first - INSTANT).astimezone(zone).date() < day
        assert first.astimezone(zone).date() >= day
        assert first <= first_moment(day + DAY, zone)


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("America/Sao_Paulo", date(2018, 11, 4), "2018-11-04T03:00Z"),
        ("Africa/Cairo", date(2026, 4, 24), "2026-04-23T22:00Z"),
        ("America/Havana", date(2026, 11, 1), "2026-11-01T04:00Z"),
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00Z"),
        ("Pacific/Apia", date(2011, 12, 31), "2011-12-30T10:00Z"),
        ("Africa/Monrovia", date(1972, 1, 7), "1972-01-07T00:44:30Z"),
    ],
    ids=["skipped", "skipped in spring", "shown twice", "a day skipped", "the next", "odd jump"],
)
def test_midnight_skipped_or_shown_twice(zone: str, day: date, expected: str) -> None:
    """A6, A24."""
    assert first_moment(day, ZoneInfo(zone)) == datetime.fromisoformat(expected)
