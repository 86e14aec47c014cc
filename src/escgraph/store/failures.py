"""What can go wrong between this program and its database, in three words.

A driver's error that is none of these is a bug in a statement, and is raised as it is.
"""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from tortoise.exceptions import BaseORMException


class DatabaseUnavailable(Exception):  # noqa: N818 - a state, as a reader says it
    """The database cannot be reached, or the connection to it was lost. Never shows a password."""


class DatabaseBusy(Exception):  # noqa: N818 - the same
    """Others hold what was wanted (a lock, every connection) for too long. Trying again helps."""


class Duplicate(Exception):  # noqa: N818 - the same
    """A row with that key exists already.

    Attributes:
        constraint: the index or constraint that refused it; on SQLite its columns,
            as in "person.email", or the name of an index over expressions.
    """

    def __init__(self, constraint: str) -> None:
        super().__init__(f"a row with this key exists already: {constraint}")
        self.constraint = constraint


class Contended(DatabaseBusy):
    """Lost against another transaction in a way that a fresh attempt may win."""


class DatabaseDamaged(DatabaseUnavailable):
    """The file was opened, and what stands in it is broken. Only a backup helps."""


class LostAtOnce(DatabaseUnavailable):
    """The connection was gone before anything was sent in earnest; a fresh one may do."""


_POSTGRES: tuple[tuple[type[BaseException], type[Exception], str], ...] = (
    (asyncpg.DeadlockDetectedError, Contended, "two transactions waited for each other"),
    (asyncpg.SerializationError, Contended, "another transaction changed the same rows"),
    (asyncpg.LockNotAvailableError, Contended, "a row stayed locked for too long"),
    (asyncpg.InvalidCachedStatementError, Contended, "a migration changed the tables meanwhile"),
    (asyncpg.QueryCanceledError, DatabaseBusy, "the statement took too long"),
    (asyncpg.TooManyConnectionsError, DatabaseBusy, "the database takes no more connections"),
    (asyncpg.IdleInTransactionSessionTimeoutError, DatabaseUnavailable, "a transaction idled"),
    (asyncpg.PostgresConnectionError, DatabaseUnavailable, "the connection was lost"),
    (asyncpg.AdminShutdownError, DatabaseUnavailable, "the database is being shut down"),
    (asyncpg.CrashShutdownError, DatabaseUnavailable, "the database has crashed"),
    (asyncpg.CannotConnectNowError, DatabaseUnavailable, "the database is starting or stopping"),
    (asyncpg.DiskFullError, DatabaseUnavailable, "the disk of the database is full"),
    (asyncpg.InvalidAuthorizationSpecificationError, DatabaseUnavailable, "access is denied"),
    (asyncpg.InsufficientPrivilegeError, DatabaseUnavailable, "access is denied"),
)

_GONE = ("closed", "connection was", "released back to the pool", "pool is closing")
"""What asyncpg's InterfaceError says when it means a lost connection and no wrong call."""

_BROKEN_TRANSPORT = "unable to perform operation on"
"""What uvloop says, as a RuntimeError, when it is to write to a socket that broke."""

_SQLITE_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_SQLITE_UNIQUE = frozenset(
    {
        sqlite3.SQLITE_CONSTRAINT_UNIQUE,
        sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
        sqlite3.SQLITE_CONSTRAINT_ROWID,
    }
)
_SQLITE_BROKEN = frozenset(
    {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    }
)


def understood(error: BaseException) -> Exception | None:
    """The failure that a driver's error stands for; None for any other error."""
    if isinstance(error, BaseORMException) and error.args:
        inner = error.args[0]
        return understood(inner) if isinstance(inner, BaseException) else None
    if isinstance(error, sqlite3.Error):
        return _sqlite(error)
    if isinstance(error, asyncpg.PostgresError | asyncpg.InterfaceError):
        return _postgres(error)
    return _of_the_connection(error)


def _of_the_connection(error: BaseException) -> Exception | None:
    words = str(error) or type(error).__name__
    if isinstance(error, RuntimeError) and _BROKEN_TRANSPORT in words:
        words = "its socket broke"
    elif isinstance(error, asyncio.CancelledError) and not is_cancelled():
        words = "the driver gave up"
    elif not isinstance(error, asyncpg.InternalClientError | OSError):
        return None
    return DatabaseUnavailable(f"the connection to the database was lost: {words}")


def is_cancelled() -> bool:
    """Whether it is this task that is being cancelled, and not one that it waited for."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


def means_lost(error: BaseException) -> bool:
    """Whether the connection that it came from must not be used again."""
    return isinstance(understood(error) or error, DatabaseUnavailable)


def _postgres(error: Exception) -> Exception | None:
    if isinstance(error, asyncpg.UniqueViolationError):
        return Duplicate(str(error.constraint_name))
    for kind, failure, words in _POSTGRES:
        if isinstance(error, kind):
            return failure(f"{words}: {error}")
    if isinstance(error, asyncpg.InterfaceError) and any(text in str(error) for text in _GONE):
        return DatabaseUnavailable(f"the connection was lost: {error}")
    return None


def _sqlite(error: sqlite3.Error) -> Exception | None:
    extended = getattr(error, "sqlite_errorcode", 0)
    if extended in _SQLITE_UNIQUE:
        return Duplicate(_columns(str(error)))
    if extended & 0xFF in _SQLITE_BUSY:
        return DatabaseBusy(f"another program holds the database file: {error}")
    if extended & 0xFF == sqlite3.SQLITE_CORRUPT:
        return DatabaseDamaged(
            f"the database file cannot be used: {error}; restore a backup: see docs/backup.md"
        )
    if extended & 0xFF in _SQLITE_BROKEN:
        return DatabaseUnavailable(f"the database file cannot be used: {error}")
    if isinstance(error, sqlite3.ProgrammingError) and "closed" in str(error):
        return DatabaseUnavailable("the database was closed")
    return None


def _columns(message: str) -> str:
    """SQLite names what was violated after a colon, an index over expressions in quotes."""
    return message.partition(": ")[2].removeprefix("index ").strip("'")


DRIVER_ERRORS = (
    sqlite3.Error,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    BaseORMException,
    OSError,
)


@contextmanager
def translated() -> Iterator[None]:
    """Raise a driver's errors as the failures that they stand for.

    A cancellation that nobody asked for is one of them: a driver cancels what it waits for itself,
    and whoever took that for his own end would end for ever.
    """
    try:
        yield
    except (*DRIVER_ERRORS, RuntimeError, asyncio.CancelledError) as error:
        failure = understood(error)
        if failure is None:
            raise
        raise failure from error
