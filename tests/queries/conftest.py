"""A house on SQLite and on PostgreSQL, for tests that read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from escgraph.store import database
from tests.queries.house import House


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    async with _moved_into(database_url) as house:
        yield house


@pytest.fixture
async def house_on_postgres(pg_url: str) -> AsyncIterator[House]:
    """For what only several connections show."""
    async with _moved_into(pg_url) as house:
        yield house


@asynccontextmanager
async def _moved_into(url: str) -> AsyncIterator[House]:
    await database.connect(url, pool_size=3)
    house = House()
    await house.move_in()
    yield house
    await database.close()
