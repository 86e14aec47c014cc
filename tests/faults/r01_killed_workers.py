"""R1: workers are killed, one after the other, while thousands of deadlines fall due."""

import asyncio
from dataclasses import dataclass

from tests.faults.house import SECOND, Ground, on_postgres
from tests.faults.ladder import (
    fired_once,
    ladders_due,
    late_figures,
    lateness,
    until_all_have_fired,
)
from tests.faults.programs import Program
from tests.faults.report import Figure, Report

WORKERS = 4
LADDER = (SECOND, 2 * SECOND, 3 * SECOND, 4 * SECOND)
"""Response, LEVEL_2, management and a reminder: four deadlines of each ticket."""

LEAD_IN = 3 * SECOND


@dataclass(frozen=True, slots=True)
class Scale:
    """`kills` come evenly while the deadlines fall due, over `seconds`."""

    deadlines: int
    seconds: float
    kills: int


FULL = Scale(deadlines=10_000, seconds=20, kills=44)
REDUCED = Scale(deadlines=1_200, seconds=4, kills=8)


async def run(scale: Scale, ground: Ground) -> Report:
    async with on_postgres(ground) as house:
        workers = house.workers(WORKERS)
        await ladders_due(
            house, LADDER, deadlines=scale.deadlines, seconds=scale.seconds, lead_in=LEAD_IN
        )
        await _kill(workers, scale)
        await until_all_have_fired()
        late = await lateness()
        return Report(
            await fired_once(),
            (
                Figure("deadlines", len(late), scale.deadlines, "", least=True),
                Figure("kills", sum(one.kills for one in workers), scale.kills, "", least=True),
                *late_figures(late, p99=1.0, worst=2.5),
            ),
            f"{len(late):,} deadlines in {scale.seconds:g} s, {WORKERS} workers",
        )


async def _kill(workers: list[Program], scale: Scale) -> None:
    await asyncio.sleep(LEAD_IN.total_seconds() / 2)
    for n in range(scale.kills):
        worker = workers[n % len(workers)]
        await asyncio.to_thread(worker.kill)
        worker.start()
        await asyncio.sleep(scale.seconds / scale.kills)
