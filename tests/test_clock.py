"""The clock is the database's, whatever the host's says, or is made to say."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from escgraph.clock import READINGS, Clock, ReadMoment

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
QUICK = [timedelta(milliseconds=1)] * READINGS


@dataclass
class Machine:
    """A host with a clock that may be set, and a pulse that goes on."""

    says: datetime = NINE + 5 * MINUTE
    passed: timedelta = timedelta(0)

    @property
    def right(self) -> datetime:
        """What the database says: nine o'clock was when this machine's pulse was zero."""
        return NINE + self.passed

    def clock(self, *, speed: float = 1.0, start: datetime | None = None) -> Clock:
        class OfThisMachine(Clock):
            host = staticmethod(lambda: self.says)
            pulse = staticmethod(lambda: self.passed)

        return OfThisMachine(speed=speed, start=start)

    def wait(self, duration: timedelta) -> None:
        self.says += duration
        self.passed += duration

    def database(self, *trips: timedelta, way_there: float = 0.5) -> ReadMoment:
        """Asked for the time, it takes that long; the answer is made after a part of it."""
        taking = iter(trips)

        async def read_moment() -> datetime:
            trip = next(taking)
            self.wait(trip * way_there)
            answer = self.right
            self.wait(trip * (1 - way_there))
            return answer

        return read_moment


@pytest.fixture
def machine() -> Machine:
    return Machine()


async def test_a_clock_says_what_the_database_says_however_wrong_its_host_is(
    machine: Machine,
) -> None:
    clock = machine.clock()
    assert clock.now() == NINE + 5 * MINUTE

    offset = await clock.measure(machine.database(*QUICK))

    assert abs(offset + 5 * MINUTE) < SECOND
    assert abs(clock.now() - machine.right) < SECOND


@pytest.mark.parametrize("way_there", [0.0, 0.5, 1.0])
async def test_a_clock_is_never_ahead_of_the_database_s_and_lags_by_the_quickest_answer(
    machine: Machine, way_there: float
) -> None:
    clock = machine.clock()
    trips = [2 * SECOND, SECOND / 10, 3 * SECOND]

    await clock.measure(machine.database(*trips, way_there=way_there))

    assert clock.now() <= machine.right <= clock.now() + SECOND / 10


@pytest.mark.parametrize("step", [-10 * MINUTE, 10 * MINUTE])
async def test_a_host_that_is_set_right_while_a_process_runs_moves_no_moment(
    machine: Machine, step: timedelta
) -> None:
    clock = machine.clock()
    await clock.measure(machine.database(*QUICK))

    machine.says += step
    machine.wait(20 * SECOND)

    assert abs(clock.now() - machine.right) < SECOND


@pytest.mark.parametrize("step", [-10 * MINUTE, 10 * MINUTE])
def test_simulated_time_runs_at_its_speed_whatever_happens_to_the_host(
    machine: Machine, step: timedelta
) -> None:
    clock = machine.clock(speed=60.0, start=NINE - MINUTE)

    machine.says += step
    machine.wait(2 * SECOND)

    assert clock.now() == NINE + MINUTE
