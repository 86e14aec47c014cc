"""What whoever asked may know of a database that fails: whether anything was written."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from escgraph.store.database import DatabaseBusy, DatabaseUnavailable
from escgraph.store.transactions import unit_of_work

__all__ = ["DatabaseBusy", "DatabaseUnavailable", "NothingWritten", "all_or_nothing"]

T = TypeVar("T")


class NothingWritten(DatabaseBusy):
    """Others held what an act needed, and it left no trace."""


async def all_or_nothing(work: Callable[[], Awaitable[T]]) -> T:
    """Run an act in a unit of work of its own.

    Raises:
        NothingWritten: it lost against others.
        DatabaseUnavailable: the connection was lost; whether the act took effect is unknown.
    """
    try:
        return await unit_of_work(work)
    except DatabaseBusy as error:
        raise NothingWritten(str(error)) from error
