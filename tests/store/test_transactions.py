"""Units of work: all or nothing, and nothing leaks, whoever is cancelled, killed or in the way."""

import asyncio
from contextvars import copy_context

import asyncpg
import pytest

from escgraph.store.database import (
    Duplicate,
    dialect,
    execute,
)
from escgraph.store.models import Heartbeat
from escgraph.store.transactions import drain, snapshot, unit_of_work
from tests.store.rows import NINE, POOL, add_category, adding_category, categories


async def test_a_unit_writes_all_of_its_statements(connected: str) -> None:
    async def both() -> int:
        await add_category("a")
        await add_category("b")
        return 2

    assert await unit_of_work(both) == 2
    assert await categories() == ["a", "b"]


async def test_a_unit_that_fails_writes_nothing(connected: str) -> None:
    async def second_fails() -> None:
        await add_category("a")
        assert await categories() == ["a"]
        raise LookupError("no")

    with pytest.raises(LookupError):
        await unit_of_work(second_fails)

    assert await categories() == []


async def test_a_duplicate_undoes_its_unit(connected: str) -> None:
    async def twice() -> None:
        await add_category("a")
        await add_category("a")

    with pytest.raises(Duplicate):
        await unit_of_work(twice)

    assert await categories() == []


async def test_a_model_takes_part_in_the_unit(connected: str) -> None:
    async def fails_later() -> None:
        await Heartbeat.create(name="web", beat_at=NINE, detail={})
        assert await Heartbeat.all().count() == 1
        raise LookupError("no")

    with pytest.raises(LookupError):
        await unit_of_work(fails_later)

    assert await Heartbeat.all().count() == 0


async def test_a_unit_ends_although_its_caller_was_cancelled(connected: str) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        await add_category("a")
        begun.set()
        await go_on.wait()
        await add_category("b")

    caller = asyncio.create_task(unit_of_work(slow))
    await begun.wait()
    caller.cancel()
    await asyncio.wait({caller})

    assert caller.cancelled()
    assert await drain(0) == 1
    go_on.set()
    assert await drain(5) == 0
    assert await categories() == ["a", "b"]


async def test_a_thousand_cancellations_leak_nothing(connected: str) -> None:
    async def work() -> None:
        await execute("UPDATE stream SET position = position + 1 WHERE name = 'main'")

    async def cancelled_after(ticks: int) -> None:
        caller = asyncio.create_task(unit_of_work(work) if ticks % 2 else work())
        for _ in range(ticks):
            await asyncio.sleep(0)
        caller.cancel()
        await asyncio.wait({caller})

    for n in range(1000):
        await cancelled_after(n % 23)
    assert await drain(10) == 0

    together = asyncio.Barrier(POOL)
    places = POOL if dialect() == "postgres" else 1

    async def all_at_once() -> None:
        await execute("SELECT 1")
        if places == POOL:
            await together.wait()

    async with asyncio.timeout(5):
        await asyncio.gather(*(snapshot(all_at_once) for _ in range(places)))
        await unit_of_work(work)


async def test_units_do_not_nest(connected: str) -> None:
    with pytest.raises(RuntimeError, match="units do not nest"):
        await unit_of_work(lambda: unit_of_work(adding_category("a")))


async def test_a_task_that_outlives_its_unit_cannot_write_in_it(connected: str) -> None:
    over = asyncio.Event()

    async def straggler() -> None:
        await over.wait()
        await add_category("late")

    async def leaves_a_task_behind() -> asyncio.Task[None]:
        return asyncio.create_task(straggler())

    task = await unit_of_work(leaves_a_task_behind)
    over.set()

    with pytest.raises(RuntimeError, match="a unit of work that is over"):
        await task
    assert await categories() == []


async def test_a_snapshot_sees_one_moment(on_postgres: str) -> None:
    outside = copy_context()

    async def reads_twice() -> tuple[list[str], list[str]]:
        before = await categories()
        await asyncio.create_task(unit_of_work(adding_category("a")), context=outside)
        return before, await categories()

    assert await snapshot(reads_twice) == ([], [])
    assert await categories() == ["a"]


async def test_a_snapshot_refuses_to_write_on_postgres(on_postgres: str) -> None:
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await snapshot(adding_category("a"))
