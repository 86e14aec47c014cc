"""R11: people do anything to anything while engines fire, and both kinds of process are killed."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import count, cycle, pairwise, takewhile
from uuid import UUID

from escgraph.domain.policy import Policy
from escgraph.domain.terms import LIVE, Role, Tier
from escgraph.store import stream
from escgraph.store.database import fetch
from escgraph.store.stream import StoredEvent
from tests.faults.desk import Desk, new_mark
from tests.faults.history import History, Operation, Outcome, check, everybody
from tests.faults.house import SECOND, Ground, House, on_postgres, publish_quick
from tests.faults.ladder import fired_once
from tests.faults.programs import Program
from tests.faults.report import Count, Figure, Report, quantile
from tests.store.ladders import ADA, opened, store

WEBS, WORKERS = 2, 2
AT_ONCE = 5
"""The share of the tickets that are there from the start is one in so many."""

PATIENCE = 10 * SECOND
"""How long after its moment a deadline is missed; some fall due at the very end."""

MARK = "<mark>"
TIERS = ("LEVEL_1", "LEVEL_2", "LEVEL_3", "MANAGEMENT")
Given = Mapping[str, object]

ACTS: Sequence[tuple[str, Given]] = (
    ("acknowledgeTicket", {}),
    ("acceptTicket", {}),
    ("addNote", {"text": MARK, "visibility": "INTERNAL"}),
    ("logAction", {"text": MARK}),
    ("holdTicket", {"reason": "AWAITING_VENDOR", "note": MARK}),
    ("resumeTicket", {}),
    ("resolveTicket", {"summary": MARK, "code": "FIXED"}),
    ("reopenTicket", {"reason": MARK}),
    ("flagUrgent", {"reason": MARK}),
    ("flagUrgent", {"reason": MARK, "flagged": False}),
    *(("changePriority", {"reason": MARK, "priority": p}) for p in ("HIGH", "MEDIUM", "LOW")),
    *(
        ("escalateTicket", {"reason": "NO_ACCESS", "comment": MARK, "expectedTier": tier})
        for tier in TIERS
    ),
    *(("deescalateTicket", {"reason": MARK, "expectedTier": tier}) for tier in TIERS[1:]),
)
"""Each is drawn as often as any other; what the ticket does not allow is refused."""


@dataclass(frozen=True, slots=True)
class Scale:
    """`tickets` are few beside `acts`, so that people and engines meet on them.

    Attributes:
        ladder: in seconds; short against the run, so that most tickets are in an engine's hands.
        sooner: so much of it has passed already when a ticket comes, in seconds.
        kills: how many there are at least; the acts go on until then.
        fired: how many rungs at least, between the first act and the last.
    """

    acts: int
    tickets: int
    ladder: tuple[int, ...]
    sooner: float
    people: int
    kill_every_s: float
    kills: int
    fired: int

    @property
    def acts_to_a_ticket(self) -> int:
        """After so many acts there is another ticket, to the end."""
        return self.acts * AT_ONCE // (self.tickets * (AT_ONCE - 1))


FULL = Scale(
    acts=20_000,
    tickets=300,
    ladder=(4, 8, 14, 16, 18),
    sooner=0,
    people=6,
    kill_every_s=3.0,
    kills=20,
    fired=300,
)
REDUCED = Scale(
    acts=240,
    tickets=30,
    ladder=(1, 2, 3, 4, 5),
    sooner=0.8,
    people=4,
    kill_every_s=0.6,
    kills=2,
    fired=5,
)


async def run(scale: Scale, ground: Ground) -> Report:
    async with on_postgres(ground) as house, AsyncExitStack() as open_desks:
        policy = await publish_quick(*(SECOND * rung for rung in scale.ladder))
        tickets = Tickets(house, policy, sooner=SECOND * scale.sooner)
        token, history = await house.hire(Role.MANAGER, Tier.MANAGEMENT), History()
        workers = house.workers(WORKERS)
        webs = await asyncio.to_thread(house.webs, WEBS)
        desks = [
            await open_desks.enter_async_context(Desk(house.url(web), token, history))
            for web in webs
            for _ in range(scale.people // WEBS)
        ]
        for _ in range(scale.tickets // AT_ONCE):
            await tickets.open()
        first = (await stream.head()).position
        async with _killing([*workers, *webs], every_s=scale.kill_every_s):
            await _act(desks, tickets, scale, until=lambda: _kills(house) >= scale.kills)
            last = (await stream.head()).position
        await _until_all_that_is_due_has_fired()
        events = await stream.read(0, limit=200_000)
        fired = len(_by_engines([one for one in events if first < one.position <= last]))
        done = sum(one.outcome is Outcome.OK for one in history.operations)
        took = [seconds for desk in desks for seconds in desk.took]
        return Report(
            (
                Count("escalated though not open", *_not_open(events)),
                Count("deadlocks shown", *_deadlocks(desks)),
                *check(history, events, all_of=everybody(events) - {ADA.id}),
                *(await fired_once(patience=PATIENCE)),
            ),
            (
                Figure("acts", len(took), scale.acts, "", least=True),
                Figure("kills", _kills(house), scale.kills, "", least=True),
                Figure("fired meanwhile", fired, scale.fired, "", least=True),
                Figure("p99", quantile(took, 0.99) * 1000, 250, "ms"),
            ),
            f"{done:,} done, {len(tickets.ids)} tickets, {scale.people} people without a pause, "
            f"p50 {quantile(took, 0.5) * 1000:.0f} ms",
        )


@dataclass(slots=True)
class Tickets:
    """All that were opened so far; each falls due by the same ladder."""

    house: House
    policy: Policy
    sooner: timedelta
    ids: list[str] = field(default_factory=list)

    async def open(self) -> None:
        """Another one."""
        at = await self.house.now() - self.sooner
        ticket = await store(opened(policy=self.policy, at=at))
        self.ids.append(str(ticket.id))


async def _act(
    desks: Sequence[Desk], tickets: Tickets, scale: Scale, *, until: Callable[[], bool]
) -> None:
    """People do so many acts at least; and there is always another ticket that will fall due."""
    left = takewhile(lambda n: n < scale.acts or not until(), count())
    async with asyncio.TaskGroup() as people:
        for seed, desk in enumerate(desks):
            people.create_task(_person(desk, tickets, left, scale, seed=seed))


async def _person(
    desk: Desk, tickets: Tickets, left: Iterator[int], scale: Scale, *, seed: int
) -> None:
    """Do anything to anything; what got no answer is sent again until it has one."""
    chance = random.Random(seed)
    for n in left:
        if n % scale.acts_to_a_ticket == 0:
            await tickets.open()
        act, given = chance.choice(ACTS)
        ticket, mark = chance.choice(tickets.ids), new_mark()
        words = {name: mark if value == MARK else value for name, value in given.items()}
        now = asyncio.get_running_loop().time()
        operation = Operation(mark, act, ticket, now, was_so=partial(_was_so, act, given))
        desk.history.operations.append(operation)
        await desk.until_known(operation, ticketId=ticket, **words)


def _was_so(act: str, given: Given, state: Given) -> bool:
    """Whether the ticket stood so already that there was nothing to do."""
    match act:
        case "acknowledgeTicket":
            return state["acknowledged_at"] is not None
        case "acceptTicket":
            return state["accepted_at"] is not None
        case "escalateTicket" | "deescalateTicket":
            return state["tier"] != given["expectedTier"]
        case "flagUrgent":
            return state["flagged"] == given.get("flagged", True)
        case _:
            return state["priority"] == given.get("priority")


def _kills(house: House) -> int:
    return sum(program.kills for program in house.programs)


@asynccontextmanager
async def _killing(programs: Sequence[Program], *, every_s: float) -> AsyncIterator[None]:
    """Kill one after the other as long as the `with` lasts; all of them work when it ends."""
    over = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_kill(programs, over, every_s=every_s))
        yield
        over.set()


async def _kill(programs: Sequence[Program], over: asyncio.Event, *, every_s: float) -> None:
    """Each in its turn, as kill -9 does; the next one when that works again."""
    for program in cycle(programs):
        await asyncio.sleep(every_s)
        if over.is_set():
            return
        await asyncio.to_thread(program.kill)
        await asyncio.to_thread(program.start().ready)


async def _until_all_that_is_due_has_fired() -> None:
    async with asyncio.timeout(30):
        while await fetch(_DUE):
            await asyncio.sleep(0.1)


def _by_engines(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    """What fired, but for rungs that people made overdue: those are of the moment of their act."""
    acts = {(event.ticket_id, event.at) for event in events if event.by is not None}
    return [one for one in events if one.by is None and (one.ticket_id, one.at) not in acts]


def _not_open(events: Sequence[StoredEvent]) -> tuple[int, tuple[str, ...]]:
    """What an engine did to a ticket that was not live just before."""
    lives: dict[UUID, list[StoredEvent]] = {}
    for event in events:
        if event.ticket_id is not None:
            lives.setdefault(event.ticket_id, []).append(event)
    wrong = [
        f"{event.kind} at {event.position} of a ticket that was {(before.state or {})['status']}"
        for life in lives.values()
        for before, event in pairwise(life)
        if event.by is None and (before.state or {})["status"] not in LIVE
    ]
    return len(wrong), tuple(wrong[:5])


def _deadlocks(desks: Sequence[Desk]) -> tuple[int, tuple[str, ...]]:
    """What a client was told that was neither a refusal of the SOP nor the end of its server."""
    said = [said for desk in desks for said in desk.said if " " in said]
    return len(said), tuple(said[:3])


_DUE = """
SELECT 1 FROM deadline d JOIN ticket t ON t.id = d.ticket_id AND t.cycle = d.cycle
WHERE d.state = 'ARMED' AND d.due_at < clock_timestamp() - interval '1 second'
  AND t.status IN ('OPEN', 'IN_PROGRESS', 'ON_HOLD')
LIMIT 1
"""
