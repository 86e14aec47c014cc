"""What one event costs the web process for each who hears of it: alike, and each another."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.figures import say
from bench.listeners import Listener
from escgraph.commands import work
from escgraph.commands.acting import Call
from escgraph.domain.terms import Role
from escgraph.store.database import fetch
from escgraph.stream.redis_doorbell import RedisDoorbell
from tests.faults.house import House, on_own_postgres
from tests.faults.programs import Program
from tests.store.ladders import AGENT, opened, store

SUBSCRIBERS = 200
A_SECOND = 50
WRITTEN_ALONE = 100
FLUSHED_S = 1.5
"""PostgreSQL's sessions tell what they read once a second."""
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
    Way("each another document", lambda number: EVENTS + " " * number, events=40),
    Way("one document", lambda _: EVENTS, events=400),
)


@dataclass(frozen=True, slots=True)
class Found:
    """`cpu_s` is the server's; `reads` how often `person` was read, `writer's` own included."""

    cpu_s: float
    reads: int


async def measure() -> None:
    with tempfile.TemporaryDirectory(prefix="escgraph-bench-") as home:
        async with on_own_postgres(Path(home)) as (house, _), _writer(house) as write:
            web, token = house.web(), await house.hire(Role.MANAGER)
            alone = await _told(web, [], write, events=WRITTEN_ALONE)
            for way in WAYS:
                async with AsyncExitStack() as stack:
                    documents = [way.documents(number) for number in range(SUBSCRIBERS)]
                    listeners = [
                        await stack.enter_async_context(Listener.listening(web.port, token, one))
                        for one in documents
                    ]
                    found = await _told(web, listeners, write, events=way.events)
                _say(way, found, own=alone.reads / WRITTEN_ALONE)


async def _told(web: Program, listeners: Sequence[Listener], write: Write, *, events: int) -> Found:
    """Write the events at an even pace, and wait until each has heard them all."""
    reads, cpu_s = await _reads(), web.cpu_s()
    wanted = [listener.frames + events for listener in listeners]
    for _ in range(events):
        await asyncio.gather(write(), asyncio.sleep(1 / A_SECOND))
    await asyncio.gather(
        *(listener.until(frames) for listener, frames in zip(listeners, wanted, strict=True))
    )
    return Found(web.cpu_s() - cpu_s, await _reads() - reads)


def _say(way: Way, found: Found, *, own: float) -> None:
    deliveries = way.events * SUBSCRIBERS
    executions = (found.reads - own * way.events) / way.events
    figure = f"{found.cpu_s / deliveries * 1e6:.1f} µs a delivery"
    conditions = f"{SUBSCRIBERS} subscribers, {way.events} events at {A_SECOND} a second"
    say(f"fan-out: {way.name}", figure, f"{conditions}; {executions:.2f} executions an event")


@asynccontextmanager
async def _writer(house: House) -> AsyncIterator[Write]:
    """Writes an event beside the server, and rings."""
    assert house.redis is not None
    bell = RedisDoorbell(house.redis.url)
    await bell.start()
    ticket = await store(opened(at=await house.now()))

    async def write() -> None:
        call = Call(by=AGENT, at=await house.now())
        written = await work.log_action(ticket.id, call=call, text="Restarted it")
        await bell.ring(written.position)

    try:
        yield write
    finally:
        await bell.stop()


async def _reads() -> int:
    """How often the table of people was read: each execution of that document does so once."""
    await asyncio.sleep(FLUSHED_S)
    (row,) = await fetch(
        "SELECT seq_scan + coalesce(idx_scan, 0) AS reads FROM pg_stat_user_tables "
        "WHERE relname = 'person'"
    )
    return int(row["reads"])
