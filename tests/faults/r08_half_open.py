"""R8: connections to PostgreSQL and Redis are dead and look alive, of a worker and of a web."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from redis.asyncio import Redis

from escgraph.domain.terms import Role, Tier
from escgraph.store import stream
from tests.faults.desk import Desk, new_mark
from tests.faults.history import History, Operation, Outcome, check
from tests.faults.house import SECOND, Ground, House, on_postgres, publish_quick, through
from tests.faults.ladder import (
    fired_once,
    late_figures,
    lateness,
    tickets_due,
    until_all_have_fired,
)
from tests.faults.listening import (
    Listener,
    caught_up,
    delays,
    events_behind,
    heard_rightly,
    listening,
)
from tests.faults.programs import Program, exited
from tests.faults.proxy import FaultProxy
from tests.faults.report import Count, Figure, Report
from tests.faults.sessions import asked

LADDER = (SECOND, 2 * SECOND, 3 * SECOND)
POOL = 10
LIMIT_S = 15.0
"""By when a dead connection must be noticed, and replaced."""

PATIENCE_S = 30.0
OPENED_AT_LAST = 3
"""Tickets whose deadlines only the worker is there to fire that was hurt."""

Given = dict[str, object]


@dataclass(frozen=True, slots=True)
class Scale:
    """So many tickets fall due while connections are dead, three deadlines each."""

    tickets: int


FULL = Scale(tickets=60)
REDUCED = Scale(tickets=20)


@dataclass
class Hurt:
    """A program whose roads to both servers may become black holes."""

    program: Program
    database: FaultProxy
    redis: FaultProxy

    def blackhole(self) -> None:
        self.database.blackhole()
        self.redis.blackhole()


@dataclass(frozen=True, slots=True)
class Noticed:
    """Seconds after the connections died.

    Attributes:
        database, redis: the last of both programs to connect anew.
        requests: the last of as many requests as the pool has connections to be answered at all.
        working: the worker to prove that it works, by its heartbeat.
        jobs: arq to begin a job again.
    """

    database: float
    redis: float
    requests: float
    working: float
    jobs: float

    def figures(self) -> tuple[Figure, ...]:
        return (
            Figure("database noticed after", self.database, LIMIT_S),
            Figure("Redis noticed after", self.redis, LIMIT_S),
            Figure("requests ended after", self.requests, LIMIT_S),
            Figure("worker at work after", self.working, LIMIT_S),
            Figure("arq at work after", self.jobs, LIMIT_S),
        )


async def run(scale: Scale, ground: Ground) -> Report:
    history = History()
    async with on_postgres(ground) as house, AsyncExitStack() as opened:
        worker = await opened.enter_async_context(_hurt(house, house.worker))
        web = await opened.enter_async_context(_hurt(house, house.web))
        other = house.web(ESCGRAPH_ENGINE="on")
        agent = await house.hire(Role.LEVEL_1_AGENT, Tier.LEVEL_1)
        url = house.url(web.program)
        desk = await opened.enter_async_context(Desk(url, agent, history, patience=PATIENCE_S))
        await _due(house, scale.tickets, seconds=LIMIT_S)
        begin = (await stream.head()).position
        cursor = (await desk.ask("{board {cursor}}"))["board"]["cursor"]
        listeners = await opened.enter_async_context(
            listening(
                [house.socket_url(web.program)], agent, count=2, after=cursor, clock=house.clock
            )
        )
        ticket = await _filled(desk)
        await asyncio.sleep(1)
        noticed = await _dead(house, worker, web, desk, ticket)
        refused = [await _noted(desk, ticket) for _ in range(POOL)].count(False)
        await asyncio.to_thread(other.end)
        for _ in range(OPENED_AT_LAST):
            await desk.open()
        await until_all_have_fired()
        return await _report(house, history, listeners, noticed, refused, begin, [worker, web])


async def _report(
    house: House,
    history: History,
    listeners: list[Listener],
    noticed: Noticed,
    refused: int,
    begin: int,
    hurt: list[Hurt],
) -> Report:
    await caught_up(listeners)
    events = await events_behind(begin)
    late = await lateness()
    return Report(
        (
            *check(history, events),
            *await fired_once(),
            *heard_rightly(listeners, events),
            Count("requests that fail afterwards", refused),
            exited([one.program for one in hurt]),
        ),
        (
            *noticed.figures(),
            Figure("subscribers heard again after", max(delays(listeners, events)), LIMIT_S),
            *late_figures(late, p99=1.5, worst=2.5),
        ),
        f"a worker and a web process, {POOL} dead connections, {len(late)} deadlines fired by "
        f"another meanwhile, and by the worker alone afterwards",
    )


@asynccontextmanager
async def _hurt(house: House, start: Callable[..., Program]) -> AsyncIterator[Hurt]:
    """A program with a road of its own to each server."""
    assert house.redis is not None
    port = urlsplit(house.database_url).port
    assert port is not None
    async with FaultProxy(port) as database, FaultProxy(house.redis.port) as redis:
        program = await asyncio.to_thread(
            start,
            ESCGRAPH_DATABASE_URL=through(house.database_url, database.port),
            ESCGRAPH_REDIS_URL=through(house.redis.url, redis.port),
        )
        yield Hurt(program, database, redis)


async def _filled(desk: Desk) -> str:
    """A ticket, on which so many wrote at once that the whole pool is open."""
    ticket = await desk.open()
    assert ticket is not None
    await asyncio.gather(*(desk.note(ticket["id"]) for _ in range(POOL)))
    return str(ticket["id"])


async def _due(house: House, tickets: int, *, seconds: float) -> None:
    policy = await publish_quick(*LADDER)
    begin = await house.now() + 3 * SECOND
    moments = [begin + timedelta(seconds=seconds * n / tickets) for n in range(tickets)]
    await tickets_due(moments, after=LADDER[0], policy=policy)


async def _dead(house: House, worker: Hurt, web: Hurt, desk: Desk, ticket: str) -> Noticed:
    """Let all connections of both die, and wait until everything works again."""
    assert house.redis is not None
    async with Redis.from_url(house.redis.url) as redis:
        begun = set(await redis.keys(_BEGUN))
        at = await house.now()
        for one in (worker, web):
            one.blackhole()
        beats = _seconds(lambda: _beats(house, at + SECOND))
        jobs = _seconds(lambda: _begins(redis, begun, at + SECOND))
        roads = [_anew(one.database) for one in (worker, web)]
        bells = [_anew(one.redis) for one in (worker, web)]
        requests = [_ended(desk, ticket) for _ in range(POOL)]
        found = await asyncio.gather(beats, jobs, *roads, *bells, *requests)
    return Noticed(
        database=max(found[2:4]),
        redis=max(found[4:6]),
        requests=max(found[6:]),
        working=found[0],
        jobs=found[1],
    )


_BEGUN = "arq:in-progress:cron:*"


async def _seconds(so: Callable[[], Awaitable[bool]]) -> float:
    """How long until that is so, or until there is no use in waiting."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    while not await so() and loop.time() < began + PATIENCE_S:
        await asyncio.sleep(0.05)
    return loop.time() - began


