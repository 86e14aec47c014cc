"""Bringing a database to the schema of this version: forward only, all or nothing.

Everything pending is applied in one transaction, together with the record of it, so that a kill
at any point leaves the database as it was; Tortoise's own executor records after its commit. The
transaction is the lock too: BEGIN IMMEDIATE on SQLite, an advisory lock in it on PostgreSQL. Of
two programs at once the later waits, and then finds nothing to do.

The version before works on meanwhile. On PostgreSQL all tables are locked first, in the order in
which those who work lock them, so that they and a migration seldom wait for each other. Where they
do, or somebody holds a table for long, the migration gives way and begins anew.
"""

import asyncio
import random
from collections.abc import Collection
from pathlib import Path

from tortoise.context import TortoiseContext
from tortoise.migrations.loader import MigrationLoader
from tortoise.migrations.migration import Migration
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.schema_generator.state_apps import StateApps

from escgraph.store.address import Address, address
from escgraph.store.database import Client, Transaction, connected, opened
from escgraph.store.failures import Contended, DatabaseBusy, DatabaseUnavailable, translated
from escgraph.store.operations import PostgresEditor, SqliteEditor

APP = "store"
LOCK = 0x65736367
"""The key of the advisory lock: "escg"."""

GIVES_WAY = "500ms"
"""How long a migration waits for a table on PostgreSQL, and everybody behind it: less than until
PostgreSQL looks for transactions that wait for each other (1 s), and than others wait (2 s)."""

ATTEMPTS = 60
"""How often it is begun: about a minute in all, as long as SQLite waits."""

LOCKED = (
    "idempotency",
    "counter",
    "ticket",
    "review",
    "review_action",
    "review_case",
    "policy",
    "policy_draft",
    "category",
    "route",
    "person",
    "token",
    "deadline",
    "pause",
    "escalation",
    "reader",
    "webhook",
    "channel",
    "preference",
    "notice",
    "message",
    "delivery",
    "attempt",
    "circuit",
    "used_link",
    "skipped",
    "heartbeat",
    "event",
    "event_archive",
    "stream",
)
"""Every table, in the order in which units of work lock them: the stream's counter comes last."""

_APPLIED = "SELECT name FROM tortoise_migrations WHERE app = $1"
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
_IS_RECORDED = {
    "sqlite": "SELECT 1 FROM sqlite_master WHERE name = 'tortoise_migrations'",
    "postgres": "SELECT 1 WHERE to_regclass('tortoise_migrations') IS NOT NULL",
}


class NotMigratedError(Exception):
    """The database lacks migrations that this version needs; the message says which command."""


class SchemaTooNew(DatabaseUnavailable):
    """A newer version of this program has migrated the database already."""


async def migrate(url: str) -> list[str]:
    """Apply what is pending; the names of what was applied, in order.

    Makes the file of an SQLite database and the directories above it, for this user alone.

    Raises:
        ValueError: the URL is none of ours.
        DatabaseUnavailable: it cannot be reached, or a newer version migrated it (SchemaTooNew).
        DatabaseBusy: other programs kept it, or a table, locked for a minute.
    """
    where = address(url)
    if where.path is not None:
        _make_file(where.path)
    async with TortoiseContext() as context:
        return await _attempts(await _client(context, where))


async def pending(url: str | None = None) -> list[str]:
    """What `migrate` would apply; to the database that is connected, where no URL is given.

    Raises:
        ValueError: the URL is none of ours.
        DatabaseUnavailable: it cannot be reached, or a newer version migrated it (SchemaTooNew).
    """
    if url is None:
        return await _pending(connected())
    where = address(url)
    if where.path is not None and not where.path.exists():
        return _unapplied(())
    async with TortoiseContext() as context:
        return await _pending(await _client(context, where))


async def _client(context: TortoiseContext, where: Address) -> Client:
    await context.init(where.migrating())
    return await opened(context, where)


async def _pending(client: Client) -> list[str]:
    rows = []
    with translated():
        if await client.rows(_IS_RECORDED[client.dialect], ()):
            rows = await client.rows(_APPLIED, (APP,))
    return _unapplied({row["name"] for row in rows})


async def _attempts(client: Client) -> list[str]:
    for _ in range(ATTEMPTS):
        try:
            async with client.transaction("migrate") as transaction:
                with translated():
                    return await _apply(transaction)
        except Contended:
            await asyncio.sleep(random.uniform(0.1, 1.0))  # noqa: S311 - no secret
    raise DatabaseBusy(
        "others kept a table locked for a minute, and nothing was changed; see who does in "
        "pg_stat_activity, or stop all processes, and run it again"
    )


async def _apply(transaction: Transaction) -> list[str]:
    """Apply what is pending, each migration with its record."""
    if transaction.dialect == "postgres":
        await transaction.rows("SELECT pg_advisory_xact_lock($1)", (LOCK,))
    of_engine = {"sqlite": SqliteEditor, "postgres": PostgresEditor}
    editor = of_engine[transaction.dialect](transaction)
    recorder = MigrationRecorder(transaction)
    await recorder.ensure_schema(editor)
    rows = await transaction.rows(_APPLIED, (APP,))
    unapplied = _unapplied({row["name"] for row in rows})
    state = State(models={}, apps=StateApps(default_connections={APP: transaction.dialect}))
    known = _migrations()
    for migration in known[: len(known) - len(unapplied)]:
        await migration.apply(state, dry_run=True)
    if unapplied and transaction.dialect == "postgres":
        await _lock_tables(transaction)
    for migration in known[len(known) - len(unapplied) :]:
        await migration.apply(state, schema_editor=editor)
        await recorder.record_applied(APP, migration.name)
    return unapplied


async def _lock_tables(transaction: Transaction) -> None:
    """All that there are yet; nobody gets at them before the end of the transaction."""
    there = {row["tablename"] for row in await transaction.rows(_TABLES, ())}
    await transaction.rows("SELECT set_config('lock_timeout', $1, true)", (GIVES_WAY,))
    for table in LOCKED:
        if table in there:
            await transaction.rows(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE", ())


def _migrations() -> list[Migration]:
    """All that this version knows, in the order of their numbers."""
    loader = MigrationLoader(
        {APP: {"migrations": "escgraph.store.migrations"}}, MigrationRecorder(None)
    )
    loader.load_disk()
    return [loader.disk_migrations[key] for key in sorted(loader.disk_migrations)]


def _unapplied(applied: Collection[str]) -> list[str]:
    known = [migration.name for migration in _migrations()]
    unknown = sorted(set(applied) - set(known))
    if unknown:
        raise SchemaTooNew(
            f"the database was migrated by a newer version of escgraph ({', '.join(unknown)}); "
            "install that version or a newer one"
        )
    return [name for name in known if name not in applied]


def _make_file(path: Path) -> None:
    try:
        for directory in reversed([*path.parents]):
            directory.mkdir(mode=0o700, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
    except OSError as error:
        raise DatabaseUnavailable(f"cannot make the database file {path}: {error}") from error
