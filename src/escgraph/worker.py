"""The arq worker: cron functions that only call jobs, under a supervisor beside the engine loop.

arq 0.28 ends when Redis goes away and catches up on no missed tick, so nothing depends on it: the
engine loop needs only the database, and the supervisor starts arq again. arq is named nowhere else.
"""

import asyncio
import logging
import signal
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from datetime import UTC, timedelta
from typing import Any

import orjson
import structlog
from arq import cron
from arq.connections import RedisSettings
from arq.cron import CronJob
from arq.worker import Worker

from escgraph.config import ConfigError, Settings, load_settings, masked
from escgraph.jobs import deadlines, notices, periodic, pulse, sending, webhooks
from escgraph.jobs.periodic import Periodic
from escgraph.jobs.posting import Post
from escgraph.jobs.pulse import Pulse
from escgraph.runtime import Runtime, beside, posting, running
from escgraph.store.database import DatabaseBusy, DatabaseUnavailable
from escgraph.stream.redis_doorbell import SilenceError

RESTART_S = (0.5, 5.0)
"""How long the supervisor waits before it starts arq again: at first, and at most, in seconds."""

SILENCE_S = 8.0
"""After which Redis must be dead although its connection looks alive: arq turns twice a second."""

LETTING_GO_S = 2.0
"""How long arq may take to end its jobs and to close its connection, which may be dead."""

QUEUE = "escgraph:arq"
"""The key in Redis, which may serve other programs too."""

log = structlog.get_logger(__name__)

Context = dict[str, Any]


async def fire_deadlines(ctx: Context) -> int:
    """Fire what is due; the engine loop beside it does the same, and one of them finds nothing.

    A few passes at most: in a long catch-up each tick would otherwise be one engine more.
    """
    runtime: Runtime = ctx["runtime"]
    fired = 0
    with _left_to_the_loops("fire_deadlines"):
        swept = await deadlines.sweep(now=runtime.clock.now(), passes=2)
        if swept.position is not None:
            await runtime.doorbell.ring(swept.position)
        fired += swept.fired
    return fired


async def startup(ctx: Context) -> None:
    """For `arq escgraph.worker.WorkerSettings`, where nobody made the runtime before."""
    if "runtime" in ctx:
        return
    stack = ctx["stack"] = AsyncExitStack()
    settings = load_settings()
    runtime = await stack.enter_async_context(running(settings, kind="worker"))
    ctx["runtime"] = runtime
    post = await stack.enter_async_context(posting(settings, runtime))
    await stack.enter_async_context(beside(*_loops(settings, runtime, post)))


async def shutdown(ctx: Context) -> None:
    """Close what `startup` opened."""
    if "stack" in ctx:
        await ctx.pop("stack").aclose()
        del ctx["runtime"]


def __getattr__(name: str) -> dict[str, Any]:
    """`WorkerSettings`, which arq looks up here; the environment is read only then.

    Raises:
        ConfigError: the settings are wrong, or name no Redis.
    """
    if name != "WorkerSettings":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return {**_options(load_settings()), "on_startup": startup, "on_shutdown": shutdown}


def _options(settings: Settings) -> dict[str, Any]:
    """How arq works here: JSON instead of pickle on both sides, no results, one queue of ours."""
    if settings.redis_url is None:
        raise ConfigError(("ESCGRAPH_REDIS_URL is not set, and arq works with Redis only; set it",))
    return {
        "cron_jobs": [
            cron(fire_deadlines, second=set(range(60)), max_tries=1),
            *(_cron(job) for job in periodic.jobs(events_kept=settings.events_kept)),
        ],
        "redis_settings": RedisSettings.from_dsn(settings.redis_url),
        "queue_name": QUEUE,
        "job_serializer": orjson.dumps,
        "job_deserializer": orjson.loads,
        "timezone": UTC,
        "keep_result": 0,
        "log_results": False,
        "health_check_interval": 10,
    }


def _cron(job: Periodic) -> CronJob:
    """The job at every minute of the hour that its time divides it into."""

    async def tick(ctx: Context) -> None:
        runtime: Runtime = ctx["runtime"]
        with _left_to_the_loops(job.name):
            await periodic.do(job, clock=runtime.clock, ring=runtime.doorbell.ring)

    minutes = set(range(0, 60, int(job.every / timedelta(minutes=1))))
    return cron(tick, name=f"cron:{job.name}", minute=minutes, second=0, max_tries=1)


@contextmanager
def _left_to_the_loops(job: str) -> Iterator[None]:
    """Let no job fail of an outage of the database: the loops do the same work when it is over.

    arq would log where it failed, and this process answers nobody, nor Redis, while that is drawn.
    """
    try:
        yield
    except (DatabaseBusy, DatabaseUnavailable) as error:
        log.warning("worker.job_failed", job=job, error=str(error))


