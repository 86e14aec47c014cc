"""Units of work: transactions that a cancelled request can neither break nor leak.

A task that is cancelled while it begins or ends a transaction would keep the connection for ever,
and requests are cancelled at every disconnect. So each unit runs in a task of its own, shielded
from whoever waits for it: once begun, it commits or rolls back.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Literal, TypeVar

from tortoise.connection import get_connections
from tortoise.exceptions import BaseORMException

from escgraph.store.database import connected, in_progress
from escgraph.store.failures import Contended, LostAtOnce, translated, understood

T = TypeVar("T")
Work = Callable[[], Awaitable[T]]
Mode = Literal["write", "read"]

ATTEMPTS = 3
"""How often a unit is tried that loses against others."""

_running: set[asyncio.Task[object]] = set()


async def unit_of_work(work: Work[T]) -> T:
    """Run `work` in one transaction: all of its statements or none.

    Where it loses against other transactions (deadlock, lock timeout) it is run again, so it must
    do nothing but read and write the database. Once begun it is not cancelled with its caller.

    Raises:
        DatabaseBusy: it lost too often, or no connection came free.
        DatabaseUnavailable: the connection was lost; if it was while committing, whether the unit
            took effect is unknown.
        RuntimeError: it was called inside of another unit; units do not nest.
    """
    return await _shielded(work, "write")


async def snapshot(read: Work[T]) -> T:
    """Run `read` in one transaction that sees the database as it is at one moment.

    Raises as `unit_of_work` does. Writing in it is an error on PostgreSQL.
    """
    return await _shielded(read, "read")


async def drain(timeout: float) -> int:  # noqa: ASYNC109 - the caller's patience is the point
    """Wait for the units that still run, for `timeout` seconds; how many are left then."""
    if not _running:
        return 0
    _, left = await asyncio.wait(set(_running), timeout=timeout)
    return len(left)


async def _shielded(work: Work[T], mode: Mode) -> T:
    if in_progress.get() is not None:
        raise RuntimeError(
            "this task runs in a unit of work, or was started in one; units do not nest"
        )
    task = asyncio.create_task(_attempts(work, mode))
    _running.add(task)
    task.add_done_callback(_running.discard)
    with translated():
        return await asyncio.shield(task)


async def _attempts(work: Work[T], mode: Mode) -> T:
    for attempt in range(1, ATTEMPTS):
        try:
            return await _attempt(work, mode)
        except (Contended, LostAtOnce):
            await asyncio.sleep(random.uniform(0, 0.02 * attempt))  # noqa: S311 - no secret
    return await _attempt(work, mode)


async def _attempt(work: Work[T], mode: Mode) -> T:
    async with connected().transaction(mode) as transaction:
        in_progress.set(transaction)
        get_connections().set(transaction.connection_name, transaction)
        try:
            return await work()
        except BaseORMException as error:
            raise understood(error) or error from error
        finally:
            in_progress.set(None)
