"""Retention: what the stream of events need not hold any longer moves to the archive.

One page is one short transaction, so whatever dies, each event is in exactly one place; between
pages others get their turn. Any number of processes may do it at once: one moves a page, the
others find nothing to do.
"""

import asyncio
from datetime import datetime, timedelta

import structlog

from escgraph.store import retention
from escgraph.store.transactions import unit_of_work

PAGE = 1000
"""How many events move in one transaction at most."""

BREATH_S = 0.02
"""Between two pages, in real time."""

log = structlog.get_logger(__name__)


async def archive(*, now: datetime, kept: timedelta, page: int = PAGE) -> int:
    """Archive the events that are older than `kept`, as far as nothing needs them; how many.

    An event is as old as the later of two moments: when it happened, and when it was written down.
    So a log that was played yesterday stays for its time too, whatever year it tells of.
    """
    total = 0
    while moved := await _next(before=now - kept, at=now, most=page):
        total += moved
        await asyncio.sleep(BREATH_S)
    if total:
        log.info("retention.archived", events=total)
    return total


async def archive_events(*, now: datetime, kept: timedelta) -> None:
    """The same as periodic work, which writes no event."""
    await archive(now=now, kept=kept)


async def _next(*, before: datetime, at: datetime, most: int) -> int:
    return await unit_of_work(lambda: retention.move(before=before, at=at, most=most))
