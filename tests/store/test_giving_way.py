"""A migration among those who work: it gives way, and comes through when they let it."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from tortoise import Model

from escgraph.store import migrate, models, models_notice, models_review
from escgraph.store.database import DatabaseBusy

ALL = migrate._migrations()
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture
async def worker(
    empty_pg_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[asyncpg.Connection]:
    """Somebody who works with the database as the first version made it."""
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "_migrations", lambda: ALL[:1])
        await migrate.migrate(empty_pg_url)
    connection = await asyncpg.connect(empty_pg_url)
    yield connection
    await connection.close()


async def test_a_migration_gives_way_where_it_and_a_unit_of_work_wait_for_each_other(
    empty_pg_url: str, worker: asyncpg.Connection
) -> None:
    """Migrations lock ticket before they lock stream; this one does it the other way round."""
    async with worker.transaction():
        await worker.execute("UPDATE stream SET position = position")
        migrating = asyncio.create_task(migrate.migrate(empty_pg_url))
        await _waits(worker)
        await worker.execute("UPDATE ticket SET number = number")

    assert await migrating == [migration.name for migration in ALL[1:]]


async def test_a_migration_that_is_never_let_through_changes_nothing_and_says_so(
    empty_pg_url: str, worker: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "ATTEMPTS", 1)
    monkeypatch.setattr(migrate, "GIVES_WAY", "10ms")
    async with worker.transaction():
        await worker.execute("UPDATE stream SET position = position")
        with pytest.raises(DatabaseBusy, match="nothing was changed; see who does"):
            async with asyncio.timeout(20):
                await migrate.migrate(empty_pg_url)

    assert await migrate.pending(empty_pg_url) == [migration.name for migration in ALL[1:]]


def test_migrations_lock_every_table_that_there_is() -> None:
    tables = [
        model._meta.db_table
        for module in (models, models_notice, models_review)
        for model in vars(module).values()
        if isinstance(model, type) and issubclass(model, Model) and model._meta.db_table
    ]

    assert sorted(migrate.LOCKED) == sorted(set(tables))
    assert migrate.LOCKED[-1] == "stream"


async def _waits(worker: asyncpg.Connection) -> None:
    """Until the migration waits for a lock that somebody else has."""
    async with asyncio.timeout(20):
        while True:
            if await worker.fetchval(WAITING):
                return
            await asyncio.sleep(0.01)
