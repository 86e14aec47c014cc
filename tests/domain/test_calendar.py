"""Business time, told by examples: the seven vectors, odd zones, holidays, and odd moments (A6)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from escgraph.domain.calendar import ALWAYS, Calendar, Holiday
from escgraph.domain.errors import InvalidInputError
from tests.domain.desk import NINE, hours, minutes
from tests.domain.hours import DAILY, WHOLE, WORKDAYS, calendar, moment, office, shown, week

ZERO = timedelta(0)
NEW_YORK, BERLIN, LORD_HOWE = "America/New_York", "Europe/Berlin", "Australia/Lord_Howe"


def later(hours_of: Calendar, start: str, counted: float) -> str:
    return shown(hours_of.add(moment(start, hours_of.zone), hours(counted)), hours_of.zone)


@pytest.mark.parametrize(
    ("hours_of", "start", "counted", "expected"),
    [
        pytest.param(
            office(), "2026-03-06T16:00", 4, "2026-03-09T12:00:00-04:00", id="1, over a weekend"
        ),
        pytest.param(
            calendar(NEW_YORK, WHOLE),
            "2026-03-07T23:30",
            4,
            "2026-03-08T04:30:00-04:00",
            id="2, a night of 23 hours' day",
        ),
        pytest.param(
            calendar(NEW_YORK, WHOLE),
            "2026-10-31T23:30",
            4,
            "2026-11-01T02:30:00-05:00",
            id="2, a night of 25 hours' day",
        ),
        pytest.param(
            calendar(BERLIN, "00:00-06:00"),
            "2026-03-29T01:30",
            2,
            "2026-03-29T04:30:00+02:00",
            id="3, through the skipped hour",
        ),
        pytest.param(
            calendar(BERLIN, "00:00-06:00"),
            "2026-10-25T01:30",
            2,
            "2026-10-25T02:30:00+01:00",
            id="3, into the repeated hour",
        ),
        pytest.param(
            office(), "2026-05-01T16:30", 2, "2026-05-04T10:30:00-04:00", id="5, from a Friday"
        ),
        pytest.param(
            office(), "2026-05-04T09:00", 48, "2026-05-11T17:00:00-04:00", id="5, six days"
        ),
        pytest.param(
            office(), "2026-05-04T09:00", 72, "2026-05-14T17:00:00-04:00", id="5, nine days"
        ),
    ],
)
def test_the_vectors_of_the_requirements_are_reproduced(
    hours_of: Calendar, start: str, counted: float, expected: str
) -> None:
    """A6: vectors 1, 2, 3 and 5; what is used up at a close falls due at that close."""
    assert later(hours_of, start, counted) == expected


def test_a_window_in_the_skipped_hour_holds_nothing() -> None:
    """A6, vector 4."""
    night = calendar(NEW_YORK, "02:00-03:00")
    midnight = moment("2026-03-08T00:00", NEW_YORK)

    assert night.elapsed(midnight, midnight + hours(23)) == ZERO
    assert not night.opens_on(date(2026, 3, 8))
    assert later(night, "2026-03-08T00:00", 0.5) == "2026-03-09T02:30:00-04:00"


@pytest.mark.parametrize(
    ("hours_of", "start", "counted", "expected"),
    [
        pytest.param(
            office("Asia/Kolkata"),
            "2026-03-06T16:45",
            0.5,
            "2026-03-09T09:15:00+05:30",
            id="half an hour off",
        ),
        pytest.param(
            office("Asia/Kathmandu"),
            "2026-03-06T16:45",
            1,
            "2026-03-09T09:45:00+05:45",
            id="three quarters off",
        ),
        pytest.param(
            calendar(LORD_HOWE, "00:00-06:00"),
            "2026-10-04T01:30",
            2,
            "2026-10-04T04:00:00+11:00",
            id="half an hour skipped",
        ),
        pytest.param(
            calendar(LORD_HOWE, "00:00-06:00"),
            "2026-04-05T01:15",
            1,
            "2026-04-05T01:45:00+10:30",
            id="half an hour repeated",
        ),
        pytest.param(
            calendar(LORD_HOWE, WHOLE),
            "2026-10-03T12:00",
            24,
            "2026-10-04T12:30:00+11:00",
            id="a day of 23.5 hours",
        ),
        pytest.param(
            office("Europe/Istanbul"),
            "2016-09-07T09:00",
            8 * 60,
            "2016-11-29T17:00:00+03:00",
            id="no winter time from 2016 on",
        ),
        pytest.param(
            office("Pacific/Apia"),
            "2011-12-29T16:00",
            2,
            "2012-01-02T10:00:00+14:00",
            id="a Friday that never was",
        ),
        pytest.param(
            calendar("Pacific/Apia", "09:00-17:00"),
            "2011-12-29T16:00",
            2,
            "2011-12-31T10:00:00+14:00",
            id="the day after the day that never was",
        ),
        pytest.param(
            calendar("Pacific/Apia", WHOLE),
            "2011-12-29T20:00",
            8,
            "2011-12-31T04:00:00+14:00",
            id="through the day that never was",
        ),
        pytest.param(
            office("Asia/Pyongyang"),
            "2015-08-14T16:00",
            2,
            "2015-08-17T10:00:00+08:30",
            id="half an hour back for good",
        ),
        pytest.param(
            office("Asia/Pyongyang"),
            "2018-05-04T16:45",
            0.5,
            "2018-05-07T09:15:00+09:00",
            id="and half an hour forth again",
        ),
        pytest.param(
            calendar("America/Sao_Paulo", WHOLE),
            "2018-11-03T23:00",
            2,
            "2018-11-04T02:00:00-02:00",
            id="a midnight that was skipped",
        ),
    ],
)
def test_zones_with_odd_rules_are_followed(
    hours_of: Calendar, start: str, counted: float, expected: str
) -> None:
    """A6."""
    assert later(hours_of, start, counted) == expected


@pytest.mark.parametrize(
    ("zone", "year"),
    [
        ("Pacific/Apia", 2011),
        ("Pacific/Kiritimati", 1994),
        ("Pacific/Kwajalein", 1969),
        ("Pacific/Kwajalein", 1993),
        ("America/Toronto", 1919),
        ("America/Sao_Paulo", 2018),
        ("Asia/Pyongyang", 2015),
        ("Africa/Monrovia", 1972),
    ],
)
def test_a_calendar_that_never_closes_counts_all_time_whatever_its_zone_does(
    zone: str, year: int
) -> None:
    """A6: days skipped, days repeated, midnights skipped in the middle of a jump."""
    start, end = (datetime(one, 1, 1, tzinfo=UTC) for one in (year, year + 2))

    assert calendar(zone, WHOLE).elapsed(start, end) == end - start


def test_a_day_that_its_zone_skipped_holds_nothing() -> None:
    """A6."""
    apia = office("Pacific/Apia")

    assert not apia.opens_on(date(2011, 12, 30))
    assert apia.opens_on(date(2011, 12, 29))


def test_windows_of_one_day_are_counted_in_their_order_and_not_between() -> None:
    """A6."""
    split = calendar(BERLIN, "13:00-17:00", "09:00-12:00", days=WORKDAYS)

    assert later(split, "2026-03-02T11:30", 1) == "2026-03-02T13:30:00+01:00"
    assert later(split, "2026-03-02T09:00", 3) == "2026-03-02T12:00:00+01:00"
    assert later(split, "2026-03-02T12:30", 7) == "2026-03-03T12:00:00+01:00"


def test_a_night_shift_runs_from_one_day_into_the_next() -> None:
    """A6: until 24:00 and from 00:00 on."""
    night = calendar(BERLIN, "00:00-06:00", "22:00-24:00")

    assert later(night, "2026-03-02T22:00", 3) == "2026-03-03T01:00:00+01:00"
    assert later(night, "2026-03-02T22:00", 2) == "2026-03-03T00:00:00+01:00"
    assert later(night, "2026-03-28T23:00", 3) == "2026-03-29T03:00:00+02:00"


def test_windows_that_a_jump_pushes_together_count_no_moment_twice() -> None:
    """A6: at 02:30, which was skipped, the clock shows 03:30."""
    split = calendar(NEW_YORK, "01:00-02:30", "03:00-04:00")
    midnight = moment("2026-03-08T00:00", NEW_YORK)

    assert split.elapsed(midnight, midnight + hours(12)) == hours(2)


def test_holidays_of_the_region_and_own_days_are_closed() -> None:
    """A6."""
    closed = Calendar(
        "hours",
        zone=BERLIN,
        week=week("09:00-17:00", days=WORKDAYS),
        holidays=(Holiday(date(2026, 5, 1), "Labor Day"),),
        closed=(Holiday(date(2026, 5, 4), "Summer party"),),
    )

    assert later(closed, "2026-04-30T16:00", 2) == "2026-05-05T10:00:00+02:00"
    assert [closed.opens_on(date(2026, 5, day)) for day in (1, 2, 4, 5)] == [
        False,
        False,
        False,
        True,
    ]


def test_the_days_from_christmas_to_the_new_year_are_closed_on_both_sides_of_it() -> None:
    """A6: the next year's holidays apply."""
    between = ("2026-12-25", "2026-12-28", "2026-12-29", "2026-12-30", "2026-12-31", "2027-01-01")

    assert (
        later(office(BERLIN, closed=between), "2026-12-24T16:00", 2) == "2027-01-04T10:00:00+01:00"
    )


