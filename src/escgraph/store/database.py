"""The one way to the database: connect once, then `fetch` and `execute` SQL on either engine.

Statements carry the placeholders $1, $2 … on both engines. Inside of a unit of work they run on
its transaction, outside each commits by itself. Raw values are read with `moment`, `uuid`,
`parsed` and `boolean` of `values`.
"""

from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from datetime import datetime
from typing import Any, ClassVar, Literal

from tortoise.context import TortoiseContext
from tortoise.exceptions import DBConnectionError

from escgraph.store import postgres_client, sqlite_client
from escgraph.store.address import Address, address
from escgraph.store.failures import (
    DRIVER_ERRORS,
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseUnavailable,
    Duplicate,
    translated,
    understood,
)
from escgraph.store.values import moment

__all__ = [
    "DatabaseBusy",
    "DatabaseUnavailable",
    "Duplicate",
    "close",
    "connect",
    "database_now",
    "dialect",
    "execute",
    "execute_many",
    "fetch",
    "on_close",
]

Client = sqlite_client.Client | postgres_client.Client
Transaction = sqlite_client.Transaction | postgres_client.Transaction

_NOW = {
    "sqlite": "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') AS now",
    "postgres": "SELECT clock_timestamp() AS now",
}

in_progress: ContextVar[Transaction | None] = ContextVar("in_progress", default=None)
"""The transaction of the unit of work that this task runs."""


class _Connected:
    """The open database of this process; there is one."""

    context: TortoiseContext | None = None
    client: Client | None = None
    callbacks: ClassVar[list[Callable[[], object]]] = []


async def connect(url: str, *, pool_size: int = 10) -> None:
    """Open the database; `pool_size` connections at most (SQLite has one).

    Raises:
        ValueError: the URL is none of ours.
        DatabaseUnavailable: it cannot be reached; the message says what to check.
    """
    if _Connected.client is not None:
        raise RuntimeError("a database is connected already; close it first")
    where = address(url)
    more = {} if where.dialect == "sqlite" else {"maxsize": pool_size}
    context = TortoiseContext()
    try:
        with context:
            await context.init(where.config(**more), _enable_global_fallback=True)
            _Connected.client = await opened(context, where)
    except BaseException:
        await context.close_connections()
        raise
    _Connected.context = context


async def close() -> None:
    """Close the database; what still runs in it should have been drained before."""
    context, _Connected.client, _Connected.context = _Connected.context, None, None
    for callback in _Connected.callbacks:
        callback()
    if context is not None:
        await context.close_connections()


def on_close(callback: Callable[[], object]) -> None:
    """Have it called whenever the database is closed; for what is remembered of its rows."""
    _Connected.callbacks.append(callback)


def connected() -> Client:
    """The open database, outside of any transaction.

    Raises:
        DatabaseUnavailable: none is open.
    """
    if _Connected.client is None:
        raise DatabaseUnavailable("no database is connected")
    return _Connected.client


def dialect() -> Literal["sqlite", "postgres"]:
    """Which engine it is."""
    return connected().dialect


async def fetch(sql: str, *values: object) -> list[dict[str, Any]]:
    """The rows that the statement returns, each by column name, with raw values.

    Raises:
        Duplicate: a row with that key exists already. On PostgreSQL the transaction of a unit of
            work is over then, so let it escape, or write ON CONFLICT.
        DatabaseBusy: others hold what it needs; in a unit of work the unit is tried again.
        DatabaseUnavailable: the connection was lost; whether the statement took effect is unknown.
    """
    with translated():
        return await _session().rows(sql, values)


async def execute(sql: str, *values: object) -> int:
    """How many rows the statement wrote. Raises as `fetch` does."""
    with translated():
        return await _session().count(sql, values)


async def execute_many(sql: str, rows: Iterable[Sequence[object]]) -> int:
    """Run the statement for each row, all or none. Raises as `fetch` does."""
    with translated():
        return await _session().count_many(sql, rows)


async def take_turn() -> None:
    """Wait for the turn of this unit of work among those of this process; it has it until its end.

    A statement outside of a unit commits by itself, and holds up nobody.

    Raises:
        DatabaseBusy: it did not come; the unit is tried again.
    """
    transaction = in_progress.get()
    if transaction is not None:
        await transaction.take_turn()


async def database_now() -> datetime:
    """The present by the database's clock: microseconds on PostgreSQL, milliseconds on SQLite."""
    (row,) = await fetch(_NOW[dialect()])
    now = moment(row["now"])
    assert now is not None
    return now


def _session() -> Client | Transaction:
    transaction = in_progress.get()
    if transaction is None:
        return connected()
    if transaction.over:
        raise RuntimeError(
            "this task was started inside of a unit of work that is over; "
            "start it after the unit, or in a fresh context"
        )
    return transaction


async def opened(context: TortoiseContext, where: Address) -> Client:
    """The client of a context, with a connection that works."""
    if where.path is not None and not where.path.is_file():
        raise DatabaseUnavailable(f"there is no database at {where.path}; run escgraph migrate")
    client = context.connections.get(where.dialect)
    assert isinstance(client, sqlite_client.Client | postgres_client.Client)
    try:
        await client.create_connection(with_db=True)
        await client.rows("SELECT 1", ())
    except (*DRIVER_ERRORS, DBConnectionError) as error:
        failure = understood(error)
        if isinstance(failure, DatabaseDamaged):
            raise failure from error
        raise DatabaseUnavailable(f"{where.advice}: {_words(error, where)}") from error
    return client


def _words(error: BaseException, where: Address) -> str:
    """A time limit that is over has no words of its own."""
    if isinstance(error, TimeoutError) and not str(error):
        return f"it did not answer in {where.credentials['timeout']:g} s"
    return str(error) or type(error).__name__
