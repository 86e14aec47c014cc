"""R2: workers freeze for seconds, one after the other, while thousands of deadlines fall due.

So does a web process in the middle of what people write there, with the locks that it has.
"""

import asyncio
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from escgraph.domain.terms import Role, Tier
from escgraph.store import stream
from tests.faults.business import writing
from tests.faults.desk import Desk
from tests.faults.history import History, check
from tests.faults.house import SECOND, Ground, on_postgres
from tests.faults.ladder import (
    fired_once,
    ladders_due,
    late_figures,
    lateness,
    until_all_have_fired,
)
from tests.faults.listening import events_behind
from tests.faults.programs import Program
from tests.faults.report import Figure, Report

LADDER = (SECOND, 2 * SECOND, 3 * SECOND, 4 * SECOND)
"""Response, LEVEL_2, management and a reminder: four deadlines of each ticket."""

LEAD_IN = 3 * SECOND
AWAKE = 2
"""How many work at every moment, while all the others stand frozen."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Every second another worker freezes, at any moment of what it does, for `frozen` seconds.

    Attributes:
        writers: how many people write at the web process, without a pause.
    """

    deadlines: int
    seconds: int
    frozen: int
    writers: int

    @property
    def workers(self) -> int:
        return self.frozen + AWAKE


FULL = Scale(deadlines=10_000, seconds=30, frozen=8, writers=8)
REDUCED = Scale(deadlines=800, seconds=3, frozen=2, writers=4)


async def run(scale: Scale, ground: Ground) -> Report:
    history = History()
    async with on_postgres(ground) as house, AsyncExitStack() as opened:
        workers, web = house.workers(scale.workers), house.web()
        agent = await house.hire(Role.LEVEL_1_AGENT, Tier.LEVEL_1)
        desks = [
            await opened.enter_async_context(Desk(house.url(web), agent, history, patience=30))
            for _ in range(scale.writers)
        ]
        begin = (await stream.head()).position
        await ladders_due(
            house, LADDER, deadlines=scale.deadlines, seconds=scale.seconds, lead_in=LEAD_IN
        )
        await asyncio.sleep(LEAD_IN.total_seconds() / 2)
        async with writing(desks, pause=0):
            freezes, of_web = await asyncio.gather(
                _freeze(workers, scale), _freeze_at_times(web, scale)
            )
        await until_all_have_fired()
        late = await lateness()
        return Report(
            (*check(history, await events_behind(begin)), *await fired_once()),
            (
                Figure("deadlines", len(late), scale.deadlines, "", least=True),
                Figure("freezes", freezes, scale.seconds, "", least=True),
                Figure("of the web process", of_web, 1, "", least=True),
                *late_figures(late, p99=2.5, worst=2.5),
            ),
            f"{len(late):,} deadlines in {scale.seconds} s, {scale.workers} workers, "
            f"{scale.frozen} of them frozen at a time; a web process with {scale.writers} writers, "
            f"{len(history.operations):,} acts",
        )


async def _freeze(workers: Sequence[Program], scale: Scale) -> int:
    """Freeze one after the other; how many stood still as long as they were meant to."""
    moments = random.Random(2)
    thawing = []
    for n in range(scale.seconds):
        into = moments.random()
        await asyncio.sleep(into)
        worker = workers[n % len(workers)]
        worker.freeze()
        thawing.append(asyncio.create_task(_thaw_later(worker, scale.frozen)))
        await asyncio.sleep(1 - into)
    return sum(await asyncio.gather(*thawing))


async def _freeze_at_times(web: Program, scale: Scale) -> int:
    """As long as a worker, time and again, and awake for a second between; how often it was so."""
    times = 0
    for _ in range(scale.seconds // (scale.frozen + 1)):
        await asyncio.sleep(1)
        web.freeze()
        times += await _thaw_later(web, scale.frozen)
    return times


async def _thaw_later(program: Program, seconds: float) -> bool:
    """Whether it stood still until then."""
    await asyncio.sleep(seconds)
    stood_still = program.frozen
    program.thaw()
    return stood_still
