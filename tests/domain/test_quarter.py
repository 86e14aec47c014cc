"""Which quarter a moment belongs to, in the organisation's time zone (A24)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escgraph.domain.errors import InvalidInputError
from escgraph.domain.quarter import Quarter, ended, latest, named, of

INSTANT = timedelta(microseconds=1)
Q1 = Quarter(2026, 1)

ZONES = st.sampled_from(sorted(available_timezones() - {"localtime"}))
QUARTERS = st.builds(Quarter, st.integers(1990, 2036), st.integers(1, 4))


@pytest.mark.parametrize(
    ("zone", "starts_at"),
    [
        ("UTC", datetime(2026, 1, 1, tzinfo=UTC)),
        ("Asia/Kolkata", datetime(2025, 12, 31, 18, 30, tzinfo=UTC)),
        ("Pacific/Apia", datetime(2025, 12, 31, 11, tzinfo=UTC)),
        ("America/St_Johns", datetime(2026, 1, 1, 3, 30, tzinfo=UTC)),
        ("Asia/Kathmandu", datetime(2025, 12, 31, 18, 15, tzinfo=UTC)),
    ],
)
def test_a_quarter_begins_at_midnight_of_the_organisation(zone: str, starts_at: datetime) -> None:
    """A24: an escalation a moment before belongs to the quarter before."""
    assert Q1.starts_at(zone) == starts_at
    assert of(starts_at, zone) == Q1
    assert of(starts_at - INSTANT, zone) == Quarter(2025, 4)


def test_it_ends_where_the_next_one_begins_also_across_a_change_of_the_clocks() -> None:
    """A24: New York goes to daylight time in March, so its first quarter is an hour shorter."""
    assert Q1.ends_at("America/New_York") == datetime(2026, 4, 1, 4, tzinfo=UTC)
    length = Q1.ends_at("America/New_York") - Q1.starts_at("America/New_York")
    assert length == timedelta(days=90) - timedelta(hours=1)


def test_a_quarter_that_begins_in_a_skipped_hour_begins_where_the_clock_goes_on() -> None:
    """A24: in Asunción there was no midnight on 1 October 2017; it was one o'clock at once."""
    starts_at = Quarter(2017, 4).starts_at("America/Asuncion")
    assert starts_at == datetime(2017, 10, 1, 4, tzinfo=UTC)
    assert of(starts_at - INSTANT, "America/Asuncion") == Quarter(2017, 3)


def test_the_days_that_a_zone_leaves_out_belong_to_nobody() -> None:
    """A24: Samoa had no 30 December 2011, and its year ended all the same."""
    assert of(datetime(2011, 12, 30, 9, 59, tzinfo=UTC), "Pacific/Apia") == Quarter(2011, 4)
    assert Quarter(2012, 1).starts_at("Pacific/Apia") == datetime(2011, 12, 31, 10, tzinfo=UTC)


@given(QUARTERS, ZONES)
def test_every_moment_is_in_one_quarter_and_none_in_two(quarter: Quarter, zone: str) -> None:
    """A24, in every zone that there is."""
    starts_at, ends_at = quarter.starts_at(zone), quarter.ends_at(zone)
    assert of(starts_at, zone) == of(ends_at - INSTANT, zone) == quarter
    assert of(starts_at - INSTANT, zone) == quarter.before
    assert of(ends_at, zone) == quarter.after
    assert quarter.before.after == quarter.after.before == quarter


def test_a_quarter_is_over_at_the_first_moment_that_is_not_in_it() -> None:
    """Q1, A24."""
    ends_at = Q1.ends_at("Asia/Kolkata")
    assert ended(Q1, now=ends_at - INSTANT, zone="Asia/Kolkata") == ()
    assert ended(Q1, now=ends_at, zone="Asia/Kolkata") == (Q1,)


def test_all_that_are_over_are_told_after_a_year_of_being_down() -> None:
    """Q1: also when the process was down at midnight."""
    over = ended(Q1, now=datetime(2027, 2, 1, tzinfo=UTC), zone="UTC")
    assert [quarter.name for quarter in over] == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]


def test_a_quarter_is_compared_with_the_four_before() -> None:
    names = [quarter.name for quarter in latest(Q1, 5)]
    assert names == ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1"]


def test_a_quarter_is_found_again_by_its_name() -> None:
    assert named(Q1.name) == Q1


@pytest.mark.parametrize("name", ["2026", "2026-Q5", "2026-Q0", "2026-q1", "26-Q1", "2026-Q1 ", ""])
def test_what_is_no_quarter_is_refused_with_an_example(name: str) -> None:
    with pytest.raises(InvalidInputError, match="written like 2026-Q1"):
        named(name)
