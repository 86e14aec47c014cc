"""Figures in words: as people say them, and back without loss."""

from datetime import time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from escgraph.documents.sop_words import (
    HOLDS,
    duration_of,
    in_days,
    in_hours,
    listed,
    said_or,
    text_or,
    week_of,
    week_said,
)
from escgraph.domain.calendar import ALL_DAY, Window
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.terms import HoldReason
from tests.documents.texts import TEXTS

DURATIONS = st.integers(0, 10**9).map(lambda seconds: timedelta(seconds=seconds))
MORNING, NIGHT = (Window(time(9), time(12, 30)),), (Window(time(22), None),)


@given(DURATIONS)
def test_a_duration_survives_its_words(duration: timedelta) -> None:
    assert duration_of(in_days(duration)) == duration
    assert duration_of(in_hours(duration)) == duration
    assert duration_of(in_hours(duration, of="business")) == duration


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=72), "72 hours"),
        (timedelta(minutes=90), "1 hour 30 minutes"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(0), "0 seconds"),
    ],
)
def test_a_target_is_said_in_hours(duration: timedelta, words: str) -> None:
    assert in_hours(duration) == words


def test_business_time_is_said_to_be_that() -> None:
    assert in_hours(timedelta(hours=8), of="business") == "8 business hours"
    assert in_hours(timedelta(minutes=90), of="business") == "1 business hour 30 minutes"
    assert in_hours(timedelta(minutes=30), of="business") == "30 business minutes"


def test_longer_times_are_said_in_days() -> None:
    assert in_days(timedelta(days=14)) == "14 days"
    assert in_days(timedelta(hours=36)) == "1 day 12 hours"


@pytest.mark.parametrize("words", ["", "soon", "2", "2 weeks", "2h", "2 hours or so", "-1 hours"])
def test_words_that_are_no_duration_are_refused(words: str) -> None:
    with pytest.raises(InvalidInputError, match="is no duration"):
        duration_of(words)


@pytest.mark.parametrize("words", [f"{'9' * 20} days", f"{'9' * 5000} seconds"])
def test_words_that_are_longer_than_time_are_refused(words: str) -> None:
    with pytest.raises(InvalidInputError, match="longer than time itself"):
        duration_of(words)


def test_days_that_are_open_alike_are_said_together() -> None:
    week = (MORNING, MORNING, MORNING + NIGHT, MORNING, MORNING, (), ())

    assert week_said(week) == (
        ("Monday to Tuesday", "09:00-12:30"),
        ("Wednesday", "09:00-12:30, 22:00-24:00"),
        ("Thursday to Friday", "09:00-12:30"),
        ("Saturday to Sunday", "closed"),
    )
    assert week_said(ALL_DAY) == (("Monday to Sunday", "00:00-24:00"),)


@given(st.tuples(*[st.sampled_from([(), MORNING, NIGHT, MORNING + NIGHT])] * 7))
def test_a_week_survives_its_words(week: tuple[tuple[Window, ...], ...]) -> None:
    assert week_of(week_said(week)) == week


@pytest.mark.parametrize(
    "said",
    [
        [],
        [("Monday to Saturday", "closed")],
        [("Monday to Sunday", "closed"), ("Sunday", "closed")],
        [("Tuesday to Sunday", "closed"), ("Monday", "closed")],
        [("Monday to Friday", "closed"), ("Friday to Sunday", "closed")],
        [("Someday", "closed")],
        [("Monday to Sunday", "nine to five")],
    ],
)
def test_words_that_are_no_week_are_refused(said: list[tuple[str, str]]) -> None:
    with pytest.raises(InvalidInputError):
        week_of(said)


@given(st.one_of(st.none(), TEXTS, st.sampled_from(["any", '"any"', '"', '"any'])))
@example("")
def test_a_text_is_never_taken_for_the_word_for_none(text: str | None) -> None:
    assert text_or(said_or(text, "any"), "any") == text


def test_every_reason_of_a_hold_has_words_of_its_own() -> None:
    assert set(HOLDS) == set(HoldReason)
    assert len(set(HOLDS.values())) == len(HOLDS)


def test_things_are_listed_as_in_a_sentence() -> None:
    assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == [
        "a",
        "a and b",
        "a, b and c",
    ]
