"""A house on SQLite and on PostgreSQL, for tests that read."""

from collections.abc import AsyncIterator

import pytest

from escgraph.store import database
from tests.queries.house import House


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    await database.connect(database_url, pool_size=3)
    moved_into = House()
    await moved_into.move_in()
    yield moved_into
    await database.close()
