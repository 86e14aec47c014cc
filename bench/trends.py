"""How long trends over a year of tickets take, everything selected."""

from bench.figures import median_ms, say
from bench.houses import ENGINES, house, settle
from bench.year import BEGAN, ENDED, live_through
from escgraph.domain.figures import Dimension, Figure
from escgraph.domain.periods import Period
from escgraph.queries import trends
from escgraph.queries.trends import TrendsQuestion
from escgraph.store.database import dialect, fetch

TICKETS = 100_000
TIMES = 5


async def measure() -> None:
    for engine in ENGINES:
        async with house(engine):
            await live_through(TICKETS)
            await settle()
            await _whole()
            await _each_figure()


async def _whole() -> None:
    (events,) = await fetch("SELECT count(*) AS many FROM event")
    for by in (Period.MONTH, Period.WEEK):
        for group_by in ((), (Dimension.PRIORITY,)):
            question = TrendsQuestion(since=BEGAN, until=ENDED, by=by, group_by=group_by)
            taken = await median_ms(lambda q=question: trends.answer(q, at=ENDED), times=TIMES)  # type: ignore[misc]  # the question of this round
            how = f"by {by}{f' and {group_by[0]}' if group_by else ''}"
            conditions = f"{how}, {TICKETS:,} tickets, {events['many']:,} events, median of {TIMES}"
            say(f"trends, all figures, {dialect()}", f"{taken:,.0f} ms", conditions)


async def _each_figure() -> None:
    for figure in Figure:
        question = TrendsQuestion(since=BEGAN, until=ENDED, by=Period.WEEK, wanted=figure)
        taken = await median_ms(lambda q=question: trends.answer(q, at=ENDED), times=TIMES)  # type: ignore[misc]  # the same
        say(f"trends, {figure.name}, {dialect()}", f"{taken:,.0f} ms", "by WEEK")
