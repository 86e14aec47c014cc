"""The soak: an ordinary day for minutes, at last with readers that stall, and what came of it.

Three stretches follow on each other. In the first all that fills up fills up (the latest events in
memory, pools, caches). In the second nothing is wrong. In the third, clients that read nothing
stand at the last web process; and there they stand when that is told to end.
"""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass

from escgraph.clock import Clock
from escgraph.store.stream import StoredEvent
from escgraph.stream.cursor import Cursor
from tests.faults.falling_due import present_cursor
from tests.faults.growth import Growth
from tests.faults.held import Held, leaked_by
from tests.faults.history import History
from tests.faults.house import SECOND, Ground, on_postgres
from tests.faults.ladder import fired_once
from tests.faults.lean_client import Told
from tests.faults.listening import events_behind
from tests.faults.ordinary_day import Guests, Scale, begun
from tests.faults.programs import exited
from tests.faults.report import Count
from tests.faults.stalled import StalledReader, stalled

FULL = Scale(50, subscribers=200, hands=8, warm_up=240, without=60, stalled=300, rest=7, texts=10)
REDUCED = Scale(25, subscribers=20, hands=4, warm_up=1, without=1, stalled=2, rest=0, texts=90)

PATIENCE = 5 * SECOND
"""How long after its moment a deadline is missed; some fall due at the very end."""


@dataclass(slots=True)
class Seen:
    """What came of it.

    Attributes:
        events: all that was written since the subscribers came.
        stalled_behind: where the third stretch began; a position.
        acts: how many mutations there were in those two.
        step: by how much the memory of the last web process rose in the third, in MiB.
        told: what all subscribers heard who stayed, turn by turn at the web processes.
        guests: those who came and went in both.
        resumed: what one heard at last who had read nothing since the readers stalled, and all
            there was to hear.
        readers: those who stood there during the last stretch.
        leaks: of each program, what it holds in the end and did not hold before.
        counts: of what is wrong with the database, or ended.
        exit_code: of the web process that was told to end while readers stalled.
        exit_s: how long it took to end, in seconds.
    """

    growth: Growth
    history: History
    took: list[float]
    events: list[StoredEvent]
    stalled_behind: int
    acts: int
    step: float
    told: list[Told]
    guests: Guests
    resumed: tuple[list[Told], list[StoredEvent]]
    readers: list[StalledReader]
    leaks: list[Held]
    counts: tuple[Count, ...]
    exit_code: int
    exit_s: float
    clock: Clock


async def soaked(scale: Scale, ground: Ground) -> Seen:
    """Live such a day."""
    async with on_postgres(ground) as house, AsyncExitStack() as opened:
        day = await begun(house, scale, opened)
        async with day.at_work():
            await asyncio.sleep(scale.warm_up)
        before = await day.held()
        async with day.guests_coming_and_going() as guests, day.at_work() as work:
            async with day.growth.watched():
                await asyncio.sleep(scale.without)
            since = await present_cursor()
            async with day.growth.watched(), stalled(day.wanted(None)) as readers:
                await asyncio.sleep(scale.stalled)
        events = await events_behind(day.begin)
        told = await day.told(events[-1].position)
        leaks = [
            await leaked_by(program, was, pools=day.pools)
            for program, was in zip(day.programs, before, strict=True)
        ]
        still = exited(day.programs)
        exit_code, exit_s = await day.ended_while_stalled(since)
        resumed = await day.resumed(since)
        await house.now()
        return Seen(
            growth=day.growth,
            history=day.history,
            took=day.took,
            events=events,
            stalled_behind=Cursor.parse(since).position,
            acts=work.acts,
            step=day.growth.step(day.webs[-1]),
            told=told,
            guests=guests,
            resumed=resumed,
            readers=readers,
            leaks=leaks,
            counts=(still, *await fired_once(patience=PATIENCE)),
            exit_code=exit_code,
            exit_s=exit_s,
            clock=house.clock,
        )
