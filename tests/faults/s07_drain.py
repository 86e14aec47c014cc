"""S7: a web process is asked to end while hundreds listen, and in the middle of mutations."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import asyncpg

from escgraph.api.connections import SERVICE_RESTART
from escgraph.domain.terms import Role, Tier
from escgraph.stream.cursor import Cursor
from tests.end_to_end.subscriber import LOST, Item, Source, over_event_stream
from tests.faults.consistent import consistent
from tests.faults.crowd_of_clients import crowd_of_clients, heard_by
from tests.faults.desk import Desk
from tests.faults.falling_due import events_falling_due
from tests.faults.history import History, Outcome, added, check
from tests.faults.house import Ground, House, on_postgres
from tests.faults.ladder import until_nothing_is_armed
from tests.faults.listening import Listener, caught_up, events_behind
from tests.faults.programs import Program
from tests.faults.report import Count, Figure, Report

BEGUN = 10
"""How many mutations are under way when it is asked to end."""


@dataclass(frozen=True, slots=True)
class Scale:
    """`seconds`: over which the events come; in their middle, it is asked to end."""

    sockets: int
    streams: int
    events: int
    seconds: float
    lead_in: float


FULL = Scale(sockets=500, streams=50, events=400, seconds=20, lead_in=10)
REDUCED = Scale(sockets=20, streams=3, events=60, seconds=3.5, lead_in=0.5)


@dataclass(slots=True)
class Ends:
    """How event streams on which something came ended: as HTTP ends a body, or torn."""

    clean: int = 0
    torn: list[str] = field(default_factory=list)


async def run(scale: Scale, ground: Ground) -> Report:
    ends, history = Ends(), History()
    async with on_postgres(ground) as house, AsyncExitStack() as opened:
        house.workers(1)
        first, other = house.webs(2)
        manager = await house.hire(Role.MANAGER)
        lead_in = timedelta(seconds=scale.lead_in)
        begin = await events_falling_due(
            house, scale.events, seconds=scale.seconds, lead_in=lead_in
        )
        sources = [over_event_stream(house.url(web), manager) for web in (first, other)]
        streams = await opened.enter_async_context(
            _streaming(
                [
                    Listener(_told(sources, ends), after=begin, clock=house.clock)
                    for _ in range(scale.streams)
                ]
            )
        )
        crowd = await opened.enter_async_context(
            crowd_of_clients([first.port], manager, count=scale.sockets, after=begin)
        )
        await crowd.come(within=scale.lead_in / 4)
        await crowd.listening()
        await _all_through(streams)
        await crowd.turn_to(first.port, other.port)
        await asyncio.sleep(scale.seconds / 2)
        drained = await _drained(house, first, history)
        at_drain = ends.clean, list(ends.torn)
        await until_nothing_is_armed()
        events = await events_behind(Cursor.parse(begin).position)
        await crowd.reached(events[-1].position)
        await caught_up(streams)
        told = await crowd.told()
        codes = [code for one in told for code in one.codes]
        unclosed = sum(SERVICE_RESTART not in one.codes for one in told)
        return Report(
            (
                *added((heard_by(told, events, others=streams), check(history, events))),
                Count("sockets without 1012", unclosed, tuple(map(str, codes[:3]))),
                Count("streams torn", len(at_drain[1]), tuple(at_drain[1][:1])),
                Count("streams left", max(scale.streams - at_drain[0], 0)),
                Count("begun and not answered", drained.unanswered),
                Count("exit codes but 0", int(drained.exit_code != 0), (first.output[-500:],)),
                await consistent(),
            ),
            (Figure("ended after", drained.took, 10.0),),
            f"{scale.sockets} lean WebSockets and {scale.streams} event streams by httpx, "
            f"{BEGUN} mutations under way, {len(events):,} events, {len(codes):,} close frames",
        )


@dataclass(frozen=True, slots=True)
class Drained:
    """`took`: from SIGTERM to the end of the process, in seconds."""

    took: float
    exit_code: int
    unanswered: int


async def _drained(house: House, web: Program, history: History) -> Drained:
    """Have mutations under way that wait for a lock, and ask the process to end."""
    loop = asyncio.get_running_loop()
    agent = await house.hire(Role.LEVEL_1_AGENT, Tier.LEVEL_1)
    async with Desk(house.url(web), agent, history, patience=20) as desk:
        tickets = [await desk.open() for _ in range(BEGUN)]
        ids = [ticket["id"] for ticket in tickets if ticket]
        async with _held(house.database_url, ids):
            writing = [asyncio.create_task(desk.note(one)) for one in ids]
            await asyncio.sleep(0.5)
            began = loop.time()
            ending = asyncio.create_task(asyncio.to_thread(web.terminate))
            await asyncio.sleep(0.5)
        answers = await asyncio.gather(*writing)
        exit_code = await ending
        took = loop.time() - began
    unanswered = BEGUN - sum(answer.outcome is Outcome.OK for answer in answers)
    return Drained(took, exit_code, unanswered)


@asynccontextmanager
async def _held(url: str, tickets: Sequence[str]) -> AsyncIterator[None]:
    """Whoever writes on those tickets waits."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute(
                "SELECT 1 FROM ticket WHERE id = ANY($1::uuid[]) FOR UPDATE", tickets
            )
            yield
    finally:
        await connection.close()


def _told(sources: Sequence[Source], ends: Ends) -> Source:
    """Each in turn, the last for good; and how each of its streams ended."""
    turns = list(sources)

    async def items(after: str) -> AsyncGenerator[Item, None]:
        source = turns.pop(0) if len(turns) > 1 else turns[0]
        came = 0
        try:
            async with aclosing(source(after)) as told:
                async for item in told:
                    came = 1
                    yield item
        except LOST as error:
            ends.torn.append(repr(error))
            raise
        else:
            ends.clean += came

    return items


@asynccontextmanager
async def _streaming(streams: list[Listener]) -> AsyncIterator[list[Listener]]:
    tasks = [asyncio.create_task(stream.follow()) for stream in streams]
    try:
        yield streams
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _all_through(streams: list[Listener]) -> None:
    async with asyncio.timeout(60):
        while not all(stream.connections for stream in streams):
            await asyncio.sleep(0.05)
