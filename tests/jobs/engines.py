"""Deadline engines in processes of their own, to be killed at any moment.

They fork from a process that has imported everything, so that a new one works at once.
"""

import asyncio
import os
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from threading import Thread

from escgraph.clock import Clock
from escgraph.jobs import deadlines
from escgraph.store import database
from escgraph.stream.doorbell import LocalDoorbell

_context = get_context("forkserver")
_context.set_forkserver_preload([__name__])


def start_engine(url: str, name: str) -> BaseProcess:
    """An engine on that database; it works until it is killed, or this process ends."""
    process = _context.Process(target=_work, args=(url, name), daemon=True)
    process.start()
    return process


def _work(url: str, name: str) -> None:
    Thread(target=_end_with_parent, daemon=True).start()
    asyncio.run(_run(url, name))


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


async def _run(url: str, name: str) -> None:
    await database.connect(url, pool_size=2)
    clock = Clock()
    await clock.measure(database.database_now)
    await deadlines.run(clock=clock, ring=LocalDoorbell().ring, name=name, stands_in=False)
