"""A database with people in it, on which jobs are done."""

from collections.abc import AsyncIterator

import pytest

from escgraph.store import database
from tests.store.ladders import move_in


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[str]:
    """Either engine, the test runs on both; its URL."""
    await database.connect(database_url)
    await move_in()
    yield database_url
    await database.close()


@pytest.fixture
async def house_on_postgres(pg_url: str) -> AsyncIterator[str]:
    await database.connect(pg_url)
    await move_in()
    yield pg_url
    await database.close()


@pytest.fixture
async def house_with_one_connection(pg_url: str) -> AsyncIterator[str]:
    """So that what is set for a session holds for all that follows."""
    await database.connect(pg_url, pool_size=1)
    await move_in()
    yield pg_url
    await database.close()
