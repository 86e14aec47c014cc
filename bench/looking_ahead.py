"""What the forecast and the load of the tiers cost, by how much of the open tickets falls due."""

from datetime import datetime, timedelta

from bench.figures import median_ms, say
from bench.houses import ENGINES, house, settle
from escgraph.store import forecast
from escgraph.store.database import dialect
from tests.crowd import multiply
from tests.store.ladders import NINE, opened, store

OPEN = 100_000
APART = timedelta(seconds=6)
"""Between two openings: 600 tickets an hour, for a week."""
AHEAD = {"8 h": timedelta(hours=8), "24 h": timedelta(hours=24), "all": timedelta(days=30)}
TIMES = 9


async def measure() -> None:
    for engine in ENGINES:
        async with house(engine):
            first = await store(opened())
            await multiply(first.id, copies=OPEN - 1, shift=lambda n: n * APART)
            await settle()
            for name, ahead in AHEAD.items():
                await _cost(name, NINE + ahead)


async def _cost(name: str, until: datetime) -> None:
    conditions = f"{OPEN:,} open tickets, {name} ahead, median of {TIMES}"
    due = await median_ms(lambda: forecast.due(until=until, limit=50, named=None), times=TIMES)
    say(f"the next 50, {dialect()}", f"{due:.1f} ms", conditions)
    moves = await median_ms(lambda: forecast.moves(until=until, named=None), times=TIMES)
    say(f"load by tier, {dialect()}", f"{moves:.1f} ms", conditions)
