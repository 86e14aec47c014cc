"""Every long-lived loop goes on, whatever a lost connection raises at its next statement."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from tortoise.exceptions import DBConnectionError, OperationalError
from uuid_utils.compat import uuid7

from escgraph import app, runtime
from escgraph.api.session import Session
from escgraph.app import Web
from escgraph.clock import Clock
from escgraph.config import load_settings
from escgraph.domain.terms import TokenId
from escgraph.domain.ticket import Actor
from escgraph.jobs import deadlines, notices, periodic, sending, webhooks
from escgraph.jobs.posting import Post, Rules
from escgraph.notify.letter import Letter
from escgraph.store import database, stream
from escgraph.store.notice_rows import Message
from escgraph.stream.doorbell import LocalDoorbell
from escgraph.stream.hub import Hub
from tests.store.ladders import ADA, move_in

FASTER = 50
"""By which the loops' pauses are shortened."""

Loop = Callable[[], Coroutine[Any, Any, None]]

ERRORS: tuple[Callable[[], BaseException], ...] = (
    lambda: asyncpg.InterfaceError("connection is closed"),
    lambda: asyncpg.InterfaceError("pool is closing"),
    lambda: asyncpg.InterfaceError("cannot perform operation: another operation is in progress"),
    lambda: asyncpg.InternalClientError("got result for unknown protocol state 3"),
    lambda: asyncpg.ConnectionDoesNotExistError("connection was closed in the middle"),
    lambda: asyncpg.ConnectionFailureError("unexpected connection_lost() call"),
    lambda: asyncpg.AdminShutdownError("terminating connection due to administrator command"),
    lambda: asyncpg.CrashShutdownError("terminating connection because of crash"),
    lambda: asyncpg.CannotConnectNowError("the database system is starting up"),
    lambda: asyncpg.ProtocolViolationError("what was that"),
    lambda: ConnectionResetError(104, "Connection reset by peer"),
    lambda: BrokenPipeError(32, "Broken pipe"),
    TimeoutError,
    asyncio.CancelledError,
    lambda: RuntimeError("unable to perform operation on <TCPTransport closed=True>; it is closed"),
    lambda: AttributeError("'NoneType' object has no attribute 'send'"),
    lambda: OperationalError(asyncpg.ConnectionDoesNotExistError("gone")),
    lambda: DBConnectionError("gone"),
)


class Driver:
    """asyncpg, which raises the next error of `faults` instead of sending a statement."""

    def __init__(self) -> None:
        self.faults: deque[BaseException] = deque()
        self.sent = 0

    def broken(self, method: Callable[..., Any]) -> Callable[..., Any]:
        async def statement(*words: object, **more: object) -> object:
            self.sent += 1
            if self.faults:
                raise self.faults.popleft()
            return await method(*words, **more)

        return statement

    async def goes_on(self, loop: "asyncio.Task[None]", after: object) -> None:
        """Some more statements are sent by the loop."""
        enough = self.sent + 3
        while self.sent < enough:
            assert not loop.done(), f"it ended after {after!r}"
            await asyncio.sleep(0.05)


@pytest.fixture
async def driver(pg_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Driver]:
    await database.connect(pg_url, pool_size=4)
    await move_in()
    driver = Driver()
    for name in ("fetch", "execute"):
        method = getattr(asyncpg.Connection, name)
        monkeypatch.setattr(asyncpg.Connection, name, driver.broken(method))
    sleep = asyncio.sleep
    monkeypatch.setattr(asyncio, "sleep", lambda seconds: sleep(seconds / FASTER))
    monkeypatch.setattr(webhooks, "LONGEST_SLEEP_S", 1.0 / FASTER)
    monkeypatch.setattr(runtime, "MEASURE_EVERY", timedelta(seconds=0.5))
    monkeypatch.setattr(app, "LOOK_AT_TOKENS_EVERY", timedelta(seconds=0.5))
    yield driver
    monkeypatch.undo()
    await database.close()


@asynccontextmanager
async def going(loop: Coroutine[Any, Any, None]) -> AsyncIterator["asyncio.Task[None]"]:
    task = asyncio.create_task(loop)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait({task})


async def engine() -> None:
    await deadlines.run(clock=Clock(), ring=LocalDoorbell().ring, name="a", stands_in=False)


async def stand_in() -> None:
    await deadlines.run(clock=Clock(), ring=LocalDoorbell().ring, name="a", stands_in=True)


async def now_and_then() -> None:
    job = periodic.PERIODIC[1]
    quick = periodic.Periodic(job.name, timedelta(seconds=1), job.work)
    await periodic._repeat(quick, clock=Clock(), ring=LocalDoorbell().ring, stands_in=False)


async def tellers() -> None:
    await notices.run(
        clock=Clock(),
        doorbell=LocalDoorbell(),
        mail_is_set=False,
        stands_in=False,
        wake=asyncio.Event().set,
    )


async def fan_out() -> None:
    await webhooks.run(
        clock=Clock(), doorbell=LocalDoorbell(), stands_in=False, wake=asyncio.Event().set
    )


async def senders() -> None:
    async def compose(_: Message) -> Letter:
        raise AssertionError("there is nothing to send")

    rules = Rules(send_timeout=timedelta(seconds=1), sends_at_once=1, retry_waits=())
    post = Post(clock=Clock(), ring=LocalDoorbell().ring, ways={}, compose=compose, rules=rules)
    await sending.run(post=post, stands_in=False)


async def hub() -> None:
    poll = timedelta(seconds=1 / FASTER)
    reads = {"read": stream.read, "head": stream.head, "oldest": stream.oldest}
    hub = Hub(**reads, doorbell=LocalDoorbell(), poll=poll)  # type: ignore[arg-type]  # by name
    await hub.start()
    try:
        await hub.lasts()
    finally:
        await hub.stop()


async def measuring() -> None:
    await runtime._keep_measuring(Clock())


async def token_watch() -> None:
    web = Web(load_settings({}))
    actor = Actor(ADA.id, ADA.role, ADA.tier)
    open_socket = Session(actor, frozenset(), TokenId(uuid7()), None)
    web.graphql.connections.sessions = lambda: (open_socket,)  # type: ignore[method-assign]  # as if
    await web._watch_tokens(Clock())


LOOPS: tuple[Loop, ...] = (
    engine,
    stand_in,
    now_and_then,
    tellers,
    fan_out,
    senders,
    hub,
    measuring,
    token_watch,
)


@pytest.mark.parametrize("loop", LOOPS, ids=lambda loop: loop.__name__)
async def test_a_loop_goes_on_whatever_its_next_statement_raises(
    loop: Loop, driver: Driver
) -> None:
    async with asyncio.timeout(60), going(loop()) as task:
        await driver.goes_on(task, "nothing")
        for error in ERRORS:
            driver.faults.append(error())
            await driver.goes_on(task, error())
    assert not driver.faults
