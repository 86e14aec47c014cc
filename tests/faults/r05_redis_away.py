"""R5: Redis ends without saving and stays away for a while; nothing that counts depends on it."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta

from redis.asyncio import Redis
from redis.exceptions import RedisError

from escgraph.domain.terms import Role, Tier
from escgraph.store import stream
from tests.faults.business import writing
from tests.faults.desk import Desk
from tests.faults.history import History, check
from tests.faults.house import SECOND, Ground, House, on_postgres, publish_quick
from tests.faults.ladder import (
    fired_once,
    late_figures,
    lateness,
    tickets_due,
    until_all_have_fired,
)
from tests.faults.listening import caught_up, delays, events_behind, heard_rightly, listening
from tests.faults.programs import Program, exited
from tests.faults.report import Figure, Report, quantile
from tests.servers import RedisServer

LADDER = (SECOND, 2 * SECOND, 3 * SECOND)
PAUSE_S = 1.0
"""Between two notes of one writer; there is one at each web process."""

JOBS_BACK_S = 30.0
"""How long it is waited for arq's jobs, in seconds."""

BEGUN = "arq:in-progress:cron:*"
"""The keys that arq leaves for a minute of each job that its cron begins."""

ASKS = "zrangebyscore"
"""Redis' command by which arq, and nobody else here, asks for jobs; it does so twice a second."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How many tickets fall due, spread from before the outage until after it; seconds."""

    workers: int
    webs: int
    tickets: int
    subscribers: int
    before: float
    away: float
    after: float


FULL = Scale(workers=2, webs=2, tickets=130, subscribers=6, before=5, away=60, after=15)
REDUCED = Scale(workers=2, webs=1, tickets=8, subscribers=2, before=0.5, away=1.5, after=0.5)


async def run(scale: Scale, ground: Ground) -> Report:
    history = History()
    async with on_postgres(ground) as house, AsyncExitStack() as opened:
        assert house.redis is not None
        programs = [*house.workers(scale.workers), *(house.web() for _ in range(scale.webs))]
        webs = programs[scale.workers :]
        agent = await house.hire(Role.LEVEL_1_AGENT, Tier.LEVEL_1)
        desks = [
            await opened.enter_async_context(Desk(house.url(web), agent, history)) for web in webs
        ]
        begin = await _open_tickets(house, scale)
        cursor = (await desks[0].ask("{events {cursor}}"))["events"]["cursor"]
        urls = [house.socket_url(web) for web in webs]
        listeners = await opened.enter_async_context(
            listening(urls, agent, count=scale.subscribers, after=cursor, clock=house.clock)
        )
        async with writing(desks, pause=PAUSE_S):
            await asyncio.sleep(scale.before)
            back, again = await _outage(house.redis, scale.away, programs[: scale.workers])
            await asyncio.sleep(scale.after)
        await until_all_have_fired()
        await caught_up(listeners)
        events = await events_behind(begin)
        late, took = await lateness(), delays(listeners, events)
        return Report(
            (
                *await fired_once(),
                *check(history, events),
                *heard_rightly(listeners, events),
                exited(programs),
            ),
            (
                *late_figures(late, p99=1.5, worst=5.0),
                Figure("subscribers p99", quantile(took, 0.99), 2.0),
                Figure("arq's jobs back after", back, 10.0),
                Figure("workers with arq then", again, scale.workers, "", least=True),
            ),
            f"away for {scale.away:g} s, {len(late):,} deadlines, {len(events):,} events, "
            f"{scale.subscribers} subscribers, {scale.workers} workers, {scale.webs} webs",
        )


async def _open_tickets(house: House, scale: Scale) -> int:
    """Tickets whose deadlines fall due all the time; the position behind their opening."""
    policy = await publish_quick(*LADDER)
    seconds = scale.before + scale.away + scale.after
    begin = await house.now() + SECOND
    moments = [begin + timedelta(seconds=seconds * n / scale.tickets) for n in range(scale.tickets)]
    await tickets_due(moments, after=LADDER[0], policy=policy)
    return (await stream.head()).position


async def _outage(
    redis: RedisServer, seconds: float, workers: Sequence[Program]
) -> tuple[float, int]:
    """Take Redis away and bring it back, empty; when the arq of all was at work, and of how many.

    A job was begun then, by any, and each of them asked for its next.
    """
    await asyncio.to_thread(redis.stop)
    await asyncio.sleep(seconds)
    await asyncio.to_thread(redis.start)
    loop = asyncio.get_running_loop()
    began, missing, begun = loop.time(), list(workers), False
    async with Redis.from_url(redis.url) as client:
        while loop.time() < began + JOBS_BACK_S and (missing or not begun):
            with suppress(RedisError, FileNotFoundError):  # or a descriptor is closed just then
                begun = begun or bool(await client.keys(BEGUN))
                asking = await _asking(client)
                missing = [worker for worker in missing if not asking & worker.ports()]
            await asyncio.sleep(0.05)
    return loop.time() - began, len(workers) - len(missing)


async def _asking(client: Redis) -> set[int]:
    """The ports of the connections on which arq asked last what there is to do."""
    there = await client.client_list()
    return {int(one["addr"].rpartition(":")[2]) for one in there if one["cmd"] == ASKS}
