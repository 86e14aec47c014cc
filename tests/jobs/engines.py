"""Deadline engines in processes of their own, to be killed at any moment.

They fork from a process that has imported everything, so that a new one works at once.
"""

import asyncio
from multiprocessing.process import BaseProcess

from escgraph.clock import Clock
from escgraph.jobs import deadlines
from escgraph.store import database
from escgraph.stream.doorbell import LocalDoorbell
from tests.forks import fork, imported_before

imported_before(__name__)


def start_engine(url: str, name: str) -> BaseProcess:
    """An engine on that database; it works until it is killed, or this process ends."""
    return fork(_work, url, name)


def _work(url: str, name: str) -> None:
    asyncio.run(_run(url, name))


async def _run(url: str, name: str) -> None:
    await database.connect(url, pool_size=2)
    clock = Clock()
    await clock.measure(database.database_now)
    await deadlines.run(clock=clock, ring=LocalDoorbell().ring, name=name, stands_in=False)
