"""Tortoise's asyncpg engine, with a time limit on waiting for a connection.

Tortoise waits for ever when every connection is in use, and loses the connection for good when
BEGIN fails. A connection's session carries no state of ours, so giving one back sends nothing.

A connection that was lost may look alive: nothing comes back, and asyncpg waits for it once more
when it rolls back, cancels and closes politely. So it is dropped at the first sign, and none that
is as old is trusted: the next statement has a fresh one. `postgres_connection` sees the sign.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Literal

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper

from escgraph.store.failures import (
    DRIVER_ERRORS,
    Contended,
    DatabaseBusy,
    DatabaseUnavailable,
    LostAtOnce,
    means_lost,
    translated,
)
from escgraph.store.postgres_connection import Connection
from escgraph.store.values import for_postgres, jsonb_text

Mode = Literal["write", "read", "migrate"]

OPENING: dict[Mode, str] = {
    "write": "BEGIN; SET LOCAL idle_in_transaction_session_timeout = '1500ms'",
    "read": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "migrate": "BEGIN",
}
"""Who writes holds locks, so a process that froze is ended sooner: deadlines wait for them.
A migration gives way by itself, and may think between two statements."""

TURN_S = 1.0
"""How long a transaction waits for others of its process, in seconds; it is idle meanwhile."""

ACQUIRE_S = 5.0
"""How long a statement waits for a connection, in seconds."""

BEGIN_S = 4.0
"""How long BEGIN may take, which asks nothing of the database: an idle connection may be dead."""

CLOSE_S = 3.0
"""How long the pool may take to close, which is empty of work then, in seconds."""

RELEASE_S = 2.0
"""How long a connection whose statement was given up may take to be whole again, in seconds."""


class Client(AsyncpgDBClient):
    """The database outside of any transaction: each statement commits by itself."""

    dialect: Literal["sqlite", "postgres"] = "postgres"
    connection_class = Connection
    _trusted_since = 0.0
    """Connections that are older were given up with one that was lost, by the loop's time."""

    async def create_pool(self, **options: Any) -> asyncpg.Pool:  # noqa: ANN401 - Tortoise's signature
        self._turns = asyncio.Lock()
        return await asyncpg.create_pool(None, init=_prepare, **options)

    async def rows(self, sql: str, values: Iterable[object]) -> list[dict[str, Any]]:
        async with self._lent() as connection:
            return [dict(row) for row in await connection.fetch(sql, *for_postgres(values))]

    async def count(self, sql: str, values: Iterable[object]) -> int:
        async with self._lent() as connection:
            return _count(await connection.execute(sql, *for_postgres(values)))

    async def count_many(self, sql: str, rows: Iterable[Sequence[object]]) -> int:
        async with self.transaction("write") as transaction:
            return await transaction.count_many(sql, rows)

    @asynccontextmanager
    async def transaction(self, mode: Mode) -> AsyncIterator["Transaction"]:
        """A transaction that commits at its end and rolls back at an error."""
        transaction = Transaction(self)
        async with self._lent() as connection:
            transaction._connection = connection  # noqa: SLF001 - as Tortoise's own context does
            try:
                await _begin(connection, mode)
                try:
                    yield transaction
                except BaseException:
                    await _roll_back(connection)
                    raise
                with translated():
                    await connection.execute("COMMIT;")
            finally:
                transaction.over = True
                if transaction.has_turn:
                    self._turns.release()

    async def turn(self) -> None:
        """Wait until no other transaction of this process has the turn."""
        try:
            async with asyncio.timeout(TURN_S):
                await self._turns.acquire()
        except TimeoutError:
            raise Contended(f"others of this process had the counter for {TURN_S} s") from None

    @asynccontextmanager
    async def _lent(self) -> AsyncIterator[Any]:
        """A connection of the pool; where it turns out to be lost, trust none that is as old."""
        connection = await self._acquired()
        born = connection.born
        try:
            yield connection
        except BaseException as error:
            if means_lost(error):
                await self._distrust(connection, born)
            raise
        finally:
            await self._given_back(connection)

    async def _close(self) -> None:
        """Part politely; connections that are dead do not answer, and are dropped soon."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        try:
            async with asyncio.timeout(CLOSE_S):
                await pool.close()
        except TimeoutError:
            pool.terminate()

    async def _acquired(self) -> Any:  # noqa: ANN401 - asyncpg has no types
        pool = self._pool
        if pool is None:
            raise DatabaseUnavailable("the database is not connected")
        try:
            with translated():
                return await pool.acquire(timeout=ACQUIRE_S)
        except DatabaseUnavailable as error:
            full = pool.get_size() >= pool.get_max_size()
            if isinstance(error.__cause__, TimeoutError) and full:
                raise DatabaseBusy(f"every connection was in use for {ACQUIRE_S} s") from None
            raise

    async def _distrust(self, connection: Any, born: float) -> None:  # noqa: ANN401 - asyncpg has no types
        """Drop it, and have those that are idle replaced, once for all that break together."""
        with suppress(*DRIVER_ERRORS):  # it has dropped itself mostly
            connection.terminate()
        if born >= self._trusted_since:
            self._trusted_since = asyncio.get_running_loop().time()
            await self._expire_connections()

    async def _given_back(self, connection: Any) -> None:  # noqa: ANN401 - asyncpg has no types
        """Let others have it; one that is lost is replaced when it is wanted next."""
        if self._pool is not None:
            with suppress(*DRIVER_ERRORS):
                await self._pool.release(connection, timeout=RELEASE_S)


class Transaction(TransactionWrapper):
    """The database inside of a transaction."""

    dialect: Literal["sqlite", "postgres"] = "postgres"
    over = False
    has_turn = False

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        self._client = client

    async def take_turn(self) -> None:
        """Be the only one of this process that waits for the counter, or has it, until the end.

        Were there more, all of them would take it in turn after the process froze.
        """
        if not self.has_turn:
            await self._client.turn()
            self.has_turn = True

    async def rows(self, sql: str, values: Iterable[object]) -> list[dict[str, Any]]:
        found = await self._connection.fetch(sql, *for_postgres(values))
        return [dict(row) for row in found]

    async def count(self, sql: str, values: Iterable[object]) -> int:
        return _count(await self._connection.execute(sql, *for_postgres(values)))

    async def count_many(self, sql: str, rows: Iterable[Sequence[object]]) -> int:
        encoded = [for_postgres(row) for row in rows]
        await self._connection.executemany(sql, encoded)
        return len(encoded)


client_class = Client


async def _prepare(connection: asyncpg.Connection) -> None:
    """Let dicts and lists be given for jsonb; it is read as text, parsed by whoever wants it."""
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=jsonb_text, decoder=str, format="text"
    )


def _count(status: str) -> int:
    """The number behind a command, as in "UPDATE 3"; 0 where there is none, as in "BEGIN"."""
    last = status.rpartition(" ")[2]
    return int(last) if last.isdigit() else 0


async def _begin(connection: Any, mode: Mode) -> None:  # noqa: ANN401 - asyncpg has no types
    """Begin. Nothing was said in earnest yet: where the connection is lost, a fresh one may do."""
    try:
        with translated():
            async with asyncio.timeout(BEGIN_S):
                await connection.execute(OPENING[mode])
    except DatabaseUnavailable as error:
        raise LostAtOnce(str(error)) from error


async def _roll_back(connection: Any) -> None:  # noqa: ANN401 - asyncpg has no types
    """Undo. Where that fails the connection is lost, and the database undoes by itself."""
    with suppress(*DRIVER_ERRORS):
        await connection.execute("ROLLBACK;")
