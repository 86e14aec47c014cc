"""A sweep fires all that is due, in order, and parks what cannot fire."""

import asyncio
from datetime import timedelta

import pytest

from escgraph.domain.terms import DeadlineKind, DeadlineState, Priority
from escgraph.domain.ticket import Ticket
from escgraph.jobs.deadlines import Swept, sweep
from escgraph.store import firing, stream, tickets
from escgraph.store.database import DatabaseUnavailable, execute, fetch
from escgraph.store.transactions import unit_of_work
from tests.domain import desk
from tests.servers import named, psql
from tests.store.ladders import (
    HOUR,
    INSTANT,
    NINE,
    SCENES,
    acknowledged,
    opened,
    store,
    untouched,
    urgent,
)
from tests.store.left_behind import all_events, as_stored, history
from tests.store.poison import poison

MUCH_LATER = NINE + timedelta(days=60)


@pytest.mark.parametrize("batch", [1, 3, 1000])
@pytest.mark.usefixtures("house")
async def test_everything_that_is_due_fires_in_order(batch: int) -> None:
    await _sweep_fires_everything_in_order(batch=batch)


@pytest.mark.parametrize("avoided", [("nestloop",), ("hashjoin", "mergejoin"), ("indexscan",)])
@pytest.mark.usefixtures("house_with_one_connection")
async def test_the_order_hangs_on_no_plan_of_the_database(avoided: tuple[str, ...]) -> None:
    """The parts of the statement run as the plan has it: one after the other, or interlocked."""
    for way in avoided:
        await execute(f"SET enable_{way} = off")

    await _sweep_fires_everything_in_order(batch=1000)


async def _sweep_fires_everything_in_order(*, batch: int) -> None:
    standing = [await store(scene()) for scene in SCENES]
    wanted = [desk.sweep(ticket, MUCH_LATER) for ticket in standing]

    swept = await sweep(now=MUCH_LATER, batch=batch)

    total = sum(len(change.steps) for change in wanted)
    assert swept == Swept(fired=total, parked=0, position=(await stream.head()).position)
    for ticket, change in zip(standing, wanted, strict=True):
        assert await tickets.load(ticket.id) == change.ticket
        told = [event for version, event, _ in await history(ticket.id) if version > ticket.version]
        assert told == [as_stored(event) for event in change.events]


@pytest.mark.usefixtures("house")
async def test_a_sweep_with_nothing_to_do_says_so() -> None:
    await store(untouched())

    assert await sweep(now=NINE) == Swept(fired=0, parked=0, position=None)


@pytest.mark.parametrize(("batch", "first"), [(4, Priority.HIGH), (5, Priority.LOW)])
@pytest.mark.usefixtures("house")
async def test_where_more_is_due_than_fires_at_once_high_tickets_come_first(
    batch: int, first: Priority
) -> None:
    for _ in range(3):
        await store(opened(Priority.LOW))
    for _ in range(2):
        await store(opened(Priority.HIGH, at=NINE + 23 * HOUR + INSTANT))

    swept = await sweep(now=NINE + 24 * HOUR + INSTANT, batch=batch)

    assert swept.fired == 5
    fired = [event.state for event in await all_events() if event.kind == "ResponseBreached"]
    order = [state["priority"] for state in fired if state is not None]
    assert order == sorted(order, key=lambda priority: priority != first)


@pytest.mark.usefixtures("house")
async def test_a_sweep_may_be_cut_after_some_passes() -> None:
    for _ in range(5):
        await store(untouched())

    cut = [await sweep(now=NINE + 4 * HOUR, batch=2, passes=2) for _ in range(3)]

    assert [swept.fired for swept in cut] == [2, 2, 1]


@pytest.mark.usefixtures("house")
async def test_a_row_that_cannot_fire_is_parked_and_the_others_fire() -> None:
    standing = [await store(acknowledged()) for _ in range(9)]
    poisoned = {standing[2].id, standing[7].id}
    for ticket in standing:
        if ticket.id in poisoned:
            await poison(ticket)

    swept = await sweep(now=NINE + 8 * HOUR)

    assert (swept.fired, swept.parked) == (7, 2)
    assert {ticket.id for ticket in standing if not await _climbed(ticket)} == poisoned
    rows = await fetch("SELECT parked_at, parked_reason FROM deadline WHERE parked_at IS NOT NULL")
    assert len(rows) == 2
    assert all("a row with this key exists already" in row["parked_reason"] for row in rows)


@pytest.mark.usefixtures("house")
async def test_the_rungs_behind_a_parked_one_fire_when_they_are_due() -> None:
    ticket = await store(acknowledged())
    await poison(ticket)

    swept = await sweep(now=NINE + 16 * HOUR)

    assert (swept.fired, swept.parked) == (1, 1)
    after = await tickets.load(ticket.id)
    states = {row.kind: row.state for row in after.deadlines}
    assert states[DeadlineKind.LEVEL_2] is DeadlineState.ARMED
    assert states[DeadlineKind.MANAGEMENT] is DeadlineState.FIRED


@pytest.mark.usefixtures("house")
async def test_missed_rungs_of_others_do_not_hide_a_row_that_cannot_fire() -> None:
    """The batch is cut while rungs that were due before it come to light."""
    await store(urgent())
    ticket = await store(acknowledged())
    await store(untouched())
    await poison(ticket)

    swept = await sweep(now=NINE + 9 * HOUR, batch=2)

    assert (swept.fired, swept.parked) == (5 + 2, 1)
    assert await firing.due(now=NINE + 9 * HOUR, limit=10) == []


@pytest.mark.usefixtures("house")
async def test_what_is_wrong_with_the_database_is_no_row_s_fault() -> None:
    for _ in range(3):
        await store(untouched())
    await execute("ALTER TABLE event RENAME TO elsewhere")

    with pytest.raises(Exception, match=r"event|elsewhere"):
        await sweep(now=MUCH_LATER)

    await execute("ALTER TABLE elsewhere RENAME TO event")
    assert await _parked() == 0
    assert (await sweep(now=NINE + 4 * HOUR)).fired == 3


async def test_a_lost_connection_is_no_row_s_fault(house_on_postgres: str) -> None:
    await store(untouched())
    taken, go_on = asyncio.Event(), asyncio.Event()

    async def keep_the_counter() -> None:
        await fetch("SELECT position FROM stream FOR UPDATE")
        taken.set()
        await go_on.wait()

    keeper = asyncio.create_task(unit_of_work(keep_the_counter))
    await taken.wait()
    sweeping = asyncio.create_task(sweep(now=NINE + 4 * HOUR))
    await asyncio.to_thread(_end_who_waits, house_on_postgres)

    with pytest.raises(DatabaseUnavailable):
        await sweeping

    go_on.set()
    await keeper
    assert await _parked() == 0
    assert (await sweep(now=NINE + 4 * HOUR)).fired == 1


def _end_who_waits(url: str) -> None:
    """End the session that waits for a lock in that database, as soon as there is one."""
    name = url.rpartition("/")[2]
    asked = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        f"WHERE datname = '{name}' AND wait_event_type = 'Lock'"
    )
    while psql(named(url, "postgres"), asked) != "t":
        pass


async def _climbed(ticket: Ticket) -> bool:
    return (await tickets.facts(ticket.id)).tier != ticket.tier


async def _parked() -> int:
    return len(await fetch("SELECT id FROM deadline WHERE parked_at IS NOT NULL"))
