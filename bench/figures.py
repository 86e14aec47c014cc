"""How a figure is taken and said: the median of several, with the conditions beside it."""

import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass
class Watch:
    """`seconds` is how long the `with` lasted."""

    seconds: float = 0.0


@asynccontextmanager
async def timed() -> AsyncIterator[Watch]:
    watch = Watch()
    began = time.perf_counter()
    try:
        yield watch
    finally:
        watch.seconds = time.perf_counter() - began


async def median_ms(work: Callable[[], Awaitable[object]], *, times: int) -> float:
    taken = []
    for _ in range(times):
        async with timed() as watch:
            await work()
        taken.append(watch.seconds)
    return median(taken) * 1000


def percentile(values: Sequence[float], percent: int) -> float:
    return quantiles(values, n=100)[percent - 1]


def say(name: str, figure: str, conditions: str) -> None:
    print(f"{name:<34} {figure:<26} {conditions}", flush=True)


def say_conditions() -> None:
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{os.cpu_count()} cores, load {load}; servers on 127.0.0.1 without fsync\n", flush=True)
