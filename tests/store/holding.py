"""Somebody else, on PostgreSQL, who holds what a statement is about to lock."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from escgraph.store.database import execute, fetch
from escgraph.store.transactions import unit_of_work

GATE = """
CREATE VIEW heartbeat AS
SELECT 'the gate' || pg_advisory_xact_lock_shared(42)::text AS name
"""
"""What the statement asks for simulated time now waits there, with its snapshot taken."""


@asynccontextmanager
async def others_hold(lock: str) -> AsyncIterator[None]:
    """Somebody else's transaction holds what that statement locks, until the end."""
    held, letting_go = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        await fetch(lock)
        held.set()
        await letting_go.wait()

    holder = asyncio.create_task(unit_of_work(hold))
    await held.wait()
    try:
        yield
    finally:
        letting_go.set()
        await holder


@asynccontextmanager
async def at_the_gate(work: Callable[[], Awaitable[Any]]) -> AsyncIterator[None]:
    """It stands between its snapshot and its locks, until the end."""
    await execute("ALTER TABLE heartbeat RENAME TO heartbeat_before")
    await execute(GATE)
    async with others_hold("SELECT pg_advisory_xact_lock(42)"):
        task = asyncio.ensure_future(work())
        await until_somebody_waits()
        yield
    await task


async def until_somebody_waits() -> None:
    """Until a statement waits for a lock."""
    async with asyncio.timeout(10):
        while not await fetch("SELECT 1 FROM pg_locks WHERE NOT granted"):  # noqa: ASYNC110 - the server knows
            await asyncio.sleep(0.005)
