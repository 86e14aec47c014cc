"""The senders: claim what is due, send as much at once as is allowed, sleep until there is more."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import structlog

from escgraph.jobs.housekeeping import an_engine_lives
from escgraph.jobs.posting import Post, attempt
from escgraph.jobs.traces import trace
from escgraph.store import leases, outbox

AT_ONCE = 32
"""How many messages a process sends at the same time."""

LONGEST_SLEEP = timedelta(seconds=1)
HELD_UP = timedelta(milliseconds=100)
"""Before it looks again at what is due and what it could not have."""

GATHERING_S = 0.01
"""Between one claim and the next, in real time, so that one brings several."""

LONGEST_PAUSE_S = 2.0
"""After turns that failed."""

GRACE_S = 12.0
"""How long those under way may take when the process is told to end: an attempt has 10 s for its
answer by default, and who is cut off before it may have taken what is sent again then."""

log = structlog.get_logger(__name__)


async def run(*, post: Post, stands_in: bool, most: int = AT_ONCE) -> None:
    """Send what is due, for ever.

    It needs nothing but the database, and any number of loops may run. One that only `stands_in`
    sends nothing while an engine of its own right lives. When it is cancelled it claims no more,
    and gives those under way a moment to end; what they leave, others send when its lease is over.
    """
    under_way = _UnderWay(post.wake)
    failures = 0
    try:
        while True:
            try:
                await _turn(post, under_way, stands_in=stands_in, most=most)
                failures = 0
            except Exception as error:  # noqa: BLE001 - the edge of a loop that must outlive every fault
                failures += 1
                log.warning("sending.turn_failed", error=repr(error), in_a_row=failures)
                await asyncio.sleep(min(0.1 * 2 ** min(failures, 5), LONGEST_PAUSE_S))
    finally:
        await under_way.end()


async def _turn(post: Post, under_way: "_UnderWay", *, stands_in: bool, most: int) -> None:
    post.wake.clear()
    now = post.clock.now()
    if stands_in and await an_engine_lives(now=now):
        await post.clock.sleep_unless(post.wake, LONGEST_SLEEP)
        return
    rules = post.rules
    position = await leases.take_back(now=now, lease=post.lease, waits=rules.retry_waits)
    if position is not None:
        await post.ring(position)
    free = most - under_way.count
    if free > 0:
        claimed = await outbox.claim(
            now=now, lease=post.lease, most=free, at_once=rules.sends_at_once
        )
        for message in claimed:
            under_way.start(attempt(message, post=post))
        free -= len(claimed)
    await asyncio.sleep(GATHERING_S)
    due = await outbox.next_due(now=now) if free > 0 else None
    await post.clock.sleep_unless(post.wake, _until(due, now=post.clock.now()))


def _until(due: datetime | None, *, now: datetime) -> timedelta:
    if due is None:
        return LONGEST_SLEEP
    return min(LONGEST_SLEEP, due - now) if due > now else HELD_UP


class _UnderWay:
    """The attempts that run now; each that ends wakes the loop, as there is room again."""

    def __init__(self, wake: asyncio.Event) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = wake

    @property
    def count(self) -> int:
        return len(self._tasks)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._over)

    async def end(self) -> None:
        """Wait for them for a moment, then let go."""
        if not self._tasks:
            return
        _, left = await asyncio.wait(self._tasks, timeout=GRACE_S)
        for task in left:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*left, return_exceptions=True)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("sending.attempt_failed", error=type(error).__name__, trace=trace(error))
