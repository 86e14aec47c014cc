"""An ordinary day: who works, who listens, who comes and goes, and who reads nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    suppress,
)
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from escgraph.store import stream
from escgraph.store.stream import StoredEvent
from escgraph.stream.cursor import Cursor
from tests.faults.crowd_of_clients import FOLLOW, Crowd, crowd_of_clients
from tests.faults.falling_due import present_cursor
from tests.faults.growth import Growth
from tests.faults.held import Held, Pool, held
from tests.faults.history import History
from tests.faults.house import SECOND, House, publish_quick
from tests.faults.lean_client import Told
from tests.faults.life import Staff, hire_all
from tests.faults.listening import events_behind
from tests.faults.programs import Program
from tests.faults.stalled import Wanted, stalled
from tests.faults.steady_work import BOARD, Work, at_work

WEBS, WORKERS = 2, 1
LADDER = tuple(minute * 60 * SECOND for minute in (1, 2, 3, 4, 5))
"""Slower than the life of a ticket that is not left alone."""

POOL = 10
"""How many connections to the database a process has at most, and to Redis."""

FAT = 2 * WEBS
"""How many of the subscribers ask for what the stalled ones ask for, and read it."""

GUESTS = 10
"""How many more come and go all the time."""

STAY_S = 3.0
DESCRIPTION = "every scanner is offline, and so are the printers of the second floor; " * 28
FAT_DOCUMENT = """
subscription Fat($after: Cursor) {events(after: $after) {
  __typename
  ... on EventItem {cursor event {id ticket {%s}}}
  ... on CaughtUp {cursor}
  ... on Heartbeat {cursor}
  ... on Resync {cursor reason}
}}
"""


@dataclass(frozen=True, slots=True)
class Scale:
    """How much a second, to how many, by how many hands; the three stretches and a rest, seconds.

    The rest lets idle connections of clients end, so that descriptors can be compared.
    """

    a_second: float
    subscribers: int
    hands: int
    warm_up: float
    without: float
    stalled: float
    rest: float
    texts: int

    @property
    def fat_document(self) -> str:
        """Asks for so many times 2 kB an event."""
        return FAT_DOCUMENT % " ".join(f"text{n}: description" for n in range(self.texts))


@dataclass(slots=True)
class Guests:
    """Who came and went.

    Attributes:
        after, until: between which positions they heard everything; known in the end.
        told: what each was told.
    """

    after: int
    until: int = 0
    told: list[Told] = field(default_factory=list)


@dataclass(slots=True)
class Day:
    """Who has a part in it."""

    scale: Scale
    house: House
    programs: list[Program]
    webs: list[Program]
    staffs: list[Staff]
    crowds: list[Crowd]
    agent: str
    begin: int
    history: History
    growth: Growth

    @property
    def pools(self) -> tuple[Pool, ...]:
        """To the database and to Redis, where a worker has one as large as its jobs are many."""
        assert self.house.redis is not None
        places = (urlsplit(self.house.database_url), urlsplit(self.house.redis.url))
        return tuple(Pool(place.port or 0, POOL) for place in places)

    @property
    def took(self) -> list[float]:
        """How long each mutation took, in seconds."""
        desks = [desk for staff in self.staffs for desk in staff.desks.values()]
        return [seconds for desk in desks for seconds in desk.took]

    def at_work(self) -> AbstractAsyncContextManager[Work]:
        return at_work(
            self.staffs,
            a_second=self.scale.a_second,
            hands=self.scale.hands,
            description=DESCRIPTION,
        )

    def wanted(self, after: str | None) -> Wanted:
        """What stalled readers ask the last web process for."""
        return Wanted(self.webs[-1].port, self.agent, self.scale.fat_document, after)

    async def held(self) -> list[Held]:
        """By each of the programs, once their pools are whole and idle clients are gone."""
        for staff in self.staffs:
            await asyncio.gather(*(staff.desks["manager"].ask(BOARD) for _ in range(POOL)))
        await asyncio.sleep(self.scale.rest)
        return [await held(program, pools=self.pools) for program in self.programs]

    @asynccontextmanager
    async def guests_coming_and_going(self) -> AsyncIterator[Guests]:
        """As long as the `with` lasts."""
        ports, after = [web.port for web in self.webs], await present_cursor()
        over = asyncio.Event()
        stay = Guests(Cursor.parse(after).position)
        async with crowd_of_clients(ports, self.agent, count=GUESTS, after=after) as guests:
            going = asyncio.create_task(_come_and_go(guests, over))
            yield stay
            over.set()
            await going
            stay.until = (await stream.head()).position
            await guests.reached(stay.until)
            stay.told += await guests.told()

    async def told(self, position: int) -> list[Told]:
        """What all subscribers heard up to there, and perhaps beyond."""
        for crowd in self.crowds:
            await crowd.reached(position)
        return [one for crowd in self.crowds for one in await crowd.told()]

    async def ended_while_stalled(self, since: str) -> tuple[int, float]:
        """Tell the last web process to end while it has much for those who do not read."""
        async with stalled(self.wanted(since)) as readers:
            async with asyncio.timeout(30):
                await asyncio.gather(*(reader.stuck() for reader in readers))
            began = asyncio.get_running_loop().time()
            code = await asyncio.to_thread(self.webs[-1].terminate)
            return code, asyncio.get_running_loop().time() - began

    async def resumed(self, since: str) -> tuple[list[Told], list[StoredEvent]]:
        """What one hears who goes on from there at the first web process, and all there is."""
        port = self.webs[0].port
        async with crowd_of_clients([port], self.agent, count=1, after=since) as late:
            await late.come()
            events = await events_behind(Cursor.parse(since).position)
            await late.reached(events[-1].position, seconds=180)
            return await late.told(), events


async def begun(house: House, scale: Scale, opened: AsyncExitStack) -> Day:
    await publish_quick(*LADDER)
    history, tokens = History(), await hire_all(house)
    workers = await asyncio.to_thread(house.workers, WORKERS)
    webs = [await asyncio.to_thread(house.web) for _ in range(WEBS)]
    staffs = [
        await opened.enter_async_context(tokens.staff(house.url(web), history)) for web in webs
    ]
    ports, after = [web.port for web in webs], await present_cursor()
    lean, fat = scale.subscribers - FAT, FAT
    crowds = [
        await opened.enter_async_context(
            crowd_of_clients(ports, tokens.manager, count=count, after=after, document=document)
        )
        for count, document in ((lean, FOLLOW), (fat, scale.fat_document))
    ]
    for crowd in crowds:
        await crowd.come()
        await crowd.listening()
    programs = [*webs, *workers]
    return Day(
        scale=scale,
        house=house,
        programs=programs,
        webs=webs,
        staffs=staffs,
        crowds=crowds,
        agent=tokens.manager,
        begin=Cursor.parse(after).position,
        history=history,
        growth=Growth(programs),
    )


async def _come_and_go(guests: Crowd, over: asyncio.Event) -> None:
    """In the end they are there."""
    while True:
        await guests.come()
        await guests.listening()
        with suppress(TimeoutError):
            async with asyncio.timeout(STAY_S):
                await over.wait()
        if over.is_set():
            return
        await guests.leave()
