"""How long the resolution log of a year takes as a file, and how much memory its longest page."""

import tracemalloc

from bench.figures import say, timed
from bench.houses import ENGINES, house, settle
from bench.year import live_through
from escgraph.documents.rows import ROW_FORMS, RowFormat
from escgraph.queries.resolution_export import pages
from escgraph.queries.resolution_log import ANY_RESOLUTION
from escgraph.store.database import dialect
from tests.store.ladders import AGENT

TICKETS = 104_000
"""Of which some 100,000 are resolved."""


async def measure() -> None:
    for engine in ENGINES:
        async with house(engine):
            await live_through(TICKETS)
            await settle()
            for form in RowFormat:
                await _rate(form)
            await _memory()


async def _rate(form: RowFormat) -> None:
    rows = size = 0
    async with timed() as watch:
        async for page in pages(ANY_RESOLUTION, viewer=AGENT):
            rows += len(page)
            size += len(ROW_FORMS[form].lines(page))
    rate = f"{rows / watch.seconds:,.0f} rows/s"
    say(f"export as {form}, {dialect()}", rate, f"{rows:,} rows, {size / 1e6:,.0f} MB")


async def _memory() -> None:
    tracemalloc.start()
    rows, first = 0, 0
    async for page in pages(ANY_RESOLUTION, viewer=AGENT):
        rows += len(page)
        first = first or (tracemalloc.get_traced_memory()[1] if rows >= 2000 else 0)
        if rows >= 20_000:
            break
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    say(
        f"export's memory, {dialect()}",
        f"{first / 1e6:.1f} MB, {peak / 1e6:.1f} MB",
        f"the most at once after 2,000 rows, and after {rows:,}",
    )
