"""Notices jobs in processes of their own, to be killed at any moment.

They fork from a process that has imported everything, so that a new one works at once.
"""

import asyncio
from datetime import datetime
from multiprocessing.process import BaseProcess

from escgraph.jobs.notices import tell
from escgraph.jobs.reaching import reach
from escgraph.store import database
from tests.forks import fork, imported_before

PAGE = 7
"""So small that a job is most often killed within one."""

imported_before(__name__)


def start_teller(url: str, *, told_at: datetime, reached_at: datetime) -> BaseProcess:
    """One that tells and looks who was not reached, each at its moment, until it is killed."""
    return fork(_work, url, told_at, reached_at)


def _work(url: str, told_at: datetime, reached_at: datetime) -> None:
    asyncio.run(_run(url, told_at, reached_at))


async def _run(url: str, told_at: datetime, reached_at: datetime) -> None:
    await database.connect(url, pool_size=2)
    while True:
        await tell(now=told_at, mail_is_set=True, page=PAGE)
        await reach(now=reached_at, mail_is_set=True, batch=PAGE)
        await asyncio.sleep(0.01)
