"""Houses on real databases, for tests of what acts do together."""

from collections.abc import AsyncIterator

import pytest

from escgraph.store import database
from tests.queries.house import House


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    """A house on either engine: the test runs on both."""
    await database.connect(database_url, pool_size=6)
    house = House()
    await house.move_in()
    yield house
    await database.close()


@pytest.fixture
async def house_on_postgres(pg_url: str) -> AsyncIterator[House]:
    await database.connect(pg_url, pool_size=6)
    house = House()
    await house.move_in()
    yield house
    await database.close()
