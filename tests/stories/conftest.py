"""A shift on SQLite and on PostgreSQL: each story is told on both.

Whatever happens in a story, what is written down of it never contradicts itself.
"""

from collections.abc import AsyncIterator

import pytest

from escgraph.queries.consistency import contradictions
from escgraph.store import database
from tests.stories.shift import Shift


@pytest.fixture
async def shift(database_url: str) -> AsyncIterator[Shift]:
    await database.connect(database_url, pool_size=4)
    begun = Shift()
    await begun.move_in()
    yield begun
    assert await contradictions() == []
    await database.close()
