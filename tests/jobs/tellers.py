"""Notices jobs in processes of their own, to be killed at any moment.

They fork from a process that has imported everything, so that a new one works at once.
"""

import asyncio
import os
from datetime import datetime
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from threading import Thread

from escgraph.jobs.notices import tell
from escgraph.jobs.reaching import reach
from escgraph.store import database

PAGE = 7
"""So small that a job is most often killed within one."""

_context = get_context("forkserver")
_context.set_forkserver_preload([__name__])


def start_teller(url: str, *, told_at: datetime, reached_at: datetime) -> BaseProcess:
    """One that tells and looks who was not reached, each at its moment, until it is killed."""
    process = _context.Process(target=_work, args=(url, told_at, reached_at), daemon=True)
    process.start()
    return process


def _work(url: str, told_at: datetime, reached_at: datetime) -> None:
    Thread(target=_end_with_parent, daemon=True).start()
    asyncio.run(_run(url, told_at, reached_at))


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


async def _run(url: str, told_at: datetime, reached_at: datetime) -> None:
    await database.connect(url, pool_size=2)
    while True:
        await tell(now=told_at, mail_is_set=True, page=PAGE)
        await reach(now=reached_at, mail_is_set=True, batch=PAGE)
        await asyncio.sleep(0.01)
