"""Time that counts: targets stretched by what was paused, and never shrunk (A1, A7, A20)."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escgraph.domain.calendar import ALWAYS
from escgraph.domain.pauses import advance, pause_end
from escgraph.domain.ticket import Pause
from tests.domain.desk import NINE, hours

MINUTE = timedelta(minutes=1)


def pause(start: float, end: float | None, *, cap: float | None = None) -> Pause:
    return Pause(
        NINE + hours(start),
        None if end is None else NINE + hours(end),
        None if cap is None else NINE + hours(cap),
    )


def due(target: float, *pauses: Pause) -> datetime:
    return advance(NINE, hours(target), pauses=pauses, calendar=ALWAYS)


@st.composite
def pauses(draw: st.DrawFn) -> tuple[Pause, ...]:
    """Pauses in order that do not overlap, some of them touching or empty."""
    marks = sorted(draw(st.lists(st.integers(0, 600), max_size=12)))
    pairs = zip(marks[::2], marks[1::2], strict=False)
    return tuple(Pause(NINE + a * MINUTE, NINE + b * MINUTE, None) for a, b in pairs)


targets = st.integers(0, 600).map(lambda count: count * MINUTE)


@pytest.mark.parametrize(
    ("given_pauses", "expected"),
    [
        pytest.param((), 2, id="none"),
        pytest.param((pause(1, 3),), 4, id="before it is due"),
        pytest.param((pause(0, 3),), 5, id="from the start"),
        pytest.param((pause(-2, -1),), 2, id="before the clock started"),
        pytest.param((pause(-2, 0),), 2, id="up to the start"),
        pytest.param((pause(-1, 1),), 3, id="over the start"),
        pytest.param((pause(2, 5),), 5, id="from the very moment it is due"),
        pytest.param((pause(2.5, 5),), 2, id="after it is due"),
        pytest.param((pause(1, 2), pause(2, 3)), 4, id="touching"),
        pytest.param((pause(1, 2), pause(3, 4)), 4, id="two, the second at its new moment"),
        pytest.param((pause(1, 1),), 2, id="empty"),
        pytest.param((pause(1, None),), 2, id="without an end"),
        pytest.param((pause(1, None, cap=6),), 7, id="a hold that lasts, up to its cap"),
        pytest.param((pause(1, 2, cap=6),), 3, id="a hold that ended before its cap"),
    ],
)
def test_a_target_is_stretched_by_what_was_paused(
    given_pauses: tuple[Pause, ...], expected: float
) -> None:
    """A7, A13."""
    assert due(2, *given_pauses) == NINE + hours(expected)


def test_a_pause_ends_when_it_ended_or_at_its_cap() -> None:
    """A7."""
    assert pause_end(pause(1, 2, cap=6)) == NINE + hours(2)
    assert pause_end(pause(1, None, cap=6)) == NINE + hours(6)
    assert pause_end(pause(1, None)) is None


@given(targets, pauses())
def test_the_time_that_counts_up_to_the_deadline_is_the_target(
    target: timedelta, stopped: tuple[Pause, ...]
) -> None:
    """A1: counted minute by minute."""
    deadline = advance(NINE, target, pauses=stopped, calendar=ALWAYS)

    counted = sum(
        not any(p.started_at <= NINE + n * MINUTE < (p.ended_at or NINE) for p in stopped)
        for n in range((deadline - NINE) // MINUTE)
    )
    assert counted * MINUTE == target


@given(targets, pauses(), st.integers(0, 11))
def test_a_pause_only_ever_moves_a_deadline_later(
    target: timedelta, stopped: tuple[Pause, ...], without: int
) -> None:
    """A7."""
    fewer = tuple(p for n, p in enumerate(stopped) if n != without)

    assert advance(NINE, target, pauses=stopped, calendar=ALWAYS) >= advance(
        NINE, target, pauses=fewer, calendar=ALWAYS
    )


@given(targets, targets, pauses())
def test_a_longer_target_is_never_due_earlier(
    one: timedelta, other: timedelta, stopped: tuple[Pause, ...]
) -> None:
    """T11: so the rungs fire in climbing order."""
    short, long = sorted((one, other))

    assert advance(NINE, short, pauses=stopped, calendar=ALWAYS) <= advance(
        NINE, long, pauses=stopped, calendar=ALWAYS
    )


def test_a_calendar_counts_what_lies_between_and_nothing_backwards() -> None:
    assert ALWAYS.add(NINE, hours(2)) == NINE + hours(2)
    assert ALWAYS.elapsed(NINE, NINE + hours(2)) == hours(2)
    assert ALWAYS.elapsed(NINE, NINE - hours(2)) == timedelta(0)
