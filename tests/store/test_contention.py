"""Units of work in trouble: deadlocks, locks held too long, full pools, lost connections."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import Any

import pytest

from escgraph.store import database, outbox, postgres_client, sqlite_client
from escgraph.store.database import (
    DatabaseBusy,
    DatabaseUnavailable,
    dialect,
    execute,
    fetch,
)
from escgraph.store.migrate import migrate
from escgraph.store.transactions import ATTEMPTS, unit_of_work
from tests.servers import PostgresServer, named, new_database, psql
from tests.store.ladders import HOUR, NINE, move_in
from tests.store.letterbox import waiting
from tests.store.rows import POOL, add_category, adding_category, categories


async def test_a_failing_begin_gives_its_place_back(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database.connect(sqlite_url)
    monkeypatch.setitem(sqlite_client.OPENING, "write", "BEGIN TOMORROW")
    with pytest.raises(Exception, match="TOMORROW"):
        await unit_of_work(adding_category("a"))
    monkeypatch.undo()

    async with asyncio.timeout(5):
        await unit_of_work(adding_category("a"))

    assert await categories() == ["a"]
    await database.close()


async def test_a_unit_on_sqlite_keeps_other_programs_from_writing_as_soon_as_it_begins(
    on_sqlite: str,
) -> None:
    file = on_sqlite.removeprefix("sqlite://")

    async def reads_then_writes() -> None:
        await categories()
        with (
            closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as other,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("UPDATE stream SET position = 40")
        await add_category("a")

    await unit_of_work(reads_then_writes)

    assert await categories() == ["a"]


async def test_a_claim_on_sqlite_is_one_unit_that_no_other_program_comes_between(
    on_sqlite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or two programs would count the same leases, and both claim."""
    file = on_sqlite.removeprefix("sqlite://")
    await move_in()
    await waiting()

    async def while_another_would_write(sql: str, *values: object) -> list[dict[str, Any]]:
        rows = await fetch(sql, *values)
        with (
            closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as other,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("UPDATE message SET due_at = 0")
        return rows

    monkeypatch.setattr(outbox, "fetch", while_another_would_write)

    assert len(await outbox.claim(now=NINE, lease=HOUR, most=1, at_once=1)) == 1


async def test_a_unit_that_lost_a_deadlock_is_run_again(on_postgres: str) -> None:
    await add_category("a")
    await add_category("b")
    locked = {"a": asyncio.Event(), "b": asyncio.Event()}
    runs = []

    async def crosswise(first: str, second: str) -> None:
        runs.append(first)
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
    await add_category("a")
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
    await _everybody_waits_for(categories, DatabaseBusy, match="every connection was in use")


async def test_a_transaction_that_takes_too_long_makes_sqlite_busy(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database.connect(sqlite_url)
    monkeypatch.setattr(sqlite_client, "TURN_S", 0.1)
    await _everybody_waits_for(
        categories, DatabaseBusy, match="another transaction has been at work"
    )
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
        await categories()
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
        await add_category("a")
        _end_all_sessions(on_postgres)
        await add_category("b")

    with pytest.raises(DatabaseUnavailable):
        await unit_of_work(loses_it)

    await unit_of_work(adding_category("c"))
    assert await categories() == ["c"]


async def test_connections_that_were_lost_while_idle_are_replaced(on_postgres: str) -> None:
    await asyncio.gather(*(fetch("SELECT pg_sleep(0.05)") for _ in range(POOL)))
    _end_all_sessions(on_postgres)

    await asyncio.gather(*(unit_of_work(adding_category(str(n))) for n in range(POOL)))

    assert await categories() == ["0", "1", "2"]


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
            await unit_of_work(adding_category("a"))
        await asyncio.to_thread(server.start)

        await asyncio.gather(*(unit_of_work(adding_category(str(n))) for n in range(POOL)))

        assert await categories() == ["0", "1", "2"]
        await database.close()


async def test_a_migration_by_another_version_only_repeats_the_unit(pg_url: str) -> None:
    await database.connect(pg_url, pool_size=1)
    await unit_of_work(lambda: fetch("SELECT * FROM category"))
    psql(pg_url, "ALTER TABLE category ADD COLUMN colour text")

    await unit_of_work(adding_category("a"))

    (row,) = await unit_of_work(lambda: fetch("SELECT * FROM category"))
    assert row == {"key": "a", "name": "a", "suggested_priority": "LOW", "colour": None}
    await database.close()
