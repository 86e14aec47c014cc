"""How fast events become notices and messages, and what it costs to look for nothing."""

from datetime import timedelta

from bench.figures import median_ms, say, timed
from bench.houses import ENGINES, house, settle
from escgraph.jobs.deadlines import sweep
from escgraph.jobs.notices import PAGE, tell
from escgraph.jobs.reaching import reach
from escgraph.store.database import dialect, execute
from tests.jobs.storm import HEARERS, brew
from tests.store.ladders import HOUR, NINE

TICKETS = 5_000
"""Each with an escalation that three people hear of."""

AT = NINE + 2 * HOUR
LATER = AT + timedelta(days=1)


async def measure() -> None:
    for engine in ENGINES:
        async with house(engine):
            await _rate()
            await _idle()


async def _rate() -> None:
    await brew(TICKETS, at=AT)
    await tell(now=AT, mail_is_set=True)
    await sweep(now=AT)
    await settle()
    async with timed() as watch:
        told = await tell(now=AT, mail_is_set=True)
    assert told.notices == HEARERS * TICKETS
    say(
        f"telling, {dialect()}",
        f"{told.notices / watch.seconds:,.0f} notices/s",
        f"{told.events / watch.seconds:,.0f} escalations/s, in pages of {PAGE}, by one job",
    )


async def _idle() -> None:
    """First all that was told is under way, then all of it has arrived."""
    looked = await median_ms(lambda: reach(now=AT, mail_is_set=True), times=10)
    count = HEARERS * TICKETS
    say(f"nobody to reach yet, {dialect()}", f"{looked:.2f} ms", f"{count:,} under way")
    await execute("UPDATE message SET state = 'DELIVERED', delivered_at = $1", AT)
    async with timed() as watch:
        await reach(now=LATER, mail_is_set=True)
    say(f"settling, {dialect()}", f"{count / watch.seconds:,.0f} notices/s", f"{count:,} arrived")
    await settle()
    empty = await median_ms(lambda: tell(now=LATER, mail_is_set=True), times=50)
    looked = await median_ms(lambda: reach(now=LATER, mail_is_set=True), times=50)
    conditions = f"{count:,} notices, all told and arrived"
    say(f"nothing to tell, {dialect()}", f"{empty:.2f} ms", conditions)
    say(f"nobody to reach, {dialect()}", f"{looked:.2f} ms", conditions)
