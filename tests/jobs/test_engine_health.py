"""Whether deadlines are fired: red without a proof of work, and red where one is overdue."""

import asyncio
from datetime import timedelta

import pytest

from escgraph.clock import Clock
from escgraph.jobs import deadlines
from escgraph.jobs.engine_health import (
    NO_ENGINE,
    OVERDUE,
    PATIENCE,
    EngineHealth,
    engine_health,
    judged,
)
from escgraph.jobs.housekeeping import FRESH, an_engine_lives
from escgraph.store import heartbeats, simulation
from escgraph.store.database import execute
from escgraph.store.vitals import Vitals
from tests.store.ladders import INSTANT, NINE, store, untouched

TICK = timedelta(milliseconds=1)
"""What both engines tell apart."""

FAR = timedelta(days=60)
"""By then each deadline of an untouched ticket is long past."""


def health(age: timedelta | None, *, overdue: bool) -> EngineHealth:
    beat_at = None if age is None else NINE - age
    return judged(Vitals(beat_at, overdue), now=NINE, patience=PATIENCE)


@pytest.mark.parametrize(
    ("age", "overdue", "fault", "replaced"),
    [
        (None, False, NO_ENGINE, True),
        (PATIENCE, False, NO_ENGINE, True),
        (PATIENCE, True, NO_ENGINE, True),
        (PATIENCE - INSTANT, False, "", True),
        (PATIENCE - INSTANT, True, OVERDUE, True),
        (FRESH, False, "", True),
        (FRESH - INSTANT, False, "", False),
        (FRESH - INSTANT, True, OVERDUE, False),
        (timedelta(0), True, OVERDUE, False),
        (timedelta(0), False, "", False),
    ],
)
def test_it_is_well_with_a_fresh_proof_of_work_and_nothing_overdue(
    age: timedelta | None,
    overdue: bool,  # noqa: FBT001 - a row of the table
    fault: str,
    replaced: bool,  # noqa: FBT001 - the same
) -> None:
    found = health(age, overdue=overdue)

    assert (found.fault, found.replaced) == (fault, replaced)
    assert bool(found.advice) == bool(fault)


@pytest.mark.usefixtures("house")
async def test_a_deadline_is_overdue_half_a_minute_after_its_moment() -> None:
    ticket = await store(untouched())
    due = min(deadline.due_at for deadline in ticket.deadlines)
    late = due + PATIENCE
    await heartbeats.beat("worker", at=late)
    assert (await engine_health(now=late)).fault == ""

    assert (await engine_health(now=late + TICK)).fault == OVERDUE


@pytest.mark.usefixtures("house")
async def test_what_can_never_fire_is_not_overdue() -> None:
    ticket = await store(untouched())
    now = ticket.opened_at + FAR
    await heartbeats.beat("worker", at=now)

    for change, back in (
        ("UPDATE deadline SET parked_at = due_at", "UPDATE deadline SET parked_at = NULL"),
        ("UPDATE deadline SET state = 'VOID'", "UPDATE deadline SET state = 'ARMED'"),
        ("UPDATE ticket SET status = 'CANCELLED'", "UPDATE ticket SET status = 'OPEN'"),
        ("UPDATE ticket SET cycle = cycle + 1", "UPDATE ticket SET cycle = cycle - 1"),
    ):
        assert (await engine_health(now=now)).fault == OVERDUE
        await execute(change)
        assert (await engine_health(now=now)).fault == "", change
        await execute(back)


@pytest.mark.usefixtures("house")
async def test_nothing_is_overdue_while_a_log_is_played_and_its_mark_is_no_engine() -> None:
    ticket = await store(untouched())
    now = ticket.opened_at + FAR
    await simulation.begin(at=now)
    assert (await engine_health(now=now)).fault == NO_ENGINE

    await heartbeats.beat("worker", at=now)

    assert (await engine_health(now=now)).fault == ""


@pytest.mark.usefixtures("house")
async def test_an_engine_that_cannot_fire_gives_no_proof_and_others_stand_in_for_it() -> None:
    await store(untouched())
    await execute("ALTER TABLE event RENAME TO elsewhere")
    clock = Clock()

    async with asyncio.timeout(20):
        engine = asyncio.create_task(_engine(clock))
        try:
            await asyncio.sleep(0.3)
            assert not await an_engine_lives(now=clock.now())
            assert (await engine_health(now=clock.now())).fault == NO_ENGINE
            await execute("ALTER TABLE elsewhere RENAME TO event")
            while (await engine_health(now=clock.now())).fault:  # noqa: ASYNC110 - a task does it
                await asyncio.sleep(0.02)
        finally:
            engine.cancel()
            await asyncio.wait({engine})


@pytest.mark.usefixtures("house")
async def test_a_long_sweep_proves_after_each_pass_that_it_works() -> None:
    passes = []
    await store(untouched())

    async def worked() -> None:
        passes.append(1)

    swept = await deadlines.sweep(now=NINE + FAR, worked=worked)

    assert len(passes) == swept.fired + 1


async def _engine(clock: Clock) -> None:
    async def ring(_: int) -> None:
        """Nobody listens."""

    await deadlines.run(clock=clock, ring=ring, name="worker", stands_in=False)