def test_a_year_that_is_closed_altogether_is_passed() -> None:
    """A6: the table of moments begins with a year without any."""
    start = date(2025, 6, 1)
    whole_year = [(start + timedelta(days=n)).isoformat() for n in range(390)]

    assert later(office(closed=whole_year), "2025-12-31T12:00", 1) == "2026-06-26T10:00:00-04:00"
    assert office(closed=whole_year).elapsed(
        moment("2025-07-01T09:00", NEW_YORK), moment("2026-06-01T09:00", NEW_YORK)
    ) == timedelta(0)


@pytest.mark.parametrize("start", ["2026-05-02T12:00", "2026-05-04T12:00", "2026-05-04T17:00"])
def test_nothing_is_counted_at_the_start_itself_open_or_not(start: str) -> None:
    """A6."""
    at = moment(start, NEW_YORK)

    assert office().add(at, ZERO) == at


def test_microseconds_are_kept() -> None:
    start = moment("2026-05-01T16:59:59.999999", NEW_YORK)

    assert office().add(start, timedelta(microseconds=1)) == moment("2026-05-01T17:00", NEW_YORK)
    assert shown(office().add(start, timedelta(microseconds=3)), NEW_YORK) == (
        "2026-05-04T09:00:00.000002-04:00"
    )


