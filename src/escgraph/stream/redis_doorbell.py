"""The doorbell through Redis: one channel for all processes, carrying positions and no facts."""

import asyncio
import random
import secrets
from collections.abc import Awaitable, Coroutine
from contextlib import AbstractContextManager, suppress
from datetime import timedelta
from typing import Any

import orjson
import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from escgraph.stream.cursor import STREAM
from escgraph.stream.doorbell import Health, LocalDoorbell, Wake

CHANNEL = "escgraph:doorbell"

log = structlog.get_logger(__name__)


class SilenceError(Exception):
    """Redis did not answer in time: the connection is dead although it looks alive."""


class RedisDoorbell:
    """A ring is heard at once in this process, and in the others as soon as Redis tells them.

    One task holds two connections, to listen and to tell. Every `probe` it rings a bell of its
    own; where no echo comes within `echo`, it connects anew, as it does after every error. While
    Redis is away, only the last ring is kept for it: the poll of the counter does the rest.
    """

    def __init__(
        self,
        url: str,
        *,
        probe: timedelta = timedelta(seconds=5),
        echo: timedelta = timedelta(seconds=2),
    ) -> None:
        self._url = url
        self._probe_s = probe.total_seconds()
        self._echo_s = echo.total_seconds()
        self._bell = f"{CHANNEL}:{secrets.token_hex(8)}"
        self._local = LocalDoorbell()
        self._task: asyncio.Task[None] | None = None
        self._untold = 0
        self._rung = asyncio.Event()
        self._told = asyncio.Event()
        self._told.set()
        self._echoed = asyncio.Event()
        self._stopping = False
        self._connected = False
        self._echo_at: float | None = None
        self._fault = "not started"

    async def start(self) -> None:
        """Begin to connect; it does not wait for Redis."""
        self._fault = "not connected yet"
        self._task = asyncio.create_task(self._run(), name="doorbell")

    async def stop(self) -> None:
        """Pass on the last ring, where that takes a moment only, and disconnect."""
        if self._task is None:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(self._echo_s):
                await self._told.wait()
        self._stopping = True
        self._task.cancel()
        await asyncio.wait({self._task})
        self._fault = "stopped"

    async def lasts(self) -> None:
        """Wait as long as it works, which is until it is stopped."""
        if self._task is not None:
            await asyncio.wait({self._task})

    async def ring(self, position: int) -> None:
        """Tell that the stream has reached `position`. Never raises, never waits for Redis."""
        self._local.tell(position)
        self._untold = max(position, self._untold)
        self._told.clear()
        self._rung.set()

    def listen(self, wake: Wake) -> AbstractContextManager[None]:
        """Call `wake` at each ring, until the end of `with`. A ring may get lost or come twice."""
        return self._local.listen(wake)

    @property
    def health(self) -> Health:
        """How it is, by the last probe."""
        age = None
        if self._echo_at is not None:
            age = timedelta(seconds=asyncio.get_running_loop().time() - self._echo_at)
        return Health(self._connected, age, "" if self._connected else self._fault)

    async def _run(self) -> None:
        failures = 0
        while True:
            try:
                await _unless_given_up(self._session())
            except Exception as error:  # noqa: BLE001 - the edge of a loop that outlives every fault
                if self._stopping:  # closing a dead connection may fail, and hide the cancellation
                    return
                failures = 1 if self._connected else failures + 1
                self._lost(error, failures=failures)
            finally:
                self._connected = False
            await asyncio.sleep(min(0.1 * 2 ** min(failures, 6), 5) * random.uniform(0.5, 1))  # noqa: S311 - no secret

    async def _session(self) -> None:
        """Connect, listen and tell until something fails."""
        # No socket_timeout: with it redis-py swallows cancellations now and then on Python 3.11.
        redis = Redis.from_url(self._url, socket_connect_timeout=self._echo_s)
        async with redis, redis.pubsub() as pubsub, asyncio.TaskGroup() as tasks:
            await self._subscribe(pubsub)
            for work in (self._hear(pubsub), self._tell(redis), self._probe(redis)):
                tasks.create_task(_unless_given_up(work))

    async def _subscribe(self, pubsub: PubSub) -> None:
        channels = (self._bell, CHANNEL)
        await self._in_time(pubsub.subscribe(*channels), what="way to subscribe")
        for _ in channels:
            await self._in_time(pubsub.get_message(timeout=None), what="word of the subscription")

    async def _hear(self, pubsub: PubSub) -> None:
        while True:
            message = await pubsub.get_message(
                ignore_subscribe_messages=True, timeout=self._probe_s
            )
            if message is None:
                continue
            if message["channel"].decode() == self._bell:
                self._echo_at = asyncio.get_running_loop().time()
                self._echoed.set()
            elif (position := _position(message["data"])) is not None:
                self._local.tell(position)

    async def _tell(self, redis: Redis) -> None:
        """Pass on the latest ring. What comes while Redis answers is passed on as one."""
        while True:
            await self._rung.wait()
            position = self._untold
            ring = orjson.dumps({"stream": STREAM, "position": position})
            await self._in_time(redis.publish(CHANNEL, ring), what="answer to a ring")
            if position == self._untold:
                self._untold = 0
                self._rung.clear()
                self._told.set()

    async def _probe(self, redis: Redis) -> None:
        while True:
            self._echoed.clear()
            await self._in_time(redis.publish(self._bell, b""), what="answer to the probe")
            await self._in_time(self._echoed.wait(), what="echo")
            if not self._connected:
                log.info("doorbell.connected")
            self._connected = True
            await asyncio.sleep(self._probe_s)

    async def _in_time(self, answer: Awaitable[object], *, what: str) -> None:
        try:
            async with asyncio.timeout(self._echo_s):
                await answer
        except TimeoutError:
            raise SilenceError(f"no {what} within {self._echo_s:g} s") from None

    def _lost(self, error: Exception, *, failures: int) -> None:
        self._fault = _said(error)
        if failures & (failures - 1) == 0:
            log.warning("doorbell.lost", fault=self._fault, in_a_row=failures)


async def _unless_given_up(work: Coroutine[Any, Any, None]) -> None:
    """A cancellation that nobody asked for comes from the library, and is a fault like others.

    Passed on, it would end the task in silence, and the others would wait for it for ever.
    """
    try:
        await work
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise SilenceError("the client gave up by itself") from None


def _position(message: bytes) -> int | None:
    """The position that was rung; None where the ring is of another stream, or is no ring."""
    try:
        ring = orjson.loads(message)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(ring, dict) or ring.get("stream") != STREAM:
        return None
    position = ring.get("position")
    return position if isinstance(position, int) else None


def _said(error: BaseException) -> str:
    """What went wrong, without the address, which may hold a password."""
    if isinstance(error, BaseExceptionGroup):
        return _said(error.exceptions[0])
    words = str(error) if isinstance(error, RedisError | SilenceError) else ""
    return f"{type(error).__name__}: {words}" if words else type(error).__name__
