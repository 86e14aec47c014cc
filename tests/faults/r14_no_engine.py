"""R14: every worker is frozen, then every worker is killed, and somebody notices from outside."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import httpx

from escgraph.clock import Clock
from escgraph.store.database import execute
from tests.faults.house import Ground, House, on_postgres
from tests.faults.programs import Program
from tests.faults.report import Count, Figure, Report
from tests.receiver import Receiver

WORKERS = 2
RED_S, SILENT_S = 35.0, 30.0
LOOK_EVERY_S = 0.2
WATCHED_S = 33.0
"""How long the watcher is listened to after the fault: longer than fetches may come."""

Stop = Callable[[Program], None]


@dataclass(frozen=True, slots=True)
class Scale:
    """`aged`: how many of the seconds until red are not waited for: heartbeats are made older."""

    faults: tuple[str, ...]
    healthy_s: float
    aged: float
    watched_s: float


FULL = Scale(faults=("frozen", "killed"), healthy_s=15, aged=0, watched_s=WATCHED_S)
REDUCED = Scale(faults=("frozen",), healthy_s=1, aged=27, watched_s=0)


@dataclass
class Watch:
    """What an outsider saw: how often a web process called the engine not ready."""

    webs: Sequence[Program]
    reds: int = 0

    async def look(self) -> set[bool]:
        """What the web processes say: whether deadlines are fired."""
        async with httpx.AsyncClient(timeout=5) as http:
            answers = [
                await http.get(f"http://127.0.0.1:{web.port}/readyz/engine") for web in self.webs
            ]
        said = {answer.status_code == 200 for answer in answers}
        self.reds += False in said
        return said

    async def until(self, *, green: bool, seconds: float) -> float:
        """How long it took until they all said so."""
        began = asyncio.get_running_loop().time()
        async with asyncio.timeout(seconds):
            while await self.look() != {green}:
                await asyncio.sleep(LOOK_EVERY_S)
        return asyncio.get_running_loop().time() - began


async def run(scale: Scale, ground: Ground) -> Report:
    counts: list[Count] = []
    figures: list[Figure] = []
    async with on_postgres(ground, redis=False) as house, _listening(house) as receiver:
        workers = house.workers(WORKERS)
        webs = [await asyncio.to_thread(house.web, ESCGRAPH_ENGINE=how) for how in ("off", "auto")]
        watch = Watch(webs)
        await watch.until(green=True, seconds=30)
        counts.append(Count("false alarms", await _reds(watch, seconds=scale.healthy_s)))
        for fault in scale.faults:
            began = Clock.host()
            stop, mend = _FAULTS[fault]
            for worker in workers:
                stop(worker)
            await _age(seconds=scale.aged)
            red = scale.aged + await watch.until(green=False, seconds=RED_S + 15)
            await asyncio.sleep(max(scale.watched_s - red, 0))
            figures += [
                Figure(f"{fault}: red after", red, RED_S),
                Figure(f"{fault}: last heartbeat after", _last(receiver, began), SILENT_S),
            ]
            for worker in workers:
                await asyncio.to_thread(mend, worker)
            await watch.until(green=True, seconds=30)
        counts.append(Count("never heard of", int(not receiver.requests)))
    return Report(counts, figures, f"{WORKERS} workers; 2 web processes, one may stand in")


def _back(worker: Program) -> None:
    worker.start().ready()


_FAULTS: dict[str, tuple[Stop, Stop]] = {
    "frozen": (Program.freeze, Program.thaw),
    "killed": (Program.kill, _back),
}
"""How all workers are stopped, and how they come back."""


@asynccontextmanager
async def _listening(house: House) -> AsyncIterator[Receiver]:
    """A watcher outside, whom workers tell that they live; every process is given his address."""
    with Receiver() as receiver:
        house.settings["ESCGRAPH_HEARTBEAT_URL"] = receiver.url("/alive")
        house.settings["ESCGRAPH_ALLOWED_NETWORKS"] = "127.0.0.0/8"
        yield receiver


async def _reds(watch: Watch, *, seconds: float) -> int:
    """How often it was red although all workers were well."""
    end = asyncio.get_running_loop().time() + seconds
    before = watch.reds
    while asyncio.get_running_loop().time() < end:
        await watch.look()
        await asyncio.sleep(LOOK_EVERY_S)
    return watch.reds - before


async def _age(*, seconds: float) -> None:
    if seconds:
        await execute("UPDATE heartbeat SET beat_at = beat_at - make_interval(secs => $1)", seconds)


def _last(receiver: Receiver, began: datetime) -> float:
    """How long after that moment the last fetch came; 0 where none came any more."""
    late = [(request.at - began).total_seconds() for request in receiver.requests]
    return max((seconds for seconds in late if seconds > 0), default=0.0)
