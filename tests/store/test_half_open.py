"""R8: connections that look alive and are dead. Who waits is told, and the pool comes back whole.

How long it took is printed; the limits are shortened here, all by the same factor.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import urlsplit

import pytest

from escgraph.store import address, database, postgres_client
from escgraph.store.database import DatabaseBusy, DatabaseUnavailable, fetch
from escgraph.store.transactions import drain, unit_of_work
from tests.faults.proxy import FaultProxy
from tests.store.rows import add_category, categories

POOL = 4
FACTOR = 20
"""By which the limits are shortened."""

LIMITS = (
    (address, "COMMAND_S"),
    (address, "CONNECT_S"),
    (postgres_client, "ACQUIRE_S"),
    (postgres_client, "BEGIN_S"),
    (postgres_client, "RELEASE_S"),
    (postgres_client, "CLOSE_S"),
)
TAKES_LONG = "SELECT pg_sleep(9)"


@pytest.fixture
async def road(pg_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FaultProxy]:
    """The way to the database; the process is connected, its whole pool is open and idle."""
    for module, name in LIMITS:
        monkeypatch.setattr(module, name, getattr(module, name) / FACTOR)
    async with FaultProxy(urlsplit(pg_url).port or 0) as proxy:
        await connect_by(proxy, pg_url)
        yield proxy
        proxy.reset()
        await database.close()


async def connect_by(road: FaultProxy, url: str) -> None:
    parts = urlsplit(url)
    at = parts.netloc.replace(f":{parts.port}", f":{road.port}")
    await database.connect(parts._replace(netloc=at).geturl(), pool_size=POOL)
    await the_whole_pool()


async def the_whole_pool() -> None:
    """Every connection of it is used at once, so there are as many, and each works."""
    together = asyncio.Barrier(POOL)

    async def one() -> None:
        await fetch("SELECT 1")
        await together.wait()

    async with asyncio.timeout(5):
        await asyncio.gather(*(unit_of_work(one) for _ in range(POOL)))


async def outcome(work: Callable[[], Awaitable[object]]) -> str:
    """How it ended; whatever is none of our failures escapes."""
    try:
        await work()
    except DatabaseUnavailable:
        return "unavailable"
    except DatabaseBusy:
        return "busy"
    return "done"


async def outcomes(*works: Callable[[], Awaitable[object]]) -> list[str]:
    """All at once; none may hang."""
    began = time.perf_counter()
    async with asyncio.timeout(15 / FACTOR + 5):
        ended = await asyncio.gather(*(outcome(work) for work in works))
    print(f"{ended}: {(time.perf_counter() - began) * FACTOR:.1f} s of 15")  # noqa: T201 - see above
    return ended


async def test_statements_under_way_are_told_and_the_next_ones_work(road: FaultProxy) -> None:
    async def takes_long() -> None:
        await fetch(TAKES_LONG)

    asked = asyncio.ensure_future(outcomes(*[takes_long] * POOL))
    await asyncio.sleep(0.1)
    road.blackhole()

    assert await asked == ["unavailable"] * POOL
    await the_whole_pool()


async def test_one_of_the_idle_connections_tells_of_all(road: FaultProxy) -> None:
    road.blackhole()

    assert await outcomes(lambda: fetch("SELECT 1")) == ["unavailable"]
    assert await outcomes(lambda: fetch("SELECT 1")) == ["done"]
    await the_whole_pool()


async def test_a_unit_that_begins_on_a_dead_connection_begins_anew(
    road: FaultProxy, pg_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long a statement may take: BEGIN is none."""
    await database.close()
    monkeypatch.setattr(address, "COMMAND_S", 60)
    await connect_by(road, pg_url)
    road.blackhole()

    works = [lambda key=key: unit_of_work(lambda: add_category(key)) for key in "abcd"]
    assert await outcomes(*works) == ["done"] * POOL
    assert await categories() == list("abcd")
    await the_whole_pool()


async def test_a_unit_whose_connection_dies_in_it_is_told_and_has_done_nothing(
    road: FaultProxy,
) -> None:
    async def work() -> None:
        await add_category("a")
        road.blackhole()
        await add_category("b")

    assert await outcomes(lambda: unit_of_work(work)) == ["unavailable"]
    assert await categories() == []
    await the_whole_pool()


async def test_a_commit_without_an_answer_is_unknown_and_not_tried_again(road: FaultProxy) -> None:
    runs = []

    async def work() -> None:
        runs.append(1)
        await add_category("a")
        road.blackhole()

    assert await outcomes(lambda: unit_of_work(work)) == ["unavailable"]
    assert len(runs) == 1
    await the_whole_pool()


async def test_a_commit_whose_answer_was_cut_off_is_unknown_too(road: FaultProxy) -> None:
    road.cutting = lambda: road.cuts == 0

    assert await outcomes(lambda: unit_of_work(lambda: add_category("a"))) == ["unavailable"]
    assert await categories() == ["a"]
    await the_whole_pool()


async def test_while_new_connections_hang_too_everybody_is_told(road: FaultProxy) -> None:
    road.hanging = True
    road.blackhole()
    works = [
        lambda: fetch("SELECT 1"),
        lambda: unit_of_work(lambda: fetch("SELECT 1")),
    ] * POOL
    assert "done" not in await outcomes(*works)
    assert "done" not in await outcomes(*works)

    road.hanging = False

    await asyncio.sleep(address.CONNECT_S)
    await the_whole_pool()


async def test_a_process_ends_although_its_connections_are_dead(road: FaultProxy) -> None:
    road.blackhole()

    async with asyncio.timeout(3):
        await database.close()


async def test_who_is_cancelled_while_it_waits_for_nothing_leaks_no_connection(
    road: FaultProxy,
) -> None:
    asked = [asyncio.ensure_future(fetch(TAKES_LONG)) for _ in range(POOL)]
    asked += [asyncio.ensure_future(unit_of_work(lambda: fetch(TAKES_LONG))) for _ in range(POOL)]
    await asyncio.sleep(0.1)
    road.blackhole()
    for one in asked:
        one.cancel()

    async with asyncio.timeout(15 / FACTOR + 5):
        await asyncio.wait(asked)
        assert await drain(5) == 0
    await the_whole_pool()
