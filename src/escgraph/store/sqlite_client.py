"""Tortoise's SQLite engine, with transactions that take the write lock when they begin.

Tortoise begins with a deferred BEGIN, which fails at its first write when another process writes
too; and when BEGIN fails, Tortoise never gives its lock back. There is one connection, so a
statement outside of a transaction waits until the transaction of the moment is over.
"""

import asyncio
import re
import sqlite3
from bisect import bisect_right
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

import aiosqlite
import orjson
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionWrapper

from escgraph.store.failures import DatabaseBusy, DatabaseUnavailable, translated
from escgraph.store.values import for_sqlite, moment_text

P = ParamSpec("P")
T = TypeVar("T")
Mode = Literal["write", "read", "migrate"]
Rows = list[dict[str, Any]]

OPENING = {"write": "BEGIN IMMEDIATE", "read": "BEGIN", "migrate": "BEGIN IMMEDIATE"}
TURN_S = 10.0
"""How long a statement waits for its turn on the one connection, in seconds."""

sqlite3.register_adapter(datetime, moment_text)  # so that Tortoise's models write the same text


class Client(SqliteClient):
    """The database outside of any transaction: each statement commits by itself."""

    dialect: Literal["sqlite", "postgres"] = "sqlite"

    async def create_connection(self, with_db: bool) -> None:  # noqa: FBT001 - Tortoise's signature
        await super().create_connection(with_db)
        await _run(self._connection, _teach_lower)
        await _run(self._connection, _teach_width_bucket)

    async def rows(self, sql: str, values: Iterable[object]) -> Rows:
        await self._turn()
        try:
            return await _run(self._connection, _rows, sql, for_sqlite(values))
        finally:
            self._lock.release()

    async def count(self, sql: str, values: Iterable[object]) -> int:
        await self._turn()
        try:
            return await _run(self._connection, _count, sql, for_sqlite(values))
        finally:
            self._lock.release()

    async def count_many(self, sql: str, rows: Iterable[Sequence[object]]) -> int:
        async with self.transaction("write") as transaction:
            return await transaction.count_many(sql, rows)

    @asynccontextmanager
    async def transaction(self, mode: Mode) -> AsyncIterator["Transaction"]:
        """A transaction that commits at its end and rolls back at an error."""
        await self._turn()
        transaction = Transaction(self)
        try:
            with translated():
                await _run(self._connection, _count, OPENING[mode], ())
            yield transaction
            with translated():
                await _run(self._connection, _count, "COMMIT", ())
        except BaseException:
            await _run(self._connection, sqlite3.Connection.rollback)
            raise
        finally:
            transaction.over = True
            self._lock.release()

    async def _turn(self) -> None:
        if not self._lock.locked():
            await self._lock.acquire()
            return
        try:
            async with asyncio.timeout(TURN_S):
                await self._lock.acquire()
        except TimeoutError:
            raise DatabaseBusy(f"another transaction has been at work for {TURN_S} s") from None


class Transaction(SqliteTransactionWrapper):
    """The database inside of a transaction."""

    dialect: Literal["sqlite", "postgres"] = "sqlite"
    over = False

    async def take_turn(self) -> None:
        """A transaction on SQLite is the only one anyway."""

    async def rows(self, sql: str, values: Iterable[object]) -> Rows:
        return await _run(self._connection, _rows, sql, for_sqlite(values))

    async def count(self, sql: str, values: Iterable[object]) -> int:
        return await _run(self._connection, _count, sql, for_sqlite(values))

    async def count_many(self, sql: str, rows: Iterable[Sequence[object]]) -> int:
        encoded = [for_sqlite(row) for row in rows]
        return await _run(self._connection, _count_many, sql, encoded)

    async def execute_script(self, query: str) -> None:
        """One statement at a time: `executescript` would commit the open transaction first."""
        for statement in query.split(";"):
            if statement.strip():
                await self.execute_query(statement)


client_class = Client


_PLACEHOLDER = re.compile(r"\$(\d+)(::\w+(\[\])?)?")


@lru_cache(maxsize=2048)
def translation(sql: str) -> tuple[str, tuple[int, ...]]:
    """The statement with plain `?`, and which value belongs at each, counted from 0.

    Python 3.12 warns of values in a row for numbered placeholders. A cast right behind a
    placeholder falls away. The statement must hold no literal with a dollar sign.
    """
    places = tuple(int(number) - 1 for number, *_ in _PLACEHOLDER.findall(sql))
    return _PLACEHOLDER.sub("?", sql), places


async def _run(
    connection: aiosqlite.Connection | None,
    function: Callable[Concatenate[sqlite3.Connection, P], T],
    *arguments: P.args,
    **none: P.kwargs,
) -> T:
    """Call the function in the connection's own thread: one hop there and back a statement.

    The public methods of aiosqlite hop once for each step of it.
    """
    if connection is None or connection._connection is None:  # noqa: SLF001 - see above
        raise DatabaseUnavailable("the database was closed")
    execute: Callable[..., Awaitable[T]] = connection._execute  # noqa: SLF001 - the same
    return await execute(function, connection._connection, *arguments, **none)  # noqa: SLF001 - the same


def _teach_lower(connection: sqlite3.Connection) -> None:
    """SQLite's own lower() knows ASCII only, so that a search for "ärger" would miss "ÄRGER"."""
    connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()


def _teach_width_bucket(connection: sqlite3.Connection) -> None:
    """PostgreSQL's: how many of the ascending values in a JSON array are not above the first."""
    connection.create_function("width_bucket", 2, _width_bucket, deterministic=True)


def _width_bucket(value: str | None, bounds: str) -> int | None:
    return None if value is None else bisect_right(_bounds(bounds), value)


@lru_cache(maxsize=16)
def _bounds(written: str) -> list[str]:
    bounds: list[str] = orjson.loads(written)
    return bounds


def _rows(connection: sqlite3.Connection, sql: str, values: Sequence[object]) -> Rows:
    cursor = connection.cursor()
    cursor.row_factory = None
    found = cursor.execute(*_bound(sql, values)).fetchall()
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found]


def _count(connection: sqlite3.Connection, sql: str, values: Sequence[object]) -> int:
    before = connection.total_changes
    connection.execute(*_bound(sql, values)).fetchall()
    return connection.total_changes - before


def _count_many(connection: sqlite3.Connection, sql: str, rows: Sequence[Sequence[object]]) -> int:
    before = connection.total_changes
    text, places = translation(sql)
    connection.executemany(text, [[row[place] for place in places] for row in rows])
    return connection.total_changes - before


def _bound(sql: str, values: Sequence[object]) -> tuple[str, list[object]]:
    text, places = translation(sql)
    return text, [values[place] for place in places]
