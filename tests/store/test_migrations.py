"""Migrating: from nothing to the schema, by one program or two, killed or not, never backwards."""

import asyncio
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tortoise import fields
from tortoise.migrations.operations import AlterField, Operation, RemoveField
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.schema_generator.state_apps import StateApps

from escgraph.store import database, migrate
from escgraph.store.database import (
    DatabaseUnavailable,
    connected,
    execute,
)
from escgraph.store.migrate import SchemaTooNew, pending
from escgraph.store.operations import SqliteEditor
from escgraph.store.stream import head
from tests.servers import psql

KNOWN = ["0001_initial", "0002_second_half", "0003_notices", "0004_lives", "0005_archive"]


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


async def test_migrating_twice_does_nothing_the_second_time(empty_database_url: str) -> None:
    assert await pending(empty_database_url) == KNOWN
    assert await migrate.migrate(empty_database_url) == KNOWN
    assert await migrate.migrate(empty_database_url) == []
    assert await pending(empty_database_url) == []


async def test_a_connected_database_knows_what_is_pending(connected: str) -> None:
    assert await pending() == []
    await execute("DELETE FROM tortoise_migrations")
    assert await pending() == KNOWN


async def test_a_fresh_database_holds_an_empty_stream_of_its_own(
    connected: str, tmp_path: Path
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
async def test_a_table_is_never_rebuilt_on_sqlite(on_sqlite: str, operation: Operation) -> None:
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
