"""When a review is due: working days in the organisation's zone, over weekends and DST (D3)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escgraph.domain.calendar import Calendar, Holiday, Window
from escgraph.domain.policy import SOP, Policy
from escgraph.domain.working_days import civil_day, end_of, is_for_work, working_days_after

BERLIN = replace(SOP, zone="Europe/Berlin")
OFFICE = ((Window(time(9), time(17)),),) * 5 + ((),) * 2
CLOSED_ON_TUESDAYS = replace(
    SOP,
    calendars={"shop": Calendar("shop", week=(OFFICE[0], (), *OFFICE[2:5], OFFICE[0], ()))},
    review_calendar="shop",
)
HOLIDAYS = replace(
    SOP,
    calendars={
        "office": Calendar(
            "office",
            week=OFFICE,
            holidays=(Holiday(date(2026, 4, 3), "Good Friday"),),
            closed=(Holiday(date(2026, 4, 6), "Inventory"),),
        )
    },
    review_calendar="office",
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("resolved", "due"),
    [
        ("2026-03-02 09:00", "2026-03-10 00:00"),  # Monday: the week and the Monday after it
        ("2026-03-02 23:59", "2026-03-10 00:00"),
        ("2026-03-03 00:00", "2026-03-11 00:00"),
        ("2026-03-06 12:00", "2026-03-14 00:00"),  # Friday: the whole week after it
        ("2026-03-07 12:00", "2026-03-14 00:00"),  # Saturday and Sunday: the same week
        ("2026-03-08 12:00", "2026-03-14 00:00"),
    ],
)
def test_a_review_is_due_at_the_end_of_the_fifth_working_day(resolved: str, due: str) -> None:
    """D3: the day itself does not count, nor does a weekend."""
    assert working_days_after(utc(resolved), days=5, policy=SOP) == utc(due)


@pytest.mark.parametrize(
    ("days", "due"),
    [(1, "2026-03-04 00:00"), (4, "2026-03-07 00:00"), (10, "2026-03-17 00:00")],
)
def test_the_policy_says_how_many_working_days(days: int, due: str) -> None:
    """D3: counted from Monday, 2 March."""
    assert working_days_after(utc("2026-03-02 09:00"), days=days, policy=SOP) == utc(due)


@pytest.mark.parametrize(
    ("resolved", "due"),
    [
        ("2026-03-01 22:59", "2026-03-06 23:00"),  # Sunday still in Berlin
        ("2026-03-01 23:00", "2026-03-09 23:00"),  # Monday already
        ("2026-03-25 12:00", "2026-04-01 22:00"),  # over the clocks' change to summer
        ("2026-10-21 12:00", "2026-10-28 23:00"),  # and back
    ],
)
def test_days_are_those_of_the_organisation_s_zone(resolved: str, due: str) -> None:
    """D3, A24."""
    assert working_days_after(utc(resolved), days=5, policy=BERLIN) == utc(due)


@pytest.mark.parametrize(
    ("zone", "day", "ends"),
    [
        ("Africa/Cairo", date(2026, 4, 23), "2026-04-23 22:00"),  # the next day begins at 01:00
        ("Africa/Cairo", date(2026, 10, 29), "2026-10-29 22:00"),  # 23:00 to 24:00 comes twice
        ("America/Havana", date(2026, 10, 31), "2026-11-01 04:00"),  # its midnight comes twice
        ("Asia/Kathmandu", date(2026, 3, 2), "2026-03-02 18:15"),
        ("Australia/Lord_Howe", date(2026, 4, 4), "2026-04-04 13:00"),
    ],
)
def test_a_day_ends_where_the_next_begins_whatever_the_clocks_do(
    zone: str, day: date, ends: str
) -> None:
    assert end_of(day, replace(SOP, zone=zone)) == utc(ends)


@pytest.mark.parametrize(
    ("resolved", "due"),
    [
        ("2026-03-30 12:00", "2026-04-09 00:00"),  # neither Good Friday nor the inventory counts
        ("2026-03-27 12:00", "2026-04-08 00:00"),
    ],
)
def test_holidays_and_own_closed_days_of_the_review_calendar_do_not_count(
    resolved: str, due: str
) -> None:
    """D3, A6."""
    assert working_days_after(utc(resolved), days=5, policy=HOLIDAYS) == utc(due)


def test_a_review_calendar_may_work_on_saturdays_and_rest_on_tuesdays() -> None:
    """D3, A6: Wednesday to Saturday and the Monday after."""
    due = working_days_after(utc("2026-03-02 09:00"), days=5, policy=CLOSED_ON_TUESDAYS)

    assert due == utc("2026-03-10 00:00")


@given(
    minutes=st.integers(0, 20 * 365 * 24 * 60),
    days=st.integers(1, 30),
    zone=st.sampled_from(
        ("UTC", "Europe/Berlin", "America/New_York", "Africa/Cairo", "Asia/Kathmandu",
         "Australia/Lord_Howe", "Pacific/Apia", "America/Havana", "Atlantic/Azores", "Asia/Tehran")
    ),
    policy=st.sampled_from((SOP, HOLIDAYS, CLOSED_ON_TUESDAYS)),
)  # fmt: skip
def test_so_many_working_days_lie_between_the_resolution_and_the_due_moment(
    minutes: int, days: int, zone: str, policy: Policy
) -> None:
    """D3: a law, whatever the zone and the calendar."""
    policy = replace(policy, zone=zone)
    moment = utc("2020-01-01 00:00") + timedelta(minutes=minutes)

    due = working_days_after(moment, days=days, policy=policy)

    last = civil_day(due - timedelta(microseconds=1), policy)
    first = civil_day(moment, policy)
    between = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert sum(is_for_work(day, policy) for day in between) == days
    assert is_for_work(last, policy)
    assert due.astimezone(ZoneInfo(zone)).date() == last + timedelta(days=1)
