"""What one event costs the web process for each who hears of it: alike, and each another."""

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from bench.figures import say
from bench.listeners import Listener
from escgraph.domain.terms import Role
from escgraph.stream.redis_doorbell import RedisDoorbell
from tests.crowd import NUMBERED_FROM, multiply
from tests.faults.house import House, on_own_postgres
from tests.faults.programs import NO_TIME
from tests.store.ladders import opened, store

SUBSCRIBERS = 200
A_SECOND = 50
EVENTS = """subscription {events {__typename
  ... on EventItem {cursor event {id kind at ticketVersion by {name} ticket {id status}}}
  ... on CaughtUp {cursor} ... on Heartbeat {cursor} ... on Resync {cursor}
}}"""


Write = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Way:
    """`documents` gives each subscriber its document; `events` is how many are written."""

    name: str
    documents: Callable[[int], str]
    events: int


WAYS = (
    Way("each another document", lambda number: EVENTS + " " * number, events=10),
    Way("one document", lambda _: EVENTS, events=300),
)


async def measure() -> None:
    with tempfile.TemporaryDirectory(prefix="escgraph-bench-") as home:
        async with on_own_postgres(Path(home)) as (house, _), _writer(house) as write:
            token = await house.hire(Role.MANAGER)
            for way in WAYS:
                await _measure(house, way, token, write)


async def _measure(house: House, way: Way, token: str, write: Write) -> None:
    """With a web process of its own, which says at its end how often it executed anything."""
    web = house.web(ESCGRAPH_LOG_LEVEL="DEBUG")
    async with AsyncExitStack() as stack:
        listeners = [
            await stack.enter_async_context(Listener.listening(web.port, token, document))
            for document in map(way.documents, range(SUBSCRIBERS))
        ]
        cpu_s = web.cpu_s()
        await _told(listeners, write, events=way.events)
        cpu_s = web.cpu_s() - cpu_s
        memory = web.memory()
    web.terminate()
    executed = sum(map(int, re.findall(r"group\.dissolved.*executed=(\d+)", web.output)))
    figure = f"{cpu_s / (way.events * SUBSCRIBERS) * 1e6:.1f} µs of CPU a delivery"
    conditions = f"{SUBSCRIBERS} subscribers, {way.events} events at {A_SECOND} a second"
    shown = f"{executed / way.events:.1f} executions an event, {memory / 1e6:.0f} MB"
    say(f"fan-out: {way.name}", figure, f"{conditions}; {shown}")


async def _told(listeners: Sequence[Listener], write: Write, *, events: int) -> None:
    """Write the events at an even pace, and wait until each has heard them all."""
    wanted = [listener.frames + events for listener in listeners]
    for _ in range(events):
        await asyncio.gather(write(), asyncio.sleep(1 / A_SECOND))
    heard = zip(listeners, wanted, strict=True)
    await asyncio.gather(*(listener.until(frames) for listener, frames in heard))


@asynccontextmanager
async def _writer(house: House) -> AsyncIterator[Write]:
    """Writes an event beside the server, without a look at people, and rings."""
    assert house.redis is not None
    bell = RedisDoorbell(house.redis.url)
    await bell.start()
    ticket = await store(opened(at=await house.now()))
    numbers = count(NUMBERED_FROM)

    async def write() -> None:
        await multiply(ticket.id, copies=1, shift=lambda _: NO_TIME, numbered_from=next(numbers))
        await bell.ring(2**40)

    try:
        yield write
    finally:
        await bell.stop()
