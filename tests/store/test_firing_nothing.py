"""What an engine leaves alone: rows that are void, parked or somebody else's."""

from datetime import timedelta

import pytest

from escgraph.store import firing, simulation
from escgraph.store.database import execute, fetch
from escgraph.store.firing import Fired
from tests.store.ladders import HOUR, NINE, move_in, store, untouched, urgent
from tests.store.left_behind import all_events

pytestmark = pytest.mark.usefixtures("house")

MUCH_LATER = NINE + timedelta(days=60)
NOTHING = Fired(0, None)


@pytest.fixture
async def house(connected: str) -> None:
    await move_in()


async def test_an_empty_database_has_nothing_to_fire() -> None:
    assert await firing.next_due() is None
    assert await firing.fire(now=MUCH_LATER, limit=10) == NOTHING


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
async def test_a_row_fires_only_where_it_is_open_and_its_ticket_lives_in_the_same_cycle(
    unfit: str,
) -> None:
    await store(untouched())
    assert await firing.due(now=MUCH_LATER, limit=10)
    await execute(unfit)

    assert await firing.due(now=MUCH_LATER, limit=10) == []
    assert await firing.fire(now=MUCH_LATER, limit=10) == NOTHING
    assert len(await all_events()) == 1


async def test_a_live_engine_fires_nothing_in_a_database_of_simulated_time() -> None:
    await store(untouched())
    assert await simulation.begin(at=NINE)

    assert await firing.next_due() is None
    assert await firing.due(now=MUCH_LATER, limit=10) == []
    assert await firing.fire(now=MUCH_LATER, limit=10) == NOTHING

    assert await firing.next_due(simulated=True) == NINE + 4 * HOUR
    assert len(await firing.due(now=MUCH_LATER, limit=10, simulated=True)) == 1
    assert (await firing.fire(now=MUCH_LATER, limit=10, simulated=True)).count == 1


async def test_a_database_holds_one_simulation_and_is_live_again_after_it() -> None:
    await store(untouched())
    assert await simulation.begin(at=NINE)
    assert not await simulation.begin(at=NINE)
    await simulation.end()

    assert not await simulation.marked()
    assert (await firing.fire(now=MUCH_LATER, limit=10)).count == 1


async def test_the_next_due_moment_is_the_first_of_all_tickets() -> None:
    await store(untouched())
    await store(urgent())

    assert await firing.next_due() == NINE + HOUR


async def test_a_parked_deadline_does_not_hold_up_the_rungs_behind_it() -> None:
    ticket = await store(urgent())
    (first,) = await firing.due(now=NINE + HOUR, limit=1)

    await firing.park(first, now=NINE + HOUR, reason="it cannot fire")

    assert await firing.next_due() == NINE + 2 * HOUR
    assert (await firing.fire(now=NINE + 2 * HOUR, limit=10)).count == 1
    (row,) = await fetch(
        "SELECT kind, parked_reason FROM deadline WHERE ticket_id = $1 AND parked_at IS NOT NULL",
        ticket.id,
    )
    assert row == {"kind": "RESPONSE", "parked_reason": "it cannot fire"}


async def test_what_another_engine_has_fired_meanwhile_is_not_parked() -> None:
    await store(urgent())
    (first,) = await firing.due(now=NINE + HOUR, limit=1)
    await firing.fire(now=NINE + HOUR, limit=1)

    await firing.park(first, now=NINE + HOUR, reason="it failed here")

    assert await fetch("SELECT id FROM deadline WHERE parked_at IS NOT NULL") == []


async def test_whoever_comes_second_to_park_a_deadline_is_told_that_it_was_done() -> None:
    await store(urgent())
    (first,) = await firing.due(now=NINE + HOUR, limit=1)

    done = [await firing.park(first, now=NINE + HOUR, reason="it failed") for _ in range(2)]

    assert done == [True, False]
