"""What is foretold is what would fire: the same rows, told apart in the same way."""

import pytest

from escgraph.store import forecast
from escgraph.store.database import execute
from escgraph.store.firing import due as due_to_fire
from tests.store.ladders import HOUR, NINE, move_in, store, untouched

pytestmark = pytest.mark.usefixtures("house")

LATER = NINE + 100 * HOUR


@pytest.fixture
async def house(connected: str) -> None:
    await move_in()


@pytest.mark.parametrize(
    "unfit",
    [
        "UPDATE ticket SET status = 'RESOLVED'",
        "UPDATE ticket SET status = 'CLOSED'",
        "UPDATE ticket SET status = 'CANCELLED'",
        "UPDATE ticket SET cycle = 2",
        "UPDATE deadline SET state = 'MET'",
        "UPDATE deadline SET state = 'VOID'",
        "UPDATE deadline SET parked_at = due_at, parked_reason = 'broken'",
    ],
)
async def test_a_row_that_could_not_fire_is_not_foretold(unfit: str) -> None:
    await store(untouched())
    assert len(await forecast.due(until=LATER, limit=10, named=None)) == 3
    assert len(await forecast.moves(until=LATER, named=None)) == 1
    await execute(unfit)

    assert await due_to_fire(now=LATER, limit=10) == []
    assert await forecast.due(until=LATER, limit=10, named=None) == []
    assert await forecast.moves(until=LATER, named=None) == []
