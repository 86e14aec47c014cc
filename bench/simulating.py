"""How long a what-if takes: a whole log through the real program, and the tickets of a database."""

import asyncio
import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median

from bench.figures import percentile, say, timed
from bench.houses import ENGINES, house, settle
from escgraph.domain import ending, work
from escgraph.domain.policy import SOP
from escgraph.domain.terms import ResolutionCode
from escgraph.domain.ticket import Change
from escgraph.queries.simulation import Period, answer
from tests.crowd import multiply
from tests.store.ladders import AGENT, NINE, opened, store

ROOT = Path(__file__).parents[1]
LOG = "bpic2013-incidents.csv.gz"
AIM_S = 10
TICKETS = 10_000
TIMES = 3


def main() -> None:
    _log()
    for engine in ENGINES:
        asyncio.run(_tickets(engine))


def _log() -> None:
    """From the start of the program to its end: imports, reading and all."""
    log = ROOT / os.environ.get("ESCGRAPH_TEST_LOGS", "../shared/data") / LOG
    if not log.is_file():
        say("simulate LOG", "not measured", f"{LOG} is absent; set ESCGRAPH_TEST_LOGS")
        return
    program = Path(sys.executable).with_name("escgraph")
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        subprocess.run([program, "simulate", log, "--json"], check=True, capture_output=True)
        taken.append(time.perf_counter() - began)
    figure = f"{median(taken):.1f} s"
    say("simulate LOG", figure, f"7,554 incidents, {TIMES} times; aim: under {AIM_S} s")


async def _tickets(engine: str) -> None:
    """Each under its own policy and under another, while others want the loop."""
    async with house(engine):
        ticket = await store(_resolved())
        await multiply(ticket.id, copies=TICKETS - 1, shift=lambda n: timedelta(seconds=n))
        await settle()
        period = Period(NINE, NINE + timedelta(days=30))
        waits: list[float] = []
        beside = asyncio.create_task(_wait(waits))
        async with timed() as watch:
            found = await answer(replace(SOP, version=9), period, at=period.until)
        beside.cancel()
        assert found.what_if.all.tickets == TICKETS
    figure = f"{watch.seconds:.1f} s, {TICKETS / watch.seconds:,.0f} tickets/s"
    others = f"others wait {percentile(waits, 99):.0f} ms at p99"
    say(f"simulatePolicy, {engine}", figure, f"{TICKETS:,} tickets of 3 events; {others}")


def _resolved() -> Change:
    change = opened()
    at = NINE + timedelta(hours=2)
    change = change.then(work.acknowledge(change.ticket, by=AGENT, at=at, policy=SOP))
    return change.then(
        ending.resolve(
            change.ticket,
            by=AGENT,
            at=at + timedelta(hours=1),
            policy=SOP,
            summary="Rebuilt",
            code=ResolutionCode.FIXED,
            root_cause="",
        )
    )


async def _wait(waits: list[float]) -> None:
    """How much longer than a moment somebody else waits for the loop, in milliseconds."""
    while True:
        async with timed() as watch:
            await asyncio.sleep(0.001)
        waits.append(watch.seconds * 1000 - 1)
