"""When a message may go: at once, gathered, or as a digest; behind quiet hours and the cap (§5)."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escgraph.domain.calm import (
    COMPANY,
    GATHERING,
    HOUR,
    HOURLY_CAP,
    NO_WISHES,
    Lately,
    Wishes,
    due_at,
    pace_of,
)
from escgraph.domain.notice import Pace
from escgraph.domain.quiet_hours import QuietHours, after_quiet
from escgraph.domain.terms import Priority
from tests.domain.desk import NINE, minutes

SECOND = timedelta(seconds=1)
BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(time(22), time(7))
SLEEPS = Wishes(zone=BERLIN, quiet=NIGHT, digest_at=time(8), hourly_cap=3)
THREE_AT_NIGHT = datetime(2026, 3, 3, 3, tzinfo=BERLIN)
IN_THE_MORNING = datetime(2026, 3, 3, 7, tzinfo=BERLIN)


def test_a_gathering_lasts_a_minute_company_ten_seconds_and_the_cap_is_thirty() -> None:
    assert (minutes(1), 10 * SECOND, minutes(60), 30) == (GATHERING, COMPANY, HOUR, HOURLY_CAP)


@pytest.mark.parametrize(
    ("priority", "pressing", "wishes", "pace"),
    [
        (Priority.HIGH, True, SLEEPS, Pace.AT_ONCE),
        (Priority.LOW, True, SLEEPS, Pace.AT_ONCE),
        (None, True, SLEEPS, Pace.AT_ONCE),
        (Priority.MEDIUM, False, SLEEPS, Pace.BUNDLED),
        (Priority.LOW, False, SLEEPS, Pace.DIGEST),
        (Priority.LOW, False, NO_WISHES, Pace.BUNDLED),
        (None, False, SLEEPS, Pace.BUNDLED),
    ],
)
def test_the_pace_hangs_on_what_presses_and_on_what_the_person_wants(
    priority: Priority | None,
    pressing: bool,  # noqa: FBT001 - a column of the table
    wishes: Wishes,
    pace: Pace,
) -> None:
    assert pace_of(priority=priority, pressing=pressing, wishes=wishes) is pace


def test_what_presses_goes_at_once_at_night_too_and_above_every_cap() -> None:
    """HIGH and critical override quiet hours and caps."""
    lately = Lately(in_the_hour=[THREE_AT_NIGHT - SECOND] * 1000)

    assert due(Pace.AT_ONCE, SLEEPS, lately, at=THREE_AT_NIGHT) == THREE_AT_NIGHT


@pytest.mark.parametrize(
    ("since_the_last", "wait"),
    [
        (0 * SECOND, COMPANY),
        (4 * SECOND, 6 * SECOND),
        (COMPANY, 0 * SECOND),
        (COMPANY - SECOND, SECOND),
        (minutes(5), 0 * SECOND),
        (-7 * SECOND, COMPANY),
    ],
)
def test_the_next_pressing_message_waits_for_company_ten_seconds_at_most(
    since_the_last: timedelta, wait: timedelta
) -> None:
    lately = Lately(at_once=NINE - since_the_last)

    assert due(Pace.AT_ONCE, NO_WISHES, lately) == NINE + wait


def test_what_does_not_press_is_gathered_for_a_minute() -> None:
    assert due(Pace.BUNDLED, NO_WISHES, Lately()) == NINE + GATHERING


def test_what_does_not_press_waits_for_the_end_of_quiet_hours() -> None:
    assert due(Pace.BUNDLED, SLEEPS, Lately(), at=THREE_AT_NIGHT) == IN_THE_MORNING


def test_what_would_be_gathered_into_the_quiet_hours_waits_for_their_end() -> None:
    at = datetime(2026, 3, 2, 21, 59, 30, tzinfo=BERLIN)

    assert due(Pace.BUNDLED, SLEEPS, Lately(), at=at) == IN_THE_MORNING


def test_quiet_hours_are_told_in_utc_where_no_zone_is_known() -> None:
    wishes = Wishes(quiet=QuietHours(time(8), time(10)))

    assert due(Pace.BUNDLED, wishes, Lately()) == NINE + HOUR


@pytest.mark.parametrize(
    ("made", "wait"),
    [
        ((50, 40), minutes(1)),
        ((50, 40, 30), minutes(10)),
        ((50, 40, 30, 20), minutes(20)),
        ((59.5, 40, 30), minutes(1)),
    ],
)
def test_above_the_cap_the_rest_waits_until_the_hour_is_over(
    made: tuple[float, ...], wait: timedelta
) -> None:
    """Three an hour: the next may go when the third last is an hour old."""
    lately = Lately(in_the_hour=[NINE - minutes(ago) for ago in made])

    assert due(Pace.BUNDLED, Wishes(hourly_cap=3), lately) == NINE + wait


def test_a_digest_comes_at_the_time_of_day_that_the_person_chose() -> None:
    evening = datetime(2026, 3, 2, 18, tzinfo=BERLIN)

    assert due(Pace.DIGEST, SLEEPS, Lately(), at=evening) == datetime(2026, 3, 3, 8, tzinfo=BERLIN)


@given(
    st.sampled_from(Pace),
    st.timedeltas(timedelta(0), timedelta(days=2)),
    st.lists(st.timedeltas(timedelta(0), HOUR), max_size=8).map(sorted),
    st.none() | st.timedeltas(-COMPANY, HOUR),
)
def test_no_message_is_due_before_it_is_made_and_none_in_quiet_hours_but_what_presses(
    pace: Pace, later: timedelta, ago: list[timedelta], last: timedelta | None
) -> None:
    at = NINE + later
    lately = Lately([at - one for one in reversed(ago)], None if last is None else at - last)

    moment = due(pace, SLEEPS, lately, at=at)

    assert moment >= at
    if pace is Pace.AT_ONCE:
        assert moment <= at + COMPANY
    else:
        assert moment <= at + timedelta(hours=26)
        assert after_quiet(moment, NIGHT, BERLIN) == moment


def due(pace: Pace, wishes: Wishes, lately: Lately, *, at: datetime = NINE) -> datetime:
    return due_at(pace, at=at, wishes=wishes, lately=lately)
