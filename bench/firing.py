"""How many rungs fire in a second when many are due at once, in batches."""

from datetime import timedelta

from bench.figures import say, timed
from bench.houses import ENGINES, house, settle
from escgraph.jobs.deadlines import sweep
from escgraph.store.database import dialect
from tests.crowd import multiply
from tests.store.ladders import NINE, acknowledged, store

TICKETS = {"sqlite": 1000, "postgres": 20_000}
BATCHES = {"sqlite": (100, 1000), "postgres": (100, 1000, 5000)}
LEVEL_2 = NINE + timedelta(hours=8)


async def measure() -> None:
    for engine in ENGINES:
        for batch in BATCHES[engine]:
            async with house(engine):
                await _rate(batch)


async def _rate(batch: int) -> None:
    """All tickets reach LEVEL_2 at once: an escalation row and an event each."""
    count = TICKETS[dialect()]
    first = await store(acknowledged())
    await multiply(first.id, copies=count - 1, shift=lambda n: timedelta(milliseconds=-n))
    await settle()
    async with timed() as watch:
        swept = await sweep(now=LEVEL_2, batch=batch)
    assert swept.fired == count
    rate = f"{count / watch.seconds:,.0f} rungs/s"
    say(f"firing, {dialect()}", rate, f"{count:,} escalations due, batches of {batch:,}")
