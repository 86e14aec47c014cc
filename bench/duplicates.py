"""What looking for near-duplicates of a report costs: the latest 500 of its subject, all long."""

from datetime import timedelta

from bench.figures import median_ms, say
from bench.houses import ENGINES, house
from escgraph.domain.ticket import Actor
from escgraph.queries.duplicates import COMPARED, Subject, similar
from escgraph.queries.similarity import clusters
from escgraph.store.database import dialect, execute
from tests.crowd import multiply
from tests.store.ladders import ADA, NINE, opened, store

THERE = 5_000
LONG = " ".join(f"the {n} mail relays of site {n * 7} answer nobody" for n in range(450))
"""Nearly 20,000 characters."""
TEXTS = 1_000
TIMES = 9


async def measure() -> None:
    for engine in ENGINES:
        async with house(engine):
            first = await store(opened())
            await execute("UPDATE ticket SET description = $1", LONG[:20_000])
            await multiply(first.id, copies=THERE - 1, shift=lambda n: timedelta(seconds=n))
            subject = Subject(
                title=first.title,
                description=LONG[1_000:],
                category=first.category,
                component=first.component,
            )
            viewer = Actor(ADA.id, ADA.role, ADA.tier)
            cost = await median_ms(
                lambda: similar(subject, at=NINE, viewer=viewer),  # noqa: B023 - called at once
                times=TIMES,
            )
            conditions = f"{COMPARED} of {THERE:,} tickets with 20,000 characters, of {TIMES}"
            say(f"near-duplicates, {dialect()}", f"{cost:.0f} ms", conditions)
    await _groups()


async def _groups() -> None:
    texts = [f"{n} relays of site {n * 7919} answer {n % 13} nobody" for n in range(TEXTS)]

    async def group() -> None:
        clusters(texts, at_least=0.9)

    cost = await median_ms(group, times=3)
    say("groups of alike texts", f"{cost:.0f} ms", f"{TEXTS:,} texts of 40 characters, median of 3")
