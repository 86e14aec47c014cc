"""What `escgraph doctor --deep` costs, by the number of tickets: time, CPU and memory."""

import json
import os
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from resource import struct_rusage

from bench.figures import say, timed
from bench.houses import ENGINES, house, settle
from escgraph.store.database import dialect
from tests.crowd import multiply
from tests.store.ladders import held, store

SIZES = (10_000, 100_000)
PROGRAM = Path(sys.executable).with_name("escgraph")


async def measure() -> None:
    for engine in ENGINES:
        async with house(engine) as url:
            first = await store(held())
            there = 1
            for size in SIZES:
                await multiply(
                    first.id,
                    copies=size - there,
                    shift=lambda _: timedelta(0),
                    numbered_from=1_000_000 + there,
                )
                there = size
                await settle()
                await _cost(url, size)


async def _cost(url: str, size: int) -> None:
    with tempfile.TemporaryFile() as out:
        async with timed() as watch:
            used = _run(url, out.fileno())
        out.seek(0)
        checks = {check["about"]: check for check in json.load(out)["checks"]}
    assert checks["contradictions"]["state"] == "ok", checks["contradictions"]
    conditions = f"{size:,} tickets of 3 events, {size / watch.seconds:,.0f} tickets a second"
    cpu = used.ru_utime + used.ru_stime
    figure = f"{watch.seconds:.1f} s, {cpu:.1f} s of CPU"
    say(f"doctor --deep, {dialect()}", figure, conditions)
    say(f"its memory, {dialect()}", f"{used.ru_maxrss / 1024:.0f} MiB", f"{size:,} tickets")


def _run(url: str, out: int) -> struct_rusage:
    """Run the program to its end; what it used."""
    words = [str(PROGRAM), "doctor", "--deep", "--json"]
    files = [(os.POSIX_SPAWN_DUP2, out, 1), (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)]
    environ = {**os.environ, "ESCGRAPH_DATABASE_URL": url}
    _, _, used = os.wait4(os.posix_spawn(words[0], words, environ, file_actions=files), 0)
    return used
