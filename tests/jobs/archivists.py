"""Archiving in processes of its own, to be killed at any moment or after a certain statement."""

import asyncio
import os
import signal
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess

from escgraph.jobs.retention import archive
from escgraph.store import database, retention
from tests.forks import fork, imported_before

imported_before(__name__)


def archive_until_killed(url: str, *, now: datetime, kept: timedelta, page: int) -> BaseProcess:
    """One that archives over and over."""
    return fork(_work, url, now, kept, page, None)


async def killed_after(
    statements: int, url: str, *, now: datetime, kept: timedelta, page: int
) -> bool:
    """Archive in a process that is killed right after that writing statement; whether it was."""
    process = fork(_work, url, now, kept, page, statements)
    await asyncio.to_thread(process.join)
    return process.exitcode == -signal.SIGKILL


def _work(url: str, now: datetime, kept: timedelta, page: int, statements: int | None) -> None:
    if statements is not None:
        _die_after(statements)
    asyncio.run(_run(url, now, kept, page, forever=statements is None))


def _die_after(statements: int) -> None:
    left = statements

    async def execute(sql: str, *values: object) -> int:
        nonlocal left
        written = await database.execute(sql, *values)
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return written

    vars(retention)["execute"] = execute  # in this process alone


async def _run(url: str, now: datetime, kept: timedelta, page: int, *, forever: bool) -> None:
    await database.connect(url, pool_size=2)
    while True:
        await archive(now=now, kept=kept, page=page)
        if not forever:
            return
        await asyncio.sleep(0.01)
