"""What is done now and then, as one table: arq's cron reads it, and so does the loop without arq.

Each job may run anywhere, at any time, any number of times at once: it finds out by itself what is
to be done at a moment, and after a standstill it catches up.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog

from escgraph.clock import Clock
from escgraph.jobs.housekeeping import TIDY_EVERY, an_engine_lives, tidy
from escgraph.jobs.quarterly import open_quarters
from escgraph.jobs.retention import archive_events
from escgraph.jobs.reviews import mark_overdue
from escgraph.jobs.updates import remind_of_updates

SHORTEST_SLEEP_S = 1.0
"""In real time: an accelerated clock must not keep the loops spinning."""

log = structlog.get_logger(__name__)

Ring = Callable[[int], Awaitable[None]]


class Work(Protocol):
    """Does what is to be done at a moment."""

    async def __call__(self, *, now: datetime) -> int | None:
        """The stream position of the last event that it wrote, None where it wrote none."""


@dataclass(frozen=True, slots=True)
class Periodic:
    """A job and how often it is done: `every` divides an hour into whole minutes, as cron wants."""

    name: str
    every: timedelta
    work: Work


PERIODIC: tuple[Periodic, ...] = (
    Periodic("tidy", TIDY_EVERY, tidy),
    Periodic("mark_overdue_reviews", timedelta(minutes=1), mark_overdue),
    Periodic("remind_of_updates", timedelta(minutes=1), remind_of_updates),
    Periodic("open_quarterly_reviews", timedelta(minutes=5), open_quarters),
)


def jobs(*, events_kept: timedelta | None) -> tuple[Periodic, ...]:
    """The table, and the archiving of events where they are not kept for ever."""
    if events_kept is None:
        return PERIODIC
    archiving = partial(archive_events, kept=events_kept)
    return (*PERIODIC, Periodic("archive_events", timedelta(hours=1), archiving))


async def do(job: Periodic, *, clock: Clock, ring: Ring) -> None:
    """Do it now, and tell the listeners of what it wrote."""
    position = await job.work(now=clock.now())
    if position is not None:
        await ring(position)


async def run(
    *, clock: Clock, ring: Ring, stands_in: bool, events_kept: timedelta | None = None
) -> None:
    """Do every job at once and then each at its time, for ever.

    One that only `stands_in` does nothing while an engine of its own right lives.
    """
    repeated = (
        _repeat(job, clock=clock, ring=ring, stands_in=stands_in)
        for job in jobs(events_kept=events_kept)
    )
    await asyncio.gather(*repeated)


async def _repeat(job: Periodic, *, clock: Clock, ring: Ring, stands_in: bool) -> None:
    while True:
        try:
            if not (stands_in and await an_engine_lives(now=clock.now())):
                await do(job, clock=clock, ring=ring)
        except Exception as error:  # noqa: BLE001 - the edge of a loop that must outlive every fault
            log.warning("periodic.failed", job=job.name, error=repr(error))
        await asyncio.gather(clock.sleep(job.every), asyncio.sleep(SHORTEST_SLEEP_S))
