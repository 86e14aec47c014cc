"""R2: workers freeze for seconds, one after the other, while thousands of deadlines fall due."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass

from tests.faults.house import SECOND, Ground, on_postgres
from tests.faults.ladder import (
    fired_once,
    ladders_due,
    late_figures,
    lateness,
    until_nothing_is_armed,
)
from tests.faults.programs import Program
from tests.faults.report import Figure, Report

LADDER = (SECOND, 2 * SECOND, 3 * SECOND, 4 * SECOND)
"""Response, LEVEL_2, management and a reminder: four deadlines of each ticket."""

LEAD_IN = 3 * SECOND
AWAKE = 2
"""How many work at every moment, while all the others stand frozen."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Every second another worker freezes, at any moment of what it does, for `frozen` seconds."""

    deadlines: int
    seconds: int
    frozen: int

    @property
    def workers(self) -> int:
        return self.frozen + AWAKE


FULL = Scale(deadlines=10_000, seconds=30, frozen=8)
REDUCED = Scale(deadlines=800, seconds=3, frozen=2)


async def run(scale: Scale, ground: Ground) -> Report:
    async with on_postgres(ground) as house:
        workers = house.workers(scale.workers)
        await ladders_due(
            house, LADDER, deadlines=scale.deadlines, seconds=scale.seconds, lead_in=LEAD_IN
        )
        await asyncio.sleep(LEAD_IN.total_seconds() / 2)
        freezes = await _freeze(workers, scale)
        await until_nothing_is_armed()
        late = await lateness()
        return Report(
            await fired_once(),
            (
                Figure("deadlines", len(late), scale.deadlines, "", least=True),
                Figure("freezes", freezes, scale.seconds, "", least=True),
                *late_figures(late, p99=2.5, worst=2.5),
            ),
            f"{len(late):,} deadlines in {scale.seconds} s, {scale.workers} workers, "
            f"{scale.frozen} of them frozen at a time",
        )


async def _freeze(workers: Sequence[Program], scale: Scale) -> int:
    """Freeze one after the other; how many freezes there were when all are awake again."""
    moments = random.Random(2)
    thawing = []
    for n in range(scale.seconds):
        into = moments.random()
        await asyncio.sleep(into)
        worker = workers[n % len(workers)]
        worker.freeze()
        thawing.append(asyncio.create_task(_thaw_later(worker, scale.frozen)))
        await asyncio.sleep(1 - into)
    await asyncio.gather(*thawing)
    return len(thawing)


async def _thaw_later(worker: Program, seconds: float) -> None:
    await asyncio.sleep(seconds)
    worker.thaw()
