"""How long after its moment a deadline fires, with one live engine loop on PostgreSQL."""

import asyncio
import random
from datetime import timedelta

from bench.figures import percentile, say
from bench.houses import house, settle
from escgraph.clock import Clock
from escgraph.jobs import deadlines
from escgraph.runtime import beside
from escgraph.store.database import database_now, fetch
from escgraph.stream.doorbell import LocalDoorbell
from tests.crowd import multiply
from tests.store.ladders import opened, store

DEADLINES = 1000
WINDOW_S = 20.0
LEAD_IN = timedelta(seconds=2)
RESPONSE = timedelta(hours=4)


async def measure() -> None:
    async with house("postgres"):
        clock = Clock()
        await clock.measure(database_now)
        chance = random.Random(1)
        first = await store(opened(at=clock.now() - RESPONSE + LEAD_IN))
        moments = [timedelta(seconds=chance.uniform(0, WINDOW_S)) for _ in range(DEADLINES - 1)]
        await multiply(first.id, copies=DEADLINES - 1, shift=moments.__getitem__)
        await settle()
        loop = deadlines.run(clock=clock, ring=LocalDoorbell().ring, name="bench", stands_in=False)
        async with beside(loop):
            await asyncio.sleep(LEAD_IN.total_seconds() + WINDOW_S + 1)
        rows = await fetch("SELECT due_at, fired_at FROM deadline WHERE state = 'FIRED'")
    assert len(rows) == DEADLINES
    late = [(row["fired_at"] - row["due_at"]).total_seconds() * 1000 for row in rows]
    figure = f"p50 {percentile(late, 50):.0f} ms, p99 {percentile(late, 99):.0f} ms"
    conditions = f"{DEADLINES:,} deadlines at random moments of {WINDOW_S:.0f} s, one loop"
    say("lateness, postgres", figure, f"{conditions}; worst {max(late):.0f} ms")
