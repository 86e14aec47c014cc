"""The loop of the notices job: woken by the doorbell, it tells, wakes the senders, and lives on."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest

from escgraph.clock import Clock
from escgraph.domain.notice import ChannelKind
from escgraph.jobs import notices
from escgraph.jobs.deadlines import sweep
from escgraph.store import heartbeats, stream
from escgraph.store.database import execute, fetch
from escgraph.stream.doorbell import LocalDoorbell
from tests.crowd import multiply
from tests.jobs import telling
from tests.jobs.telling import all_notices, counts, sent
from tests.store.ladders import ADA, HOUR, NINE, store, untouched, urgent

pytestmark = pytest.mark.usefixtures("house")

A_DAY_A_SECOND = 86_400.0


class Senders:
    """Who is woken when there is something to send."""

    def __init__(self) -> None:
        self.woken = 0

    def wake(self) -> None:
        self.woken += 1


@asynccontextmanager
async def the_loop(
    senders: Senders,
    *,
    clock: Clock | None = None,
    doorbell: LocalDoorbell | None = None,
    stands_in: bool = False,
) -> AsyncIterator[None]:
    loop = notices.run(
        clock=clock or Clock(),
        doorbell=doorbell or LocalDoorbell(),
        mail_is_set=True,
        stands_in=stands_in,
        wake=senders.wake,
    )
    task = asyncio.create_task(loop)
    yield
    assert not task.done()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not happened():  # noqa: ASYNC110 - senders only remember
            await asyncio.sleep(0.01)


async def until_so(it_is: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await it_is():  # noqa: ASYNC110 - the database is asked
            await asyncio.sleep(0.02)


async def _a_breach() -> None:
    await store(untouched())
    await sweep(now=NINE + 4 * HOUR)


async def test_it_tells_what_has_happened_and_wakes_the_senders() -> None:
    await _a_breach()
    senders = Senders()

    async with the_loop(senders):
        await until(lambda: senders.woken > 0)

    assert (await counts())["notice"] == 2


async def test_a_ring_wakes_it() -> None:
    """Without one, it would sleep for a second, which takes a quarter of an hour here."""
    senders, doorbell = Senders(), LocalDoorbell()

    async with the_loop(senders, clock=Clock(speed=0.001), doorbell=doorbell):
        await asyncio.sleep(0.1)
        await _a_breach()
        doorbell.tell((await stream.head()).position)
        await until(lambda: senders.woken > 0)


async def test_without_a_ring_it_looks_every_second() -> None:
    senders = Senders()

    async with the_loop(senders):
        await asyncio.sleep(0.1)
        await _a_breach()
        await until(lambda: senders.woken > 0)


async def test_a_database_that_fails_does_not_end_it() -> None:
    await _a_breach()
    await execute("ALTER TABLE delivery RENAME TO elsewhere")
    senders = Senders()

    async with the_loop(senders):
        await asyncio.sleep(0.1)
        assert senders.woken == 0
        await execute("ALTER TABLE elsewhere RENAME TO delivery")
        await until(lambda: senders.woken > 0)

    assert await counts() == {"notice": 2, "delivery": 2, "message": 2}


async def test_a_stand_in_tells_nothing_while_an_engine_lives() -> None:
    await _a_breach()
    clock, senders = Clock(), Senders()
    await heartbeats.beat("worker", at=clock.now())

    async with the_loop(senders, clock=clock, stands_in=True):
        await asyncio.sleep(0.2)
        assert senders.woken == 0
        await heartbeats.forget(before=clock.now() + HOUR)
        await until(lambda: senders.woken > 0)


async def test_each_page_is_told_at_its_own_moment() -> None:
    """A storm lasts, and what is gathered goes meanwhile: company is counted from the page."""
    first = await store(untouched())
    await multiply(first.id, copies=notices.PAGE, shift=lambda _: timedelta(0))
    await sweep(now=NINE + 4 * HOUR)
    last = (await stream.head()).position
    clock = Clock(speed=A_DAY_A_SECOND, start=NINE + 4 * HOUR)

    async with the_loop(Senders(), clock=clock):
        await until_so(lambda: _read_up_to(last))

    assert len({notice.created_at for notice in await all_notices()}) > 1


async def test_now_and_then_it_looks_who_was_not_reached() -> None:
    """What presses goes the next way."""
    await telling.channels(ADA.id, ChannelKind.NTFY)
    await store(urgent())
    await sweep(now=NINE + HOUR)
    clock = Clock(speed=600.0, start=NINE + HOUR)

    async with the_loop(Senders(), clock=clock):
        await until_so(_mail_goes_to_ada)


async def _mail_goes_to_ada() -> bool:
    return any(one.kind is ChannelKind.EMAIL for one in await sent() if one.to == "Ada")


async def _read_up_to(position: int) -> bool:
    rows = await fetch("SELECT 1 FROM reader WHERE name = 'notices' AND position >= $1", position)
    return bool(rows)