async def run(settings: Settings) -> None:
    """Run the engine loop and the periodic work, and arq where there is a Redis, until a signal.

    arq does the same work: what it misses while Redis is away, the loops do.
    """
    stop = _told_to_stop()
    async with running(settings, kind="worker") as runtime, posting(settings, runtime) as post:
        loops = _loops(settings, runtime, post)
        if settings.redis_url:
            loops.append(_supervised(settings, runtime))
        async with beside(*loops):
            log.info("worker.started", name=runtime.name, arq=settings.redis_url is not None)
            await stop.wait()
            log.info("worker.stopping", name=runtime.name)


def _told_to_stop() -> asyncio.Event:
    """Set at the first signal. The next one finds no handler any more, and ends it at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)

    def told() -> None:
        stop.set()
        for number in signals:
            loop.remove_signal_handler(number)

    for number in signals:
        loop.add_signal_handler(number, told)
    return stop


def _loops(settings: Settings, runtime: Runtime, post: Post) -> list[Coroutine[Any, Any, None]]:
    """What a worker does without arq."""
    own = Pulse()
    loops = [
        _engine(runtime, own),
        _periodic(settings, runtime),
        _notices(settings, runtime, post),
        _webhooks(runtime, post),
        _senders(post),
    ]
    if settings.heartbeat_url is not None:
        loops.append(
            pulse.run(pulse=own, url=settings.heartbeat_url, allowed=settings.allowed_networks)
        )
    return loops


async def _engine(runtime: Runtime, own: Pulse) -> None:
    await deadlines.run(
        clock=runtime.clock,
        ring=runtime.doorbell.ring,
        name=runtime.name,
        stands_in=False,
        pulse=own,
    )


async def _periodic(settings: Settings, runtime: Runtime) -> None:
    await periodic.run(
        clock=runtime.clock,
        ring=runtime.doorbell.ring,
        stands_in=False,
        events_kept=settings.events_kept,
    )


async def _notices(settings: Settings, runtime: Runtime, post: Post) -> None:
    await notices.run(
        clock=runtime.clock,
        doorbell=runtime.doorbell,
        mail_is_set=settings.smtp_url is not None,
        stands_in=False,
        wake=post.wake.set,
    )


async def _senders(post: Post) -> None:
    await sending.run(post=post, stands_in=False)


async def _webhooks(runtime: Runtime, post: Post) -> None:
    await webhooks.run(
        clock=runtime.clock, doorbell=runtime.doorbell, stands_in=False, wake=post.wake.set
    )


async def _supervised(settings: Settings, runtime: Runtime) -> None:
    """Run arq for ever: whatever ends it, start it again."""
    logging.getLogger("arq.worker").setLevel(logging.WARNING)  # it tells of every tick
    wait = RESTART_S[0]
    while True:
        started = asyncio.get_running_loop().time()
        await _until_it_ends(_arq(settings, runtime))
        lasted = asyncio.get_running_loop().time() - started
        wait = RESTART_S[0] if lasted > 2 * RESTART_S[1] else min(wait * 2, RESTART_S[1])
        log.warning("worker.arq_restarts", after=wait, redis=masked(settings.redis_url or ""))
        await asyncio.sleep(wait)


async def _until_it_ends(arq: Coroutine[Any, Any, None]) -> None:
    try:
        await arq
    except asyncio.CancelledError as error:
        if _is_cancelled():
            raise
        log.warning("worker.arq_ended", error=repr(error))
    except Exception as error:  # noqa: BLE001 - the edge of a loop that must outlive every fault
        log.warning("worker.arq_ended", error=repr(error))


def _is_cancelled() -> bool:
    """Whether it is this task that was cancelled, and not one that it waited for."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


class _Turning(Worker):
    """arq's worker, which notes when it last came round: it waits for Redis without a limit."""

    turned_at: float | None = None

    async def heart_beat(self) -> None:
        await super().heart_beat()
        self.turned_at = asyncio.get_running_loop().time()


async def _arq(settings: Settings, runtime: Runtime) -> None:
    worker = _Turning(**_options(settings), ctx={"runtime": runtime}, handle_signals=False)
    turning = asyncio.create_task(worker.async_run())
    try:
        await _until_silent(worker, turning)
    finally:
        await _let_go(worker, turning)


async def _until_silent(worker: _Turning, turning: asyncio.Task[None]) -> None:
    """Wait until it ends by itself.

    Raises:
        SilenceError: it does not come round any more.
    """
    began = asyncio.get_running_loop().time()
    while not (await asyncio.wait({turning}, timeout=SILENCE_S / 8))[0]:
        last = began if worker.turned_at is None else worker.turned_at
        if asyncio.get_running_loop().time() - last > SILENCE_S:
            raise SilenceError(f"arq has had no answer of Redis for {SILENCE_S:g} s")
    await turning


async def _let_go(worker: Worker, turning: asyncio.Task[None]) -> None:
    """End what it began, and wait for that for a moment only."""
    tasks = {turning, *worker.tasks.values()}
    if worker.main_task is not None:
        tasks.add(worker.main_task)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=LETTING_GO_S)
    with suppress(Exception):  # Redis may be gone already
        async with asyncio.timeout(LETTING_GO_S):
            await worker.pool.aclose()
