"""Pauses where the calendar closes: only open time can be paused (A6, A7, A13)."""

from datetime import datetime

import pytest

from escgraph.domain.pauses import advance
from escgraph.domain.ticket import Pause
from tests.domain.desk import hours
from tests.domain.hours import moment, office, shown

NEW_YORK = "America/New_York"


def at(text: str) -> datetime:
    """On a Monday (the 4th) to a Sunday in May 2026, as in "4 17:00"."""
    day, clock = text.split()
    return moment(f"2026-05-{int(day):02}T{clock}", NEW_YORK)


def due(target: float, start: str, *pauses: tuple[str, str]) -> str:
    stops = tuple(Pause(at(began), at(ended), None) for began, ended in pauses)
    found = advance(at(start), hours(target), pauses=stops, calendar=office())
    return shown(found, NEW_YORK)[8:16].replace("T", " ").lstrip("0")


def test_a_pause_overnight_pauses_no_business_time() -> None:
    """A6, A7: vector 7."""
    assert due(8, "4 15:00", ("4 17:00", "5 09:00")) == "5 15:00"


@pytest.mark.parametrize(
    ("pause", "expected"),
    [
        pytest.param(("4 16:00", "4 17:00"), "5 16:00", id="the last hour of the day"),
        pytest.param(("4 16:00", "4 23:00"), "5 16:00", id="and the evening"),
        pytest.param(("4 16:00", "5 10:00"), "5 17:00", id="and the first hour of the next"),
        pytest.param(("5 03:00", "5 10:00"), "5 16:00", id="from the night into the day"),
        pytest.param(("4 18:00", "4 19:00"), "5 15:00", id="in the evening"),
        pytest.param(("5 14:00", "8 17:00"), "11 10:00", id="over the rest of the week"),
        pytest.param(("5 15:00", "5 16:00"), "5 16:00", id="from the very moment it is due"),
        pytest.param(("5 15:01", "5 16:00"), "5 15:00", id="after it is due"),
    ],
)
def test_a_target_is_stretched_by_the_open_time_that_was_paused(
    pause: tuple[str, str], expected: str
) -> None:
    """A6, A7."""
    assert due(8, "4 15:00", pause) == expected


@pytest.mark.parametrize(
    ("pause", "expected"),
    [
        pytest.param(("4 17:00", "4 20:00"), "4 20:00", id="at the close, when it is due"),
        pytest.param(("4 17:01", "4 20:00"), "4 17:00", id="a minute after"),
        pytest.param(("4 20:00", "5 12:00"), "4 17:00", id="in the evening, into the next day"),
        pytest.param(("5 08:00", "5 12:00"), "4 17:00", id="in the morning"),
        pytest.param(("4 16:00", "5 12:00"), "5 13:00", id="before the close"),
    ],
)
def test_a_target_used_up_at_the_close_is_due_then_whatever_is_paused_later(
    pause: tuple[str, str], expected: str
) -> None:
    """A6, A13: though no time counts between the close and the pause."""
    assert due(2, "4 15:00", pause) == expected


def test_several_pauses_are_taken_in_their_order() -> None:
    """A6, A7: an hour of Monday, a night, and two hours of Tuesday."""
    pauses = (("4 16:00", "4 17:00"), ("4 20:00", "4 22:00"), ("5 10:00", "5 12:00"))

    assert due(4, "4 15:00", *pauses) == "5 14:00"


def test_a_ticket_opened_at_the_weekend_is_due_as_if_opened_on_monday() -> None:
    """A6."""
    assert due(2, "2 12:00") == due(2, "4 09:00") == "4 11:00"
    assert due(2, "2 12:00", ("2 13:00", "3 13:00")) == "4 11:00"
