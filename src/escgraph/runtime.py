"""What every long-lived process has one of: the database, the clock, the doorbell, the loops."""

import asyncio
import gc
import os
import signal
import socket
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from escgraph.clock import Clock
from escgraph.config import Settings, masked
from escgraph.jobs.composing import composer
from escgraph.jobs.ending import LoopEndedError
from escgraph.jobs.posting import Post, Rules
from escgraph.jobs.traces import trace
from escgraph.notify.links import Links
from escgraph.notify.post_office import PostSettings, post_office
from escgraph.store import database, lives, sealing, stream
from escgraph.store.migrate import NotMigratedError, pending
from escgraph.store.transactions import drain
from escgraph.stream.doorbell import Doorbell, LocalDoorbell
from escgraph.stream.redis_doorbell import RedisDoorbell

MEASURE_EVERY = timedelta(seconds=30)
DRAIN_S = 10.0

LINKS_OFF = (
    "messages carry no links to act from; set ESCGRAPH_PUBLIC_URL and ESCGRAPH_SECRET_KEYS "
    "(escgraph secret-key makes a key)"
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Runtime:
    """What the loops and the requests of one process share. `name` is unique among processes."""

    name: str
    clock: Clock
    doorbell: Doorbell


@asynccontextmanager
async def running(settings: Settings, *, kind: str) -> AsyncIterator[Runtime]:
    """Open the surroundings of a process of that kind, and close them when it ends.

    Raises:
        DatabaseUnavailable: the database cannot be reached.
        NotMigratedError: it is not up to date.
    """
    sealing.use_keys(settings.secret_keys)
    await database.connect(settings.database_url, pool_size=settings.pool_size)
    doorbell = _doorbell(settings)
    try:
        await _must_be_migrated(settings)
        await lives.settle()
        clock = Clock(speed=settings.clock_speed, start=await _start(settings))
        await clock.measure(database.database_now)
        await doorbell.start()
        name = f"{kind} {socket.gethostname()}:{os.getpid()}"
        async with beside(_keep_measuring(clock), doorbell.lasts()):
            settle()
            yield Runtime(name, clock, doorbell)
    finally:
        await doorbell.stop()
        await drain(timeout=DRAIN_S)
        await database.close()


@asynccontextmanager
async def posting(settings: Settings, runtime: Runtime) -> AsyncIterator[Post]:
    """What this process sends messages with, as long as the `with` lasts."""
    rules = Rules(
        send_timeout=timedelta(seconds=settings.send_timeout),
        sends_at_once=settings.sends_at_once,
        retry_waits=settings.retry_waits,
    )
    links = Links(settings.public_url, settings.secret_keys)
    if not links.made:
        log.info("links.off", advice=LINKS_OFF)
    async with post_office(post_settings(settings)) as ways:
        yield Post(
            clock=runtime.clock,
            ring=runtime.doorbell.ring,
            ways=ways,
            compose=composer(links),
            rules=rules,
        )


@asynccontextmanager
async def beside(*loops: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run loops as long as the `with` lasts; they are cancelled at its end.

    A loop outlives every fault that it knows. One that ends all the same is logged, and the process
    asked to end, as by its supervisor: he starts it anew, since it fails then.

    Raises:
        LoopEndedError: at the end of `with`, where one of them had ended before.
    """
    tasks = [asyncio.create_task(loop) for loop in loops]
    for task in tasks:
        task.add_done_callback(_miss)
    try:
        yield
    finally:
        early = [task for task in tasks if task.done()]
        for task in tasks:
            task.remove_done_callback(_miss)
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if early:
        raise LoopEndedError(f"{_called(early[0])} has ended; see loop.ended in the log")


def _miss(task: asyncio.Task[None]) -> None:
    """Say that it is gone, and have this process told to end, whoever serves it."""
    error = None if task.cancelled() else task.exception()
    why = "cancelled by nobody" if task.cancelled() else repr(error) if error else "it returned"
    log.critical("loop.ended", loop=_called(task), why=why, trace=trace(error) if error else "")
    signal.raise_signal(signal.SIGTERM)


def _called(task: asyncio.Task[None]) -> str:
    return getattr(task.get_coro(), "__qualname__", task.get_name())


def post_settings(settings: Settings) -> PostSettings:
    """What the channels go by, of the settings."""
    return PostSettings(
        smtp_url=settings.smtp_url,
        mail_from=settings.mail_from,
        allowed_networks=settings.allowed_networks,
        timeout_s=settings.send_timeout,
    )


def _doorbell(settings: Settings) -> Doorbell:
    return LocalDoorbell() if settings.redis_url is None else RedisDoorbell(settings.redis_url)


async def _must_be_migrated(settings: Settings) -> None:
    missing = await pending()
    if missing:
        raise NotMigratedError(
            f"the database {masked(settings.database_url)} lacks {', '.join(missing)}; "
            "run: escgraph migrate"
        )


async def _start(settings: Settings) -> datetime | None:
    """Simulated time goes on where the database's story ended; real time starts nowhere."""
    return await stream.latest_moment() if settings.clock_speed != 1.0 else None


async def _keep_measuring(clock: Clock) -> None:
    while True:
        await asyncio.sleep(MEASURE_EVERY.total_seconds())
        try:
            await clock.measure(database.database_now)
        except Exception as error:  # noqa: BLE001 - the edge of a loop that must outlive every fault
            log.warning("clock.not_measured", error=repr(error))


def settle() -> None:
    """What exists now will live as long as the process: the collector need not look again.

    It looks seldom at what is new. What outlives such a look is looked at again after five more,
    and not after twenty: what connections leave behind when they end would pile up meanwhile.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 5, 5)
