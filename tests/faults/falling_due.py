"""Events at an even pace, as workers make them: deadlines that fall due one after the other."""

from datetime import timedelta

from escgraph.store import stream
from escgraph.stream.cursor import Cursor
from tests.faults.house import SECOND, House, publish_quick
from tests.faults.ladder import tickets_due

LADDER = (SECOND, 2 * SECOND, 3 * SECOND, 4 * SECOND)
"""Response, LEVEL_2, management and a reminder: each makes one event."""

LEAD_IN = 3 * SECOND


async def events_falling_due(
    house: House, events: int, *, seconds: float, lead_in: timedelta = LEAD_IN
) -> str:
    """Open tickets whose deadlines make so many events; the cursor before the first of them.

    They come over so many seconds, more than 3, after the lead-in; less in the first and last 3.
    """
    policy = await publish_quick(*LADDER)
    tickets = max(events // len(LADDER), 1)
    spread = timedelta(seconds=seconds) - (LADDER[-1] - LADDER[0])
    begin = await house.now() + lead_in
    moments = [begin + spread * (n / tickets) for n in range(tickets)]
    await tickets_due(moments, after=LADDER[0], policy=policy)
    await house.settle()
    return await present_cursor()


async def present_cursor() -> str:
    """The cursor behind all that was written so far."""
    head = await stream.head()
    return Cursor(head.epoch, head.position, head.tag).encode()
