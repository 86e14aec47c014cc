"""Migrating: from nothing to the schema, by one program or two, killed or not, never backwards."""

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest
from tortoise import fields
from tortoise.context import TortoiseContext
from tortoise.migrations.operations import AlterField, Operation, RemoveField
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.schema_generator.state_apps import StateApps
from uuid_utils.compat import uuid7

from escgraph.store import database, migrate
from escgraph.store.address import address
from escgraph.store.database import (
    DatabaseUnavailable,
    Duplicate,
    connected,
    dialect,
    execute,
    fetch,
)
from escgraph.store.migrate import SchemaTooNew, pending
from escgraph.store.operations import SqliteEditor
from escgraph.store.stream import head
from tests.servers import psql
from tests.store.rows import add, add_a_ticket

KNOWN = ["0001_initial"]
MIGRATE = """
import asyncio, sys
from escgraph.store.migrate import migrate
print(asyncio.run(migrate(sys.argv[1])))
"""
KILLED = (
    """
import os, signal
from tortoise.migrations.recorder import MigrationRecorder
MigrationRecorder.record_applied = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
"""
    + MIGRATE
)


@pytest.fixture
async def on_sqlite(sqlite_url: str) -> AsyncIterator[None]:
    await database.connect(sqlite_url)
    yield
    await database.close()


@pytest.fixture
async def connected_database(database_url: str) -> AsyncIterator[None]:
    await database.connect(database_url)
    yield
    await database.close()


async def test_migrating_twice_does_nothing_the_second_time(empty_database_url: str) -> None:
    assert await pending(empty_database_url) == KNOWN
    assert await migrate.migrate(empty_database_url) == KNOWN
    assert await migrate.migrate(empty_database_url) == []
    assert await pending(empty_database_url) == []


async def test_a_connected_database_knows_what_is_pending(connected_database: None) -> None:
    assert await pending() == []
    await execute("DELETE FROM tortoise_migrations")
    assert await pending() == KNOWN


async def test_the_models_describe_the_tables_that_the_migrations_make(
    sqlite_url: str, tmp_path: Path
) -> None:
    from_models = tmp_path / "models.db"
    async with TortoiseContext() as context:
        await context.init(address(f"sqlite://{from_models}").config())
        await context.generate_schemas()

    migrated = _columns(Path(sqlite_url.removeprefix("sqlite://")))
    assert migrated.pop("tortoise_migrations")
    assert _columns(from_models) == migrated


def _columns(file: Path) -> dict[str, object]:
    """By table: each column with its type, and what refers to which table."""
    with closing(sqlite3.connect(file)) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        )
        return {
            table: (
                {
                    (name, kind.upper(), required, key)
                    for _, name, kind, required, _, key in connection.execute(
                        f"PRAGMA table_info({table})"
                    )
                },
                {
                    (column, other, on_delete)
                    for _, _, other, column, _, _, on_delete, _ in connection.execute(
                        f"PRAGMA foreign_key_list({table})"
                    )
                },
            )
            for (table,) in tables.fetchall()
        }


async def test_a_fresh_database_holds_an_empty_stream_of_its_own(
    connected_database: None, tmp_path: Path
) -> None:
    first = await head()
    await database.close()
    await migrate.migrate(f"sqlite://{tmp_path / 'other.db'}")
    await database.connect(f"sqlite://{tmp_path / 'other.db'}")
    second = await head()

    assert (first.position, second.position) == (0, 0)
    assert len({first.epoch, second.epoch}) == 2
    assert all(len(found.epoch) == 36 for found in (first, second))


async def test_of_several_programs_at_once_one_migrates_and_the_others_wait(
    empty_database_url: str,
) -> None:
    answers = await asyncio.gather(*(_run(MIGRATE, empty_database_url) for _ in range(4)))

    assert sorted(answers) == sorted([(0, f"{KNOWN}\n"), *[(0, "[]\n")] * 3])


async def test_a_migration_that_was_killed_leaves_nothing_behind(empty_database_url: str) -> None:
    assert (await _run(KILLED, empty_database_url))[0] == -9

    assert await pending(empty_database_url) == KNOWN
    assert await migrate.migrate(empty_database_url) == KNOWN


