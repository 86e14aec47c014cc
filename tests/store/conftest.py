"""A database that is open while a test runs."""

from collections.abc import AsyncIterator

import pytest

from escgraph.store import database
from tests.store.rows import POOL


@pytest.fixture
async def connected(database_url: str) -> AsyncIterator[str]:
    """Either engine, the test runs on both; its URL."""
    await database.connect(database_url, pool_size=POOL)
    yield database_url
    await database.close()


@pytest.fixture
async def on_postgres(pg_url: str) -> AsyncIterator[str]:
    await database.connect(pg_url, pool_size=POOL)
    yield pg_url
    await database.close()


@pytest.fixture
async def on_sqlite(sqlite_url: str) -> AsyncIterator[str]:
    await database.connect(sqlite_url)
    yield sqlite_url
    await database.close()
