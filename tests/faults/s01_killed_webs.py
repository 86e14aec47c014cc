"""S1: web processes are killed, one after the other, under hundreds of subscribers."""

import asyncio
import itertools
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta

from escgraph.domain.terms import Role
from escgraph.stream.cursor import Cursor
from tests.faults.consistent import consistent
from tests.faults.crowd_of_clients import crowd_of_clients, heard_by
from tests.faults.falling_due import events_falling_due
from tests.faults.house import Ground, on_postgres
from tests.faults.ladder import until_nothing_is_armed
from tests.faults.listening import caught_up, events_behind, listening
from tests.faults.lost_doorbells import doorbells_lost
from tests.faults.programs import Program
from tests.faults.report import Figure, Report

WEBS = 2
PATIENCE_S = 240.0
"""How long it is waited for events and for subscribers, where the machine is slow."""

LOST = 0.3
"""The share of the doorbells that nobody hears."""

LATE_S = 0.05
"""How long the others take on their way to Redis, and on their way from there."""

LEAST_LOST = 25.0
"""So many of a hundred were lost at least: it is a lottery."""


@dataclass(frozen=True, slots=True)
class Scale:
    """`others` are subscribers by a client that we did not write.

    Attributes:
        seconds: over which the events come.
        every: how many seconds there are from one kill to the next.
        kills: how many there are at least.
    """

    subscribers: int
    others: int
    events: int
    seconds: float
    every: float
    kills: int
    lead_in: float


FULL = Scale(subscribers=200, others=2, events=20_000, seconds=65, every=10, kills=5, lead_in=15)
REDUCED = Scale(subscribers=20, others=1, events=200, seconds=3.5, every=0.8, kills=1, lead_in=1)


async def run(scale: Scale, ground: Ground) -> Report:
    async with (
        on_postgres(ground) as house,
        doorbells_lost(house, share=LOST, delay=LATE_S) as doorbells,
        AsyncExitStack() as opened,
    ):
        house.workers(1)
        webs = house.webs(WEBS)
        token = await house.hire(Role.MANAGER)
        lead_in = timedelta(seconds=scale.lead_in)
        begin = await events_falling_due(
            house, scale.events, seconds=scale.seconds, lead_in=lead_in
        )
        urls = [house.socket_url(web) for web in webs]
        others = await opened.enter_async_context(
            listening(urls, token, count=scale.others, after=begin, clock=house.clock)
        )
        ports = [web.port for web in webs]
        crowd = await opened.enter_async_context(
            crowd_of_clients(ports, token, count=scale.subscribers, after=begin)
        )
        await crowd.come(within=scale.lead_in / 4)
        await crowd.listening()
        await _kill_until_quiet(webs, every=scale.every)
        events = await events_behind(Cursor.parse(begin).position)
        await crowd.reached(events[-1].position, seconds=PATIENCE_S)
        await caught_up(others, seconds=PATIENCE_S)
        told = await crowd.told()
        kills = sum(web.kills for web in webs)
        sockets = sum(len(one.listened) for one in told)
        return Report(
            (
                *heard_by(told, events, others=others),
                doorbells.heard_though_lost,
                await consistent(),
            ),
            (
                Figure("events", len(events), scale.events, "", least=True),
                Figure("kills", kills, scale.kills, "", least=True),
                Figure("doorbells lost", doorbells.lost, 1, "", least=True),
                Figure("of those rung", doorbells.share_lost * 100, LEAST_LOST, "%", least=True),
            ),
            f"{scale.subscribers} lean clients and {scale.others} of gql, {sockets:,} sockets in "
            f"all, at {WEBS} webs; {doorbells.lost:,} of {doorbells.rung:,} doorbells lost, "
            f"the others {LATE_S * 1000:g} ms late each way",
        )


async def _kill_until_quiet(webs: list[Program], *, every: float) -> None:
    """One after the other, and each is back at once, until nothing happens any more."""
    loop = asyncio.get_running_loop()
    quiet = asyncio.create_task(until_nothing_is_armed(seconds=PATIENCE_S))
    kill_at = loop.time() + every
    for web in itertools.cycle(webs):
        await asyncio.wait({quiet}, timeout=max(kill_at - loop.time(), 0))
        if quiet.done():
            break
        await asyncio.to_thread(_killed, web)
        kill_at += every
    await quiet


def _killed(web: Program) -> None:
    web.kill()
    web.start().ready()