async def _run(program: str, url: str) -> tuple[int | None, str]:
    """Run it in a process of its own; its exit code and what it printed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, url), stdout=subprocess.PIPE
    )
    printed, _ = await process.communicate()
    return process.returncode, printed.decode()


async def test_a_database_of_a_newer_version_is_refused(database_url: str) -> None:
    await database.connect(database_url)
    await execute(
        "INSERT INTO tortoise_migrations (app, name, applied_at) "
        "VALUES ('store', '0999_later', CURRENT_TIMESTAMP)"
    )

    with pytest.raises(SchemaTooNew, match=r"newer version of escgraph \(0999_later\)"):
        await pending()
    await database.close()
    with pytest.raises(SchemaTooNew, match="install that version or a newer one"):
        await migrate.migrate(database_url)


@pytest.mark.parametrize(
    "operation",
    [
        AlterField("Person", "name", fields.TextField(null=True)),
        RemoveField("Person", "name"),
    ],
    ids=lambda operation: type(operation).__name__,
)
async def test_a_table_is_never_rebuilt_on_sqlite(on_sqlite: None, operation: Operation) -> None:
    state = State(models={}, apps=StateApps(default_connections={"store": "sqlite"}))
    for migration in migrate._migrations():
        await migration.apply(state, dry_run=True)

    with pytest.raises(RuntimeError, match="would rebuild the table person"):
        await operation.run("store", state, dry_run=False, state_editor=SqliteEditor(connected()))


async def test_a_sqlite_file_and_its_directories_are_for_this_user_alone(tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        await migrate.migrate(f"sqlite://{tmp_path / 'var' / 'deep' / 'escgraph.db'}")
    finally:
        os.umask(umask)

    assert {
        path.name: _mode(path) for path in (tmp_path / "var", *(tmp_path / "var").rglob("*"))
    } == {
        "var": 0o700,
        "deep": 0o700,
        "escgraph.db": 0o600,
    }


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_a_place_where_no_file_can_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("no directory")

    with pytest.raises(DatabaseUnavailable, match=r"cannot make the database file .*/var/a\.db"):
        await migrate.migrate(f"sqlite://{tmp_path / 'var' / 'a.db'}")


async def test_what_is_pending_is_asked_without_making_a_file(tmp_path: Path) -> None:
    assert await pending(f"sqlite://{tmp_path / 'a.db'}") == KNOWN
    assert not (tmp_path / "a.db").exists()


async def test_a_postgres_that_allows_no_tables_says_so(empty_pg_url: str) -> None:
    psql(empty_pg_url, "CREATE ROLE reader LOGIN PASSWORD 'reader'")
    scheme, _, rest = empty_pg_url.partition("://")
    try:
        with pytest.raises(DatabaseUnavailable, match="permission denied for schema public"):
            await migrate.migrate(f"{scheme}://reader:reader@{rest.rpartition('@')[2]}")
    finally:
        psql(empty_pg_url, "DROP ROLE reader")


async def test_both_engines_have_the_same_tables_and_indexes(sqlite_url: str, pg_url: str) -> None:
    await database.connect(sqlite_url)
    sqlite = await _shape()
    await database.close()
    await database.connect(pg_url)
    postgres = await _shape()
    await database.close()

    assert postgres["columns"] == sqlite["columns"]
    assert postgres["indexes"] - sqlite["indexes"] == {"ticket_assignees"}
    assert sqlite["indexes"] - postgres["indexes"] == set()
    assert len(sqlite["columns"]) > 100
    assert len(sqlite["indexes"]) > 15


WRONG = {
    "a tier that is none": "UPDATE person SET tier = 'LEVEL_9'",
    "a priority that is none": "UPDATE category SET suggested_priority = 'URGENT'",
    "a status that is none": "UPDATE ticket SET status = 'DONE'",
    "a version before the first": "UPDATE ticket SET version = 0",
    "a tier above the highest that was reached": "UPDATE ticket SET tier = 'LEVEL_2'",
    "a category that does not exist": "UPDATE ticket SET category = 'none'",
    "a deadline that fired at no moment": "UPDATE deadline SET state = 'FIRED'",
    "a deadline that is armed and fired": "UPDATE deadline SET fired_at = due_at",
    "an escalation by no trigger": "UPDATE escalation SET trigger = 'LUCK'",
    "a deadline's escalation without its kind": "UPDATE escalation SET kind = NULL",
    "a version of no ticket": "UPDATE event SET ticket_id = NULL",
    "a person who is still referred to": "DELETE FROM person",
    "a ticket that has events": "DELETE FROM ticket",
}


@pytest.mark.parametrize("statement", WRONG.values(), ids=WRONG.keys())
async def test_the_database_refuses(connected_database: None, statement: str) -> None:
    await add_a_ticket()

    with pytest.raises((sqlite3.IntegrityError, asyncpg.IntegrityConstraintViolationError)):
        await execute(statement)


TWICE = {
    "pause": ["ordinal"],
    "deadline": [],
    "event": ["position"],
    "escalation": [],
    "idempotency": [],
    "route": [],
}


@pytest.mark.parametrize("table", TWICE)
async def test_the_database_refuses_a_second(connected_database: None, table: str) -> None:
    await add_a_ticket()
    (row,) = await fetch(f"SELECT * FROM {table}")
    another = {**row, "id": uuid7(), **dict.fromkeys(TWICE[table], 7)}

    with pytest.raises(Duplicate):
        await add(table, **another)


async def test_a_tier_is_reached_twice_by_hand_and_once_by_its_deadline(
    connected_database: None,
) -> None:
    await add_a_ticket()
    (row,) = await fetch("SELECT * FROM escalation")
    await add("escalation", **{**row, "id": uuid7(), "ticket_version": 2, "trigger": "MANUAL"})
    await add("escalation", **{**row, "id": uuid7(), "ticket_version": 3, "trigger": "MANUAL"})

    with pytest.raises(Duplicate):
        await add("escalation", **{**row, "id": uuid7(), "ticket_version": 4})


async def _shape() -> dict[str, set[str]]:
    """Each column with its table, and each index that was given its name by us."""
    if dialect() == "sqlite":
        columns = await fetch(
            "SELECT t.name || '.' || c.name AS name "
            "FROM sqlite_master t, pragma_table_info(t.name) c "
            "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'"
        )
        indexes = await fetch(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite%'"
        )
    else:
        columns = await fetch(
            "SELECT table_name || '.' || column_name AS name FROM information_schema.columns "
            "WHERE table_schema = 'public'"
        )
        indexes = await fetch(
            "SELECT indexname AS name FROM pg_indexes WHERE schemaname = 'public' "
            "AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        )
    return {
        "columns": {row["name"] for row in columns},
        "indexes": {row["name"] for row in indexes},
    }
