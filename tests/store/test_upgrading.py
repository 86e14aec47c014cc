"""Each migration on a database that is in use: nothing is lost, and the version before goes on."""

from collections.abc import Sequence

import pytest
from tortoise.migrations.migration import Migration

from escgraph.store import database, migrate
from escgraph.store.database import execute, fetch
from tests.store.rows import add, add_a_ticket

ALL = migrate._migrations()


@pytest.mark.parametrize("known", range(1, len(ALL)), ids=lambda known: ALL[known].name)
async def test_a_migration_keeps_every_row_as_it_was(
    empty_database_url: str, known: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Value by value; a column that is new is null in rows that were there before it."""
    await _migrated(empty_database_url, ALL[:known], monkeypatch)
    await add_a_ticket()
    before = await _everything()
    await database.close()

    await _migrated(empty_database_url, ALL[: known + 1], monkeypatch)

    for table, rows in (await _everything()).items():
        kept = [
            {name: value for name, value in row.items() if name in old or value is not None}
            for old, row in zip(before[table], rows, strict=True)
        ]
        assert kept == before[table], table
    await database.close()


@pytest.mark.parametrize("known", range(1, len(ALL)), ids=lambda known: ALL[known].name)
async def test_the_version_before_writes_on_after_a_migration(
    empty_database_url: str, known: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its statements name the columns that it knows, and every other may be left out."""
    await _migrated(empty_database_url, ALL[:known], monkeypatch)
    await add_a_ticket()
    written = await _everything()
    await database.close()

    await _migrated(empty_database_url, ALL[: known + 1], monkeypatch)
    for table in reversed(ORDER):
        await execute(f"DELETE FROM {table}")
    for table in ORDER:
        for row in written[table]:
            await add(table, **row)

    assert {table: len(rows) for table, rows in (await _everything()).items()} == {
        table: len(rows) for table, rows in written.items()
    }
    await database.close()


ORDER = (
    "person",
    "policy",
    "category",
    "route",
    "ticket",
    "deadline",
    "pause",
    "escalation",
    "event",
    "idempotency",
)
"""The tables that hold rows, each behind those that it refers to."""


async def _migrated(url: str, known: Sequence[Migration], patch: pytest.MonkeyPatch) -> None:
    """Migrate as a version would that knows only these, and connect."""
    patch.setattr(migrate, "_migrations", lambda: known)
    await migrate.migrate(url)
    await database.connect(url)


async def _everything() -> dict[str, list[dict[str, object]]]:
    """Every row of every table that holds one, and of the stream."""
    return {table: await fetch(f"SELECT * FROM {table} ORDER BY 1") for table in (*ORDER, "stream")}
