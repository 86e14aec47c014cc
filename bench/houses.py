"""Databases to measure on: fresh, migrated, with people in them, on this machine only."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from escgraph.store import database
from escgraph.store.database import dialect, execute
from escgraph.store.migrate import migrate
from tests.servers import PostgresServer
from tests.store.ladders import move_in

ENGINES = ("sqlite", "postgres")


@asynccontextmanager
async def house(engine: str) -> AsyncIterator[str]:
    """The URL of a connected database of that engine, with people; it is gone afterwards."""
    async with empty(engine) as url:
        await move_in()
        yield url


@asynccontextmanager
async def empty(engine: str) -> AsyncIterator[str]:
    """The same with nobody in it."""
    if engine == "postgres":
        with PostgresServer() as server:
            async with _connected(server.url):
                yield server.url
    else:
        with tempfile.TemporaryDirectory(prefix="escgraph-bench-") as directory:
            url = f"sqlite://{Path(directory, 'bench.db')}"
            async with _connected(url):
                yield url


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[None]:
    await migrate(url)
    await database.connect(url)
    try:
        yield
    finally:
        await database.close()


async def settle() -> None:
    """Let the database know its tables, as it does by itself after a while."""
    await execute("VACUUM ANALYZE" if dialect() == "postgres" else "ANALYZE")