def test_time_is_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="forwards only"):
        office().add(NINE, -minutes(1))
    assert office().elapsed(NINE, NINE - hours(2)) == ZERO


def test_only_the_calendar_without_zone_and_holidays_never_closes() -> None:
    """A6: it has no windows to tell."""
    whole = calendar("UTC", WHOLE, days=DAILY)
    berlin = calendar(BERLIN, WHOLE)

    assert ALWAYS.spells(NINE, NINE + hours(48)) == ()
    assert whole.spells(NINE, NINE + hours(48)) == ()
    assert len(berlin.spells(NINE, NINE + hours(48))) == 3
    assert ALWAYS.opens_on(date(2026, 12, 25))
    assert not calendar("UTC", WHOLE, closed=["2026-12-25"]).opens_on(date(2026, 12, 25))


def test_the_holidays_between_two_moments_are_those_on_which_it_would_have_opened() -> None:
    """C3: Saturday is none of them, though it is a holiday too; the own reason is told."""
    closed = Calendar(
        "hours",
        zone=NEW_YORK,
        week=week("09:00-17:00", days=WORKDAYS),
        holidays=(
            Holiday(date(2026, 7, 3), "Independence Day (observed)"),
            Holiday(date(2026, 7, 4), "Independence Day"),
            Holiday(date(2026, 9, 7), "Labor Day"),
        ),
        closed=(Holiday(date(2026, 7, 2), "Moving house"), Holiday(date(2026, 7, 3), "Fireworks")),
    )
    start, end = moment("2026-07-01T12:00", NEW_YORK), moment("2026-07-08T12:00", NEW_YORK)

    assert closed.closed_between(start, end) == (
        Holiday(date(2026, 7, 2), "Moving house"),
        Holiday(date(2026, 7, 3), "Fireworks"),
    )
    assert closed.closed_between(start, start) == ()
    assert ALWAYS.closed_between(start, end) == ()


def test_calendars_are_equal_and_hashed_by_what_they_say() -> None:
    """The table of moments is no part of it."""
    asked, fresh = office(), office()
    asked.add(NINE, hours(100))

    assert asked == fresh
    assert hash(asked) == hash(fresh)
    assert repr(asked) == repr(fresh)
    assert asked != office(BERLIN)


@pytest.mark.parametrize("hours_of", [ALWAYS, office()])
def test_what_lies_beyond_the_years_of_a_calendar_is_refused(hours_of: Calendar) -> None:
    """P1: it ends, and says so."""
    with pytest.raises(InvalidInputError, match="the year 999"):
        hours_of.add(datetime(9990, 1, 1, tzinfo=UTC), timedelta(days=4000))


@pytest.mark.parametrize("year", [1, 2, 9998, 9999])
def test_a_moment_at_the_edge_of_time_is_refused(year: int) -> None:
    with pytest.raises(InvalidInputError, match="knows the years 3 to 9997"):
        office().add(datetime(year, 6, 1, tzinfo=UTC), hours(1))


def test_a_calendar_without_any_window_is_refused_when_it_is_asked() -> None:
    """A6: it is refused when it is saved; who counts by it all the same is not kept waiting."""
    with pytest.raises(InvalidInputError, match="does not open for that long"):
        calendar(BERLIN).add(NINE, hours(1))


def test_moments_centuries_apart_do_not_need_the_years_between() -> None:
    hours_of = office()
    monday = datetime(2026, 5, 4, 13, tzinfo=UTC)

    for year in (2026, 1626, 2026, 3026):
        at = monday.replace(year=year)
        assert hours_of.elapsed(at, hours_of.add(at, hours(20))) == hours(20)
