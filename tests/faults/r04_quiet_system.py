"""R4: a few deadlines a second, at random moments, and nothing else to do."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from escgraph.domain.policy import Policy
from tests.faults.house import SECOND, Ground, House, on_postgres, publish_quick
from tests.faults.ladder import (
    fired_once,
    lateness,
    tickets_due,
    until_so_many_fired,
)
from tests.faults.report import Figure, Report, quantile
from tests.store.ladders import opened, store

NOTICE = SECOND / 4
"""So long before its moment a fresh deadline is written down: sooner than an engine looks that has
nothing to wait for."""

FAR = timedelta(days=1)
LEAD_IN = 3 * SECOND


@dataclass(frozen=True, slots=True)
class Scale:
    """So many deadlines over `seconds`; of `fresh` of them nobody knows until just before."""

    deadlines: int
    fresh: int
    seconds: float


FULL = Scale(deadlines=1000, fresh=100, seconds=60)
REDUCED = Scale(deadlines=60, fresh=10, seconds=3)


async def run(scale: Scale, ground: Ground) -> Report:
    async with on_postgres(ground) as house:
        house.worker()
        policy = await publish_quick(SECOND, FAR, 2 * FAR)
        begin = await house.now() + LEAD_IN
        moments = _moments(scale, begin)
        fresh = set(random.Random(4).sample(moments, scale.fresh))
        known = [moment for moment in moments if moment not in fresh]
        await tickets_due(known, after=SECOND, policy=policy)
        await house.settle()
        await _open_as_time_goes_by(house, sorted(fresh), policy)
        await until_so_many_fired(scale.deadlines)
        late = await lateness()
        return Report(
            await fired_once(),
            (
                Figure("deadlines", len(late), scale.deadlines, "", least=True),
                Figure("lateness p50", quantile(late, 0.5), 0.2),
                Figure("p99", quantile(late, 0.99), 1.2),
            ),
            f"1 worker, over {scale.seconds:g} s; {scale.fresh} written down "
            f"{NOTICE.total_seconds():g} s before; worst {max(late):.2f} s",
        )


def _moments(scale: Scale, begin: datetime) -> list[datetime]:
    chance = random.Random(4)
    return [begin + SECOND * chance.uniform(0, scale.seconds) for _ in range(scale.deadlines)]


async def _open_as_time_goes_by(house: House, moments: Sequence[datetime], policy: Policy) -> None:
    for moment in moments:
        wait = moment - NOTICE - await house.now()
        await asyncio.sleep(max(wait.total_seconds(), 0))
        await store(opened(at=moment - SECOND, policy=policy))
