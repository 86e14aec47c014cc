"""What a sweep costs that finds nothing due, by the number of open tickets."""

from datetime import timedelta

from bench.figures import median_ms, say
from bench.houses import ENGINES, house, settle
from escgraph.jobs.deadlines import sweep
from escgraph.store import firing
from escgraph.store.database import dialect
from tests.crowd import multiply
from tests.store.ladders import NINE, opened, store

SIZES = (10_000, 100_000)
TIMES = 200


async def measure() -> None:
    for engine in ENGINES:
        async with house(engine):
            first = await store(opened())
            there = 1
            for size in SIZES:
                await multiply(
                    first.id,
                    copies=size - there,
                    shift=lambda n: timedelta(milliseconds=n),
                    numbered_from=1_000_000 + there,
                )
                there = size
                await settle()
                await _cost(size)


async def _cost(size: int) -> None:
    conditions = f"{size:,} open tickets, nothing due, median of {TIMES}"
    empty = await median_ms(lambda: sweep(now=NINE), times=TIMES)
    say(f"empty sweep, {dialect()}", f"{empty:.2f} ms", conditions)
    look = await median_ms(firing.next_due, times=TIMES)
    say(f"look for the next, {dialect()}", f"{look:.2f} ms", conditions)
