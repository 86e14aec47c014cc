"""The engine loop outlives every fault, and stands back where it is only a stand-in."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

import pytest

from escgraph.clock import Clock
from escgraph.jobs import deadlines
from escgraph.jobs.housekeeping import BEAT_EVERY, FRESH, Heartbeat, an_engine_lives
from escgraph.store import heartbeats, simulation, stream, tickets
from escgraph.store.database import execute
from escgraph.store.heartbeats import Beat
from tests.store.ladders import NINE, store, untouched
from tests.store.left_behind import history

pytestmark = pytest.mark.usefixtures("house")

RUNGS = 6
"""How often an untouched ticket fires until it waits for nothing more."""


class Bell:
    """Hears what the loop tells; `fails` makes the next ring fail."""

    def __init__(self) -> None:
        self.position = 0
        self.fails = False

    async def ring(self, position: int) -> None:
        if self.fails:
            self.fails = False
            raise ConnectionError("nobody hears it")
        self.position = position


@pytest.fixture
async def bell() -> Bell:
    return Bell()


@asynccontextmanager
async def an_engine(
    bell: Bell, *, clock: Clock | None = None, stands_in: bool = False, name: str = "engine"
) -> AsyncIterator[None]:
    loop = deadlines.run(clock=clock or Clock(), ring=bell.ring, name=name, stands_in=stands_in)
    task = asyncio.create_task(loop)
    yield
    assert not task.done()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not happened():  # noqa: ASYNC110 - a bell only remembers
            await asyncio.sleep(0.01)


async def test_it_fires_what_is_due_and_rings_with_the_last_position(bell: Bell) -> None:
    ticket = await store(untouched())

    async with an_engine(bell):
        await until(lambda: bell.position > 0)

    assert bell.position == (await stream.head()).position == 1 + RUNGS
    assert (await tickets.load(ticket.id)).version == 1 + RUNGS


async def test_a_ring_that_fails_does_not_end_it(bell: Bell) -> None:
    await store(untouched())
    bell.fails = True

    async with an_engine(bell):
        await until(lambda: not bell.fails)
        await store(untouched())
        await until(lambda: bell.position == 2 * (1 + RUNGS))


async def test_a_database_that_fails_does_not_end_it(bell: Bell) -> None:
    await store(untouched())
    await execute("ALTER TABLE event RENAME TO elsewhere")

    async with an_engine(bell):
        await asyncio.sleep(0.1)
        assert bell.position == 0
        await execute("ALTER TABLE elsewhere RENAME TO event")
        await until(lambda: bell.position == 1 + RUNGS)


async def test_it_fires_nothing_while_a_log_is_played(bell: Bell) -> None:
    ticket = await store(untouched())
    await simulation.begin(at=NINE)

    async with an_engine(bell):
        await asyncio.sleep(0.1)
        assert (await tickets.facts(ticket.id)).version == 1
        await simulation.end()
        await until(lambda: bell.position == 1 + RUNGS)


async def test_a_stand_in_fires_only_when_no_heartbeat_is_fresh(bell: Bell) -> None:
    ticket = await store(untouched())
    clock = Clock(speed=20.0, start=NINE + timedelta(days=60))
    seen = clock.now()
    await heartbeats.beat("worker", at=seen)

    async with an_engine(bell, clock=clock, stands_in=True):
        await until(lambda: bell.position == 1 + RUNGS)

    fired = [event.at for version, event, _ in await history(ticket.id) if version > 1]  # type: ignore[attr-defined]  # events
    assert min(fired) >= seen + FRESH


async def test_stand_ins_do_not_stand_back_for_each_other(bell: Bell) -> None:
    async with (
        an_engine(bell, stands_in=True, name="one"),
        an_engine(bell, stands_in=True, name="another"),
    ):
        await store(untouched())
        await until(lambda: bell.position > 0)
        assert not await an_engine_lives(now=Clock().now())


async def test_an_engine_in_its_own_right_says_that_it_lives(bell: Bell) -> None:
    clock = Clock()
    before = clock.now()

    async with an_engine(bell, clock=clock, name="worker"):
        await store(untouched())
        await until(lambda: bell.position > 0)

    (beat,) = await heartbeats.beats()
    assert beat.name == "worker"
    assert beat.at >= before
    assert await an_engine_lives(now=before + BEAT_EVERY)
    assert not await an_engine_lives(now=beat.at + FRESH)


async def test_heartbeats_are_written_now_and_then_only() -> None:
    heart = Heartbeat("worker")
    moments = [NINE, NINE + BEAT_EVERY / 2, NINE + BEAT_EVERY]

    seen = [await _beaten(heart, at) for at in moments]

    assert seen == [NINE, NINE, NINE + BEAT_EVERY]


async def _beaten(heart: Heartbeat, at: datetime) -> datetime:
    await heart.beat(now=at)
    (beat,) = await heartbeats.beats()
    return beat.at


async def test_the_mark_of_simulated_time_is_no_heartbeat() -> None:
    await simulation.begin(at=NINE)
    await heartbeats.beat("worker", at=NINE)

    assert await heartbeats.beats() == [Beat("worker", NINE)]
    assert await heartbeats.forget(before=NINE + FRESH) == 1
    assert await simulation.marked()
