"""R13: connections are cut behind COMMIT, and clients' in mid-request; all is sent again."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from escgraph.store import stream
from tests.faults.consistent import consistent
from tests.faults.desk import Answer, Desk, new_mark
from tests.faults.history import History, Operation, Outcome, check, everybody
from tests.faults.house import Ground, House, on_postgres, through
from tests.faults.life import ACTS, LIFE, Staff, Tokens, hire_all, life_of
from tests.faults.proxy import FaultProxy
from tests.faults.report import Count, Figure, Report

LATEST_CUT_S = 0.03
"""By when a client's connection is torn down, counted from the sending."""

REPORTED = {
    "description": "every scanner is offline",
    "category": "system-outage",
    "priority": "HIGH",
    "reporter": "the warehouse",
}


@dataclass(frozen=True, slots=True)
class Scale:
    """How many lives of tickets, `ACTS` mutations each.

    Attributes:
        webs: on which they are lived, each its share.
        behind_commit: in which the connection between web and database is cut behind each COMMIT.
        in_mid_request: in which the client's connection is cut during each request.
    """

    webs: int
    behind_commit: int
    in_mid_request: int


FULL = Scale(webs=2, behind_commit=22, in_mid_request=8)
REDUCED = Scale(webs=1, behind_commit=1, in_mid_request=1)


Given = dict[str, object]
Fault = Callable[[Desk, Operation, Given], Awaitable[Answer]]
"""Has one act done while something happens to it, until it is known what came of it."""


@dataclass
class Counter:
    """A web process, its road to the database, and the road of its clients to it.

    Attributes:
        armed: the next COMMIT will be cut.
        told: what clients were told of acts whose COMMIT was cut.
    """

    staff: Staff
    database: FaultProxy
    front: FaultProxy
    moments: random.Random
    armed: bool = False
    told: list[str] = field(default_factory=list)

    def cutting(self) -> bool:
        armed, self.armed = self.armed, False
        return armed

    async def behind_commit(self, desk: Desk, operation: Operation, given: Given) -> Answer:
        self.armed = True
        first = await desk.again(operation, **given)
        self.told.append(first.said)
        self.armed = False
        return await desk.until_known(operation, **given)

    async def in_mid_request(self, desk: Desk, operation: Operation, given: Given) -> Answer:
        first = asyncio.create_task(desk.again(operation, **given))
        await asyncio.sleep(self.moments.uniform(0, LATEST_CUT_S))
        self.front.reset()
        await first
        return await desk.until_known(operation, **given)

    async def spared(self, desk: Desk, operation: Operation, given: Given) -> Answer:
        return await desk.again(operation, **given)


async def run(scale: Scale, ground: Ground) -> Report:
    history = History()
    async with on_postgres(ground, redis=False) as house, AsyncExitStack() as opened:
        tokens = await hire_all(house)
        counters = [
            await opened.enter_async_context(_counter(house, tokens, history, seed=n))
            for n in range(scale.webs)
        ]
        model = await life_of(await _live(counters[0], counters[0].spared))
        lives = await asyncio.gather(*(_busy(counter, scale) for counter in counters))
        read = [await life_of(ticket) for some in lives for ticket in some]
        events = await stream.read(0, limit=100_000)
        once = sum(life == model for life in read)
        told = [said for counter in counters for said in counter.told]
        return Report(
            (
                *check(history, events, all_of=everybody(events)),
                Count("lives that read otherwise", len(read) - once, _otherwise(model, read)),
                _refused(history),
                Count("told otherwise than to send it again", *_unlike(told)),
                await consistent(),
            ),
            (
                _all("cut behind COMMIT", sum(c.database.cuts for c in counters), of=len(told)),
                _all("effects", once * ACTS, of=len(read) * ACTS),
            ),
            f"{len(told)} cut behind COMMIT, {scale.in_mid_request * ACTS} in mid-request, "
            f"{len({step.act for step in LIFE}) + 1} kinds of mutations, {scale.webs} webs",
        )


@asynccontextmanager
async def _counter(
    house: House, tokens: Tokens, history: History, *, seed: int
) -> AsyncIterator[Counter]:
    async with AsyncExitStack() as opened:
        port = urlsplit(house.database_url).port
        assert port is not None
        database = await opened.enter_async_context(FaultProxy(port))
        detour = through(house.database_url, database.port)
        web = await asyncio.to_thread(house.web, ESCGRAPH_DATABASE_URL=detour)
        front = await opened.enter_async_context(FaultProxy(web.port))
        url = through(house.url(web), front.port)
        staff = await opened.enter_async_context(tokens.staff(url, history))
        counter = Counter(staff, database, front, random.Random(seed))
        database.cutting = counter.cutting
        yield counter


async def _busy(counter: Counter, scale: Scale) -> list[str]:
    """Its share of the lives, one after the other: so a COMMIT is that of the act at hand."""
    faults = [
        *[counter.behind_commit] * (scale.behind_commit // scale.webs),
        *[counter.in_mid_request] * (scale.in_mid_request // scale.webs),
    ]
    return [await _live(counter, fault) for fault in faults]


async def _live(counter: Counter, fault: Fault) -> str:
    """One life, from the opening to the end; the id of the ticket."""
    staff, loop = counter.staff, asyncio.get_running_loop()
    mark = new_mark()
    opening = staff.history.invoked(mark, "openTicket", mark, at=loop.time())
    answer = await fault(staff.desks["agent"], opening, {"title": mark, **REPORTED})
    assert answer.payload is not None, answer.said
    ticket: str = answer.payload["ticket"]["id"]
    for step in LIFE:
        operation, given = staff.begun(step, ticket, at=loop.time())
        await fault(staff.of(step), operation, given)
    return ticket


def _refused(history: History) -> Count:
    wrong = [one for one in history.operations if one.outcome is not Outcome.OK]
    return Count("refused", len(wrong), tuple(str(one) for one in wrong[:3]))


def _unlike(told: Sequence[str]) -> tuple[int, tuple[str, ...]]:
    wrong = [said for said in told if not said.startswith("UNAVAILABLE")]
    return len(wrong), tuple(wrong[:3])


def _otherwise(model: list[str], read: Sequence[list[str]]) -> tuple[str, ...]:
    return tuple(f"{life} and not {model}" for life in read if life != model)[:1]


def _all(what: str, found: int, *, of: int) -> Figure:
    return Figure(what, found, of, "", least=True)
