"""A storm: 10,000 HIGH tickets of one owner are escalated at once; how many messages that is."""

from bench.figures import say, timed
from bench.houses import ENGINES, house
from escgraph.store.database import dialect
from tests.jobs.storm import HEARERS, storm

TICKETS = 10_000


async def measure(tickets: int = TICKETS) -> None:
    for engine in ENGINES:
        async with house(engine):
            await _storm(tickets)


async def _storm(tickets: int) -> None:
    async with timed() as watch:
        weather = await storm(tickets)
    assert set(weather.notices.values()) == {1}
    assert len(weather.notices) == HEARERS * tickets
    most = max(weather.messages.values())
    slowest = weather.lateness.total_seconds()
    conditions = (
        f"{tickets:,} escalations, {len(weather.notices):,} notices, each arrived once; "
        f"the slowest message took {slowest:.1f} s, all together {watch.seconds:.0f} s"
    )
    say(f"storm, {dialect()}", f"{most} messages a person", conditions)