async def _anew(road: FaultProxy) -> float:
    before = road.connections

    async def connected() -> bool:
        return road.connections > before

    return await _seconds(connected)


async def _beats(house: House, after: datetime) -> bool:
    """The only worker; the web process that is an engine too has another name."""
    sql = "SELECT count(*) FROM heartbeat WHERE name LIKE 'worker%' AND beat_at > $1"
    return bool(await asked(house.database_url, sql, after))


async def _begins(redis: Redis, begun: set[bytes], after: datetime) -> bool:
    """A job of arq's cron that is none of those, and was meant for a later moment."""
    new = set(await redis.keys(_BEGUN)) - begun
    return any(int(key.rpartition(b":")[2]) / 1000 > after.timestamp() for key in new)


async def _ended(desk: Desk, ticket: str) -> float:
    """How long until a request on a dead connection is answered, whatever the answer is."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    operation, given = _note(desk, ticket)
    await desk.again(operation, **given)
    took = loop.time() - began
    await desk.until_known(operation, **given)
    return took


async def _noted(desk: Desk, ticket: str) -> bool:
    operation, given = _note(desk, ticket)
    return (await desk.until_known(operation, **given)).outcome is Outcome.OK


def _note(desk: Desk, ticket: str) -> tuple[Operation, Given]:
    mark = new_mark()
    now = asyncio.get_running_loop().time()
    operation = desk.history.invoked(mark, "addNote", ticket, at=now)
    return operation, {"ticketId": ticket, "text": mark, "visibility": "INTERNAL"}
