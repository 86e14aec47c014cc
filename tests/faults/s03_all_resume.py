"""S3: hundreds drop their sockets and resume within a second, far behind.

First the web processes live on, and have in memory what was missed; then they are killed, and know
nothing.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from escgraph.domain.terms import Role, TicketId
from escgraph.store import stream
from escgraph.stream.cursor import Cursor
from tests.crowd import NUMBERED_FROM, multiply
from tests.faults.consistent import consistent
from tests.faults.crowd_of_clients import Crowd, crowd_of_clients, heard_by
from tests.faults.falling_due import present_cursor
from tests.faults.house import Ground, on_postgres
from tests.faults.listening import caught_up, events_behind, listening
from tests.faults.programs import NO_TIME, Program
from tests.faults.report import Count, Figure, Report
from tests.faults.statements import Statements
from tests.store.ladders import opened, store

WEBS = 2
PAGE = 500
"""How many events the hub reads at a time."""

BEFORE = 350
"""How many events there are before, so that the second time two pages are read."""

READ = "SELECT * FROM event WHERE position > $1"


@dataclass(frozen=True, slots=True)
class Scale:
    """`others` are subscribers by a client that we did not write."""

    clients: int
    others: int
    behind: int
    within: float


FULL = Scale(clients=500, others=4, behind=200, within=1.0)
REDUCED = Scale(clients=40, others=1, behind=200, within=0.02)


@dataclass(frozen=True, slots=True)
class Resumed:
    """How it went, once.

    Attributes:
        took: from the first that came until the last that had caught up, in seconds.
        reads: of parts of the stream, by all web processes.
        pages: that hold what was missed.
    """

    took: float
    reads: int
    pages: int

    @property
    def beyond(self) -> int:
        """How many there are beyond one per page and process."""
        return max(self.reads - self.pages * WEBS, 0)


async def run(scale: Scale, ground: Ground) -> Report:
    async with on_postgres(ground) as house, AsyncExitStack() as entered:
        tickets = _Tickets((await store(opened(at=await house.now()))).id)
        await tickets.open(BEFORE)
        statements = await Statements.logged()
        webs = house.webs(WEBS)
        token = await house.hire(Role.MANAGER)
        begin = await present_cursor()
        urls = [house.socket_url(web) for web in webs]
        others = await entered.enter_async_context(
            listening(urls, token, count=scale.others, after=begin, clock=house.clock)
        )
        crowd = await entered.enter_async_context(
            crowd_of_clients([web.port for web in webs], token, count=scale.clients, after=begin)
        )
        await crowd.come(within=scale.within)
        await crowd.listening()
        in_memory = await _resumed(scale, crowd, tickets, statements)
        await caught_up(others)
        for web in webs:
            web.kill()
        anew = await _resumed(scale, crowd, tickets, statements, webs)
        await caught_up(others)
        events = await events_behind(Cursor.parse(begin).position)
        told = await crowd.told()
        both = (in_memory, anew)
        return Report(
            (
                *heard_by(told, events, others=others),
                Count("reads but one per page and process", sum(one.beyond for one in both)),
                await consistent(),
            ),
            (
                Figure("caught up after", in_memory.took, 10.0),
                Figure("at restarted webs after", anew.took, 10.0),
                Figure("reads there", anew.reads, anew.pages * WEBS, "", least=True),
            ),
            f"{scale.clients} lean clients within {scale.within:g} s, and {scale.others} of gql, "
            f"twice {scale.behind} events behind, at {WEBS} webs: "
            + ", then ".join(f"{one.reads} reads of {one.pages} pages" for one in both),
        )


async def _resumed(
    scale: Scale,
    crowd: Crowd,
    tickets: "_Tickets",
    statements: Statements,
    webs: Sequence[Program] = (),
) -> Resumed:
    """All leave, miss events, and come again; those web processes begin to run meanwhile."""
    await crowd.leave()
    first = (await stream.head()).position
    statements.count(READ)
    await tickets.open(scale.behind)
    await asyncio.to_thread(lambda: [web.start().ready() for web in webs])
    last = (await stream.head()).position
    began = time.monotonic()
    await crowd.come(within=scale.within)
    await crowd.reached(last)
    took = max(one.arrived[-1] for one in await crowd.told()) - began
    pages = (last - 1) // PAGE - (first - 1) // PAGE + 1
    return Resumed(took, statements.count(READ), pages)


class _Tickets:
    """Opens them by hundreds, beside the web processes: one event each."""

    def __init__(self, first: TicketId) -> None:
        self._first = first
        self._number = NUMBERED_FROM

    async def open(self, count: int) -> None:
        await multiply(
            self._first, copies=count, shift=lambda _: NO_TIME, numbered_from=self._number
        )
        self._number += count
