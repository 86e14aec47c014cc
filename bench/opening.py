"""How many tickets are opened in a second by the command itself, without GraphQL."""

import asyncio

from bench.figures import say, timed
from bench.houses import ENGINES, house
from escgraph.commands.acting import Call
from escgraph.commands.opening import open_ticket
from escgraph.domain.opening import Report
from escgraph.domain.terms import Priority
from escgraph.store.database import dialect
from tests.store.ladders import AGENT, NINE

EACH = 200
CALLERS = (1, 8)


async def measure() -> None:
    for engine in ENGINES:
        async with house(engine):
            for callers in CALLERS:
                await _rate(callers)


async def _rate(callers: int) -> None:
    async with timed() as watch:
        await asyncio.gather(*(_caller() for _ in range(callers)))
    rate = f"{callers * EACH / watch.seconds:,.0f} tickets/s"
    say(f"openTicket command, {dialect()}", rate, f"{callers} at once, {EACH} each, one process")


async def _caller() -> None:
    report = Report(
        title="Search is slow",
        description="Each search takes a minute",
        category="degraded-performance",
        component="search",
        priority=Priority.MEDIUM,
        reporter="Ann Example",
    )
    for _ in range(EACH):
        await open_ticket(report, call=Call(by=AGENT, at=NINE))
