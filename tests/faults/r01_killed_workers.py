"""R1: workers are killed, one after the other, while thousands of deadlines fall due."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from tests.faults.house import SECOND, Ground, House, on_postgres, publish_quick
from tests.faults.ladder import (
    fired_once,
    late_figures,
    lateness,
    tickets_due,
    until_nothing_is_armed,
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
        await _open_tickets(house, scale)
        await _kill(workers, scale)
        await until_nothing_is_armed()
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


async def _open_tickets(house: House, scale: Scale) -> None:
    policy = await publish_quick(*LADDER)
    tickets = scale.deadlines // len(LADDER)
    spread = timedelta(seconds=scale.seconds) - (LADDER[-1] - LADDER[0])
    begin = await house.now() + LEAD_IN
    moments = [begin + spread * (n / tickets) for n in range(tickets)]
    await tickets_due(moments, after=LADDER[0], policy=policy)
    await house.settle()


async def _kill(workers: list[Program], scale: Scale) -> None:
    await asyncio.sleep(LEAD_IN.total_seconds() / 2)
    for n in range(scale.kills):
        worker = workers[n % len(workers)]
        await asyncio.to_thread(worker.kill)
        worker.start()
        await asyncio.sleep(scale.seconds / scale.kills)
