"""Units of work: all or nothing, and nothing leaks, whoever is cancelled, killed or in the way."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextvars import copy_context
from datetime import UTC, datetime
from functools import partial

import asyncpg
import pytest

from escgraph.store import database, postgres_client, sqlite_client
from escgraph.store.database import (
    DatabaseBusy,
    DatabaseUnavailable,
    Duplicate,
    dialect,
    execute,
    fetch,
)
from escgraph.store.migrate import migrate
from escgraph.store.models import Heartbeat
from escgraph.store.transactions import ATTEMPTS, drain, snapshot, unit_of_work
from tests.servers import PostgresServer, named, new_database, psql

POOL = 3
NINE = datetime(2026, 1, 31, 9, tzinfo=UTC)


@pytest.fixture
async def connected(database_url: str) -> AsyncIterator[None]:
    await database.connect(database_url, pool_size=POOL)
    yield
    await database.close()


@pytest.fixture
async def on_postgres(pg_url: str) -> AsyncIterator[str]:
    await database.connect(pg_url, pool_size=POOL)
    yield pg_url
    await database.close()


async def _add(name: str) -> None:
    await execute(
        "INSERT INTO category (key, name, suggested_priority) VALUES ($1, $1, 'LOW')", name
    )


def _adding(name: str) -> Callable[[], Awaitable[None]]:
    return partial(_add, name)


async def _names() -> list[str]:
    return [row["key"] for row in await fetch("SELECT key FROM category ORDER BY key")]


async def test_a_unit_writes_all_of_its_statements(connected: None) -> None:
    async def both() -> int:
        await _add("a")
        await _add("b")
        return 2

    assert await unit_of_work(both) == 2
    assert await _names() == ["a", "b"]


async def test_a_unit_that_fails_writes_nothing(connected: None) -> None:
    async def second_fails() -> None:
        await _add("a")
        assert await _names() == ["a"]
        raise LookupError("no")

    with pytest.raises(LookupError):
        await unit_of_work(second_fails)

    assert await _names() == []


async def test_a_duplicate_undoes_its_unit(connected: None) -> None:
    async def twice() -> None:
        await _add("a")
        await _add("a")

    with pytest.raises(Duplicate):
        await unit_of_work(twice)

    assert await _names() == []


async def test_a_model_takes_part_in_the_unit(connected: None) -> None:
    async def fails_later() -> None:
        await Heartbeat.create(name="web", beat_at=NINE, detail={})
        assert await Heartbeat.all().count() == 1
        raise LookupError("no")

    with pytest.raises(LookupError):
        await unit_of_work(fails_later)

    assert await Heartbeat.all().count() == 0


async def test_a_unit_ends_although_its_caller_was_cancelled(connected: None) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        await _add("a")
        begun.set()
        await go_on.wait()
        await _add("b")

    caller = asyncio.create_task(unit_of_work(slow))
    await begun.wait()
    caller.cancel()
    await asyncio.wait({caller})

    assert caller.cancelled()
    assert await drain(0) == 1
    go_on.set()
    assert await drain(5) == 0
    assert await _names() == ["a", "b"]


async def test_a_thousand_cancellations_leak_nothing(connected: None) -> None:
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


async def test_a_failing_begin_gives_its_place_back(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database.connect(sqlite_url)
    monkeypatch.setitem(sqlite_client.OPENING, "write", "BEGIN TOMORROW")
    with pytest.raises(Exception, match="TOMORROW"):
        await unit_of_work(_adding("a"))
    monkeypatch.undo()

    async with asyncio.timeout(5):
        await unit_of_work(_adding("a"))

    assert await _names() == ["a"]
    await database.close()


async def test_units_do_not_nest(connected: None) -> None:
    with pytest.raises(RuntimeError, match="units do not nest"):
        await unit_of_work(lambda: unit_of_work(_adding("a")))


async def test_a_task_that_outlives_its_unit_cannot_write_in_it(connected: None) -> None:
    over = asyncio.Event()

    async def straggler() -> None:
        await over.wait()
        await _add("late")

    async def leaves_a_task_behind() -> asyncio.Task[None]:
        return asyncio.create_task(straggler())

    task = await unit_of_work(leaves_a_task_behind)
    over.set()

    with pytest.raises(RuntimeError, match="a unit of work that is over"):
        await task
    assert await _names() == []


async def test_a_snapshot_sees_one_moment(on_postgres: str) -> None:
    outside = copy_context()

    async def reads_twice() -> tuple[list[str], list[str]]:
        before = await _names()
        await asyncio.create_task(unit_of_work(_adding("a")), context=outside)
        return before, await _names()

    assert await snapshot(reads_twice) == ([], [])
    assert await _names() == ["a"]


async def test_a_snapshot_refuses_to_write_on_postgres(on_postgres: str) -> None:
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await snapshot(_adding("a"))


async def test_a_unit_that_lost_a_deadlock_is_run_again(on_postgres: str) -> None:
    await _add("a")
    await _add("b")
    locked = {"a": asyncio.Event(), "b": asyncio.Event()}
    runs = []

    async def crosswise(first: str, second: str) -> None:
        runs.append(first)
        await execute("SET LOCAL deadlock_timeout = '50ms'")
        await execute("UPDATE category SET name = name || '!' WHERE key = $1", first)
        locked[first].set()
        await locked[second].wait()
        await execute("UPDATE category SET name = name || '!' WHERE key = $1", second)

    await asyncio.gather(
        unit_of_work(lambda: crosswise("a", "b")), unit_of_work(lambda: crosswise("b", "a"))
    )

    rows = await fetch("SELECT name FROM category ORDER BY key")
    assert [row["name"] for row in rows] == ["a!!", "b!!"]
    assert len(runs) == 3


async def test_a_row_that_stays_locked_makes_the_database_busy(on_postgres: str) -> None:
    await _add("a")
    held, go_on = asyncio.Event(), asyncio.Event()
    runs = []

    async def holds() -> None:
        await execute("UPDATE category SET name = 'held'")
        held.set()
        await go_on.wait()

    async def wants() -> None:
        runs.append(1)
        await execute("SET LOCAL lock_timeout = '20ms'")
        await execute("UPDATE category SET name = 'mine'")

    holder = asyncio.create_task(unit_of_work(holds))
    await held.wait()

    with pytest.raises(DatabaseBusy, match="a row stayed locked"):
        await unit_of_work(wants)

    assert len(runs) == ATTEMPTS
    go_on.set()
    await holder


async def test_a_statement_that_takes_too_long_makes_the_database_busy(on_postgres: str) -> None:
    async def slow() -> None:
        await execute("SET LOCAL statement_timeout = '20ms'")
        await fetch("SELECT pg_sleep(5)")

    with pytest.raises(DatabaseBusy, match="took too long"):
        await unit_of_work(slow)


async def test_a_pool_in_full_use_makes_the_database_busy(
    on_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_client, "ACQUIRE_S", 0.1)
    await _everybody_waits_for(_names, DatabaseBusy, match="every connection was in use")


async def test_a_transaction_that_takes_too_long_makes_sqlite_busy(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database.connect(sqlite_url)
    monkeypatch.setattr(sqlite_client, "TURN_S", 0.1)
    await _everybody_waits_for(_names, DatabaseBusy, match="another transaction has been at work")
    await database.close()


async def _everybody_waits_for(
    ask: Callable[[], Awaitable[object]],
    error: type[Exception],
    *,
    match: str,
) -> None:
    """Occupy every connection, ask for one more, and go on as if nothing had been."""
    go_on = asyncio.Event()

    async def occupies() -> None:
        await _names()
        await go_on.wait()

    places = POOL if dialect() == "postgres" else 1
    holders = [asyncio.create_task(unit_of_work(occupies)) for _ in range(places)]
    await asyncio.sleep(0.05)

    with pytest.raises(error, match=match):
        await ask()
    with pytest.raises(error, match=match):
        await unit_of_work(ask)

    go_on.set()
    await asyncio.gather(*holders)
    assert await ask() == []


async def test_a_lost_connection_fails_its_unit_and_no_other(on_postgres: str) -> None:
    async def loses_it() -> None:
        await _add("a")
        _end_all_sessions(on_postgres)
        await _add("b")

    with pytest.raises(DatabaseUnavailable):
        await unit_of_work(loses_it)

    await unit_of_work(_adding("c"))
    assert await _names() == ["c"]


async def test_connections_that_were_lost_while_idle_are_replaced(on_postgres: str) -> None:
    await asyncio.gather(*(fetch("SELECT pg_sleep(0.05)") for _ in range(POOL)))
    _end_all_sessions(on_postgres)

    await asyncio.gather(*(unit_of_work(_adding(str(n))) for n in range(POOL)))

    assert await _names() == ["0", "1", "2"]


def _end_all_sessions(url: str) -> None:
    name = url.rpartition("/")[2]
    psql(
        named(url, "postgres"),
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
    )


async def test_units_work_again_as_soon_as_a_postgres_was_restarted() -> None:
    with PostgresServer() as server, new_database(server.url) as url:
        await migrate(url)
        await database.connect(url, pool_size=POOL)
        await asyncio.gather(*(fetch("SELECT pg_sleep(0.05)") for _ in range(POOL)))
        await asyncio.to_thread(server.stop)
        with pytest.raises(DatabaseUnavailable):
            await unit_of_work(_adding("a"))
        await asyncio.to_thread(server.start)

        await asyncio.gather(*(unit_of_work(_adding(str(n))) for n in range(POOL)))

        assert await _names() == ["0", "1", "2"]
        await database.close()


async def test_a_migration_by_another_version_only_repeats_the_unit(pg_url: str) -> None:
    await database.connect(pg_url, pool_size=1)
    await unit_of_work(lambda: fetch("SELECT * FROM category"))
    psql(pg_url, "ALTER TABLE category ADD COLUMN colour text")

    await unit_of_work(_adding("a"))

    (row,) = await unit_of_work(lambda: fetch("SELECT * FROM category"))
    assert row == {"key": "a", "name": "a", "suggested_priority": "LOW", "colour": None}
    await database.close()
