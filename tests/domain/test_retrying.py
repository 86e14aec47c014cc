"""When a message is tried again, when it is dead, and when nobody tries at all (§5, C2)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escgraph.domain.retrying import (
    CLOSED,
    LONGEST_OPEN,
    OPEN_FOR,
    OPENS_AFTER,
    STEPS,
    Circuit,
    CircuitState,
    Sign,
    after,
    next_try,
    state_of,
)

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
WAITS = (timedelta(seconds=5), timedelta(minutes=5), timedelta(hours=24))

chances = st.floats(0, 1)
signs = st.lists(st.tuples(st.sampled_from(Sign), st.timedeltas(timedelta(0), 2 * LONGEST_OPEN)))


@pytest.mark.parametrize(
    ("attempts", "wait"), [(1, WAITS[0]), (2, WAITS[1]), (3, WAITS[2])], ids=["1st", "2nd", "3rd"]
)
def test_after_each_attempt_it_waits_as_the_settings_say(attempts: int, wait: timedelta) -> None:
    assert next_try(attempts=attempts, waits=WAITS, at=NINE, chance=0.5) == NINE + wait


def test_after_the_last_wait_and_one_more_attempt_it_is_dead() -> None:
    assert next_try(attempts=4, waits=WAITS, at=NINE, chance=0.5) is None
    assert next_try(attempts=1, waits=(), at=NINE, chance=0.5) is None


@given(attempts=st.integers(1, 3), chance=chances)
def test_a_wait_is_never_off_by_more_than_a_tenth(attempts: int, chance: float) -> None:
    due = next_try(attempts=attempts, waits=WAITS, at=NINE, chance=chance)

    assert due is not None
    assert abs(due - NINE - WAITS[attempts - 1]) <= 0.1 * WAITS[attempts - 1]


def test_chance_moves_a_wait_over_the_whole_tenth() -> None:
    due = [next_try(attempts=1, waits=WAITS, at=NINE, chance=chance) for chance in (0.0, 1.0)]

    assert due == [NINE + timedelta(seconds=4.5), NINE + timedelta(seconds=5.5)]


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        (timedelta(seconds=4), timedelta(seconds=5)),
        (timedelta(seconds=6), timedelta(seconds=6)),
        (timedelta(days=1), timedelta(days=1)),
        (timedelta(days=400), timedelta(days=1)),
    ],
)
def test_a_receiver_may_ask_for_a_longer_wait_of_a_day_at_most(
    asked: timedelta, wait: timedelta
) -> None:
    due = next_try(attempts=1, waits=WAITS, at=NINE, chance=0.5, asked=asked)

    assert due == NINE + wait


def failing(times: int, *, at: datetime = NINE) -> Circuit:
    """A circuit that failed so often in a row, each time as soon as it was tried again."""
    circuit = CLOSED
    for _ in range(times):
        at = circuit.open_until or at
        circuit = after(circuit, Sign.FAILED, at=at)
    return circuit


def test_every_state_says_what_follows_from_every_sign() -> None:
    assert set(STEPS) == {(state, sign) for state in CircuitState for sign in Sign}


def test_a_circuit_stays_closed_for_nine_failures_in_a_row() -> None:
    assert failing(OPENS_AFTER - 1) == Circuit(9, None)


def test_the_tenth_failure_in_a_row_opens_it_for_half_a_minute() -> None:
    assert failing(OPENS_AFTER) == Circuit(10, NINE + timedelta(seconds=30))


def test_one_answer_in_between_counts_from_the_beginning() -> None:
    circuit = after(failing(OPENS_AFTER - 1), Sign.ANSWERED, at=NINE)

    assert after(circuit, Sign.FAILED, at=NINE) == Circuit(1, None)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(10, 30), (11, 60), (12, 120), (14, 480), (15, 600), (99, 600)]
)
def test_each_time_it_opens_anew_it_is_open_twice_as_long(failures: int, seconds: int) -> None:
    before = failing(failures - 1)
    at = before.open_until or NINE

    assert after(before, Sign.FAILED, at=at).open_until == at + timedelta(seconds=seconds)


def test_an_open_circuit_is_half_open_from_its_moment_on() -> None:
    circuit = Circuit(10, NINE)

    assert state_of(circuit, at=NINE - INSTANT) is CircuitState.OPEN
    assert state_of(circuit, at=NINE) is CircuitState.HALF_OPEN


def test_what_was_under_way_when_it_opened_neither_counts_nor_prolongs() -> None:
    circuit = failing(OPENS_AFTER)

    assert after(circuit, Sign.FAILED, at=NINE + timedelta(seconds=1)) == circuit


@pytest.mark.parametrize("later", [timedelta(seconds=1), OPEN_FOR, LONGEST_OPEN])
def test_an_answer_closes_it_whether_it_is_open_or_half_open(later: timedelta) -> None:
    assert after(failing(OPENS_AFTER), Sign.ANSWERED, at=NINE + later) == CLOSED


@given(signs)
def test_it_is_open_if_and_only_if_ten_attempts_in_a_row_failed(
    happened: list[tuple[Sign, timedelta]],
) -> None:
    circuit, in_a_row, now = CLOSED, 0, NINE
    for sign, passed in happened:
        now += passed
        if sign is Sign.ANSWERED:
            in_a_row = 0
        elif state_of(circuit, at=now) is not CircuitState.OPEN:
            in_a_row += 1
        circuit = after(circuit, sign, at=now)

        assert circuit.failures == in_a_row
        assert (circuit.open_until is not None) == (in_a_row >= OPENS_AFTER)


@given(signs)
def test_it_is_never_open_for_longer_than_ten_minutes(
    happened: list[tuple[Sign, timedelta]],
) -> None:
    circuit, now = failing(OPENS_AFTER), NINE
    for sign, passed in happened:
        now += passed
        circuit = after(circuit, sign, at=now)

        assert circuit.open_until is None or circuit.open_until - now <= LONGEST_OPEN
