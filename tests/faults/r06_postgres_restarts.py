"""R6: PostgreSQL crashes and comes back, again and again, while everybody works."""

import asyncio
import re
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from escgraph.domain.terms import Role, Tier
from escgraph.store import stream
from tests.faults.business import Writer, writing
from tests.faults.desk import Desk
from tests.faults.history import History, check
from tests.faults.house import SECOND, Ground, House, on_own_postgres, publish_quick
from tests.faults.ladder import fired_once, tickets_due, until_all_have_fired
from tests.faults.listening import caught_up, events_behind, heard_rightly, listening
from tests.faults.pools import POOL, at_work_at_once
from tests.faults.programs import Program, exited
from tests.faults.report import Count, Figure, Report
from tests.faults.sessions import asked, left_in_transaction
from tests.servers import PostgresServer

LADDER = (SECOND, 2 * SECOND, 3 * SECOND)
DESKS_PER_WEB = 2
PAUSE_S = 0.2
"""Between two notes of one writer."""

_COMPLAINT = re.compile(r"^.*\[(?:warning|error|critical).*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Scale:
    """`tickets` fall due all the time, three deadlines each.

    Attributes:
        settled: seconds after which nothing may fail any more, counted from the first connection
            that PostgreSQL accepts.
        watched: for how many it is watched then, before the next crash.
        patience: for how many more it is waited for a loop that did nothing meanwhile; a heartbeat
            comes every 2 s.
    """

    workers: int
    webs: int
    restarts: int
    settled: float
    watched: float
    patience: float
    tickets: int
    subscribers: int


FULL = Scale(
    workers=2, webs=2, restarts=5, settled=5, watched=2, patience=2.5, tickets=100, subscribers=4
)
REDUCED = Scale(
    workers=1, webs=1, restarts=1, settled=3, watched=1, patience=10, tickets=12, subscribers=2
)


@dataclass(frozen=True, slots=True)
class Restart:
    """How one went.

    Attributes:
        commit: how long after PostgreSQL accepted connections somebody committed, in seconds.
        answers: the same until the last of the writers got an OK.
        complaints: what was logged although all should have been well again.
        idle: the loops that did nothing meanwhile.
    """

    commit: float
    answers: float
    complaints: tuple[str, ...]
    idle: tuple[str, ...]


async def run(scale: Scale, ground: Ground) -> Report:
    history = History()
    async with (
        on_own_postgres(ground.home) as (house, server),
        AsyncExitStack() as opened,
    ):
        programs = [*house.workers(scale.workers), *(house.web() for _ in range(scale.webs))]
        webs = programs[scale.workers :]
        agent = await house.hire(Role.LEVEL_1_AGENT, Tier.LEVEL_1)
        desks = [
            await opened.enter_async_context(Desk(house.url(web), agent, history))
            for web in webs
            for _ in range(DESKS_PER_WEB)
        ]
        begin = await _open_tickets(house, scale)
        cursor = (await desks[0].ask("{board {cursor}}"))["board"]["cursor"]
        urls = [house.socket_url(web) for web in webs]
        listeners = await opened.enter_async_context(
            listening(urls, agent, count=scale.subscribers, after=cursor, clock=house.clock)
        )
        async with writing(desks, pause=PAUSE_S) as writers:
            await asyncio.sleep(1)
            restarts = [
                await _restart(scale, server, house, programs, writers)
                for _ in range(scale.restarts)
            ]
        served = [await at_work_at_once(house, web, agent, history) for web in webs]
        await until_all_have_fired()
        await caught_up(listeners)
        events = await events_behind(begin)
        stuck = await left_in_transaction(house.database_url)
        return Report(
            (
                *check(history, events),
                *await fired_once(),
                *heard_rightly(listeners, events),
                _told("tasks that fail later", [one.complaints for one in restarts]),
                _told("loops that stand still", [one.idle for one in restarts]),
                Count("connections left in a transaction", stuck),
                exited(programs),
            ),
            (
                Figure("first commit after", max(one.commit for one in restarts), 3.0),
                Figure("every writer goes on after", max(one.answers for one in restarts), 5.0),
                Figure(
                    "connections of each pool at work at once", min(served), POOL, "", least=True
                ),
            ),
            f"{scale.restarts} crashes, {len(history.operations):,} mutations at {len(desks)} "
            f"desks, {len(events):,} events, {scale.subscribers} subscribers, {scale.workers} "
            f"workers, {scale.webs} webs",
        )


async def _open_tickets(house: House, scale: Scale) -> int:
    """Tickets whose deadlines fall due all the time; the position behind their opening."""
    policy = await publish_quick(*LADDER)
    seconds = scale.restarts * (scale.settled + scale.watched + 1) + 2
    begin = await house.now() + SECOND
    moments = [begin + timedelta(seconds=seconds * n / scale.tickets) for n in range(scale.tickets)]
    await tickets_due(moments, after=LADDER[0], policy=policy)
    return (await stream.head()).position


async def _restart(
    scale: Scale,
    server: PostgresServer,
    house: House,
    programs: Sequence[Program],
    writers: Sequence[Writer],
) -> Restart:
    loop, url = asyncio.get_running_loop(), house.database_url
    await asyncio.to_thread(server.stop, "immediate")
    start = asyncio.create_task(asyncio.to_thread(server.start))
    accepts = await _accepts(house)
    accepted = loop.time()
    await start
    await asyncio.sleep(scale.settled)
    said = [len(program.output) for program in programs]
    await writers[0].open_another()
    since = accepts + timedelta(seconds=scale.settled)
    await asyncio.sleep(scale.watched)
    complaints = [
        line
        for program, before in zip(programs, said, strict=True)
        for line in _COMPLAINT.findall(program.output[before:])
    ]
    answered = [_next(writer.done, accepted, never=loop.time()) for writer in writers]
    first = await asked(url, _FIRST, accepts)
    idle = await _idle(url, since, scale)
    return Restart((first - accepts).total_seconds(), max(answered), tuple(complaints), tuple(idle))


def _next(moments: Sequence[float], after: float, *, never: float) -> float:
    """How long after that moment the next one came; until `never` where none has come."""
    return min((one for one in moments if one > after), default=never) - after


async def _accepts(house: House) -> datetime:
    """When PostgreSQL first accepts a connection, by its own clock."""
    while True:
        try:
            found = await asked(house.database_url, "SELECT clock_timestamp()")
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await asyncio.sleep(0.02)
        else:
            assert isinstance(found, datetime)
            return found


async def _idle(url: str, since: datetime, scale: Scale) -> list[str]:
    """The loops that left nothing behind since then, and do not within the patience either."""
    late = asyncio.get_running_loop().time() + scale.patience
    while True:
        done = {what: await asked(url, sql, since) for what, sql in _AT_WORK.items()}
        wanted = {**dict.fromkeys(done, 1), "the heartbeats": scale.workers}
        idle = [what for what, count in done.items() if count < wanted[what]]
        if not idle or asyncio.get_running_loop().time() > late:
            return idle
        await asyncio.sleep(0.1)


_FIRST = "SELECT min(recorded_at) FROM event WHERE recorded_at > $1"
_AT_WORK = {
    "the engines": "SELECT count(*) FROM event WHERE by_id IS NULL AND recorded_at > $1",
    "the notices": "SELECT count(*) FROM notice WHERE created_at > $1",
    "the heartbeats": "SELECT count(*) FROM heartbeat WHERE beat_at > $1",
}
"""What each loop leaves behind; each worker has a heartbeat."""


def _told(what: str, found: Sequence[tuple[str, ...]]) -> Count:
    lines = [line for some in found for line in some]
    return Count(what, len(lines), tuple(lines[:5]))
