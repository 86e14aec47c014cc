"""R11: people do anything to anything while engines fire, and both kinds of process are killed."""

import asyncio
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from uuid import UUID

from escgraph.domain.terms import LIVE, Role, Tier
from escgraph.store import stream
from escgraph.store.database import fetch
from escgraph.store.stream import StoredEvent
from tests.faults.consistent import consistent
from tests.faults.desk import Desk, new_mark
from tests.faults.history import History, Operation, Outcome, check
from tests.faults.house import SECOND, Ground, House, on_postgres, publish_quick
from tests.faults.ladder import fired_once
from tests.faults.programs import Program
from tests.faults.report import Count, Figure, Report, quantile
from tests.store.ladders import opened, store

WEBS, WORKERS = 2, 2
LADDER = (4 * SECOND, 8 * SECOND, 14 * SECOND, 16 * SECOND, 18 * SECOND)
"""Short against the run, so that most tickets are in an engine's hands several times."""

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
    """`tickets` are few beside `acts`, so that people and engines meet on them."""

    acts: int
    tickets: int
    people: int
    kill_every_s: float


FULL = Scale(acts=20_000, tickets=300, people=6, kill_every_s=3.0)
REDUCED = Scale(acts=300, tickets=20, people=4, kill_every_s=1.0)


async def run(scale: Scale, ground: Ground) -> Report:
    async with on_postgres(ground) as house, AsyncExitStack() as open_desks:
        tickets = await _tickets(house, scale)
        token, history = await house.hire(Role.MANAGER, Tier.MANAGEMENT), History()
        workers = house.workers(WORKERS)
        webs = [await asyncio.to_thread(house.web) for _ in range(WEBS)]
        desks = [
            await open_desks.enter_async_context(Desk(house.url(web), token, history))
            for web in webs
            for _ in range(scale.people // WEBS)
        ]
        killing = asyncio.create_task(_kill([*workers, *webs], every_s=scale.kill_every_s))
        left = iter(range(scale.acts))
        async with asyncio.TaskGroup() as people:
            for seed, desk in enumerate(desks):
                people.create_task(_person(desk, tickets, left, seed=seed))
        killing.cancel()
        await _until_all_that_is_due_has_fired()
        events = await stream.read(0, limit=200_000)
        kills = sum(program.kills for program in house.programs)
        fired = sum(event.by is None for event in events)
        done = sum(one.outcome is Outcome.OK for one in history.operations)
        took = [seconds for desk in desks for seconds in desk.took]
        return Report(
            (
                Count("escalated though not open", *_not_open(events)),
                Count("deadlocks shown", *_deadlocks(desks)),
                *check(history, events),
                *(await fired_once()),
                await consistent(),
            ),
            (
                Figure("acts", len(took), scale.acts, "", least=True),
                Figure("fired meanwhile", fired, scale.tickets, "", least=True),
                Figure("p99", quantile(took, 0.99) * 1000, 250, "ms"),
            ),
            f"{done:,} done, {kills} kills, {scale.people} people without a pause, "
            f"p50 {quantile(took, 0.5) * 1000:.0f} ms",
        )


async def _tickets(house: House, scale: Scale) -> list[str]:
    policy = await publish_quick(*LADDER)
    now = await house.now()
    made = [await store(opened(policy=policy, at=now)) for _ in range(scale.tickets)]
    return [str(ticket.id) for ticket in made]


async def _person(desk: Desk, tickets: Sequence[str], left: Iterator[int], *, seed: int) -> None:
    """Do anything to anything; what got no answer is sent again until it has one."""
    chance = random.Random(seed)
    for _ in left:
        act, given = chance.choice(ACTS)
        ticket, mark = chance.choice(tickets), new_mark()
        words = {name: mark if value == MARK else value for name, value in given.items()}
        now = asyncio.get_running_loop().time()
        operation = Operation(mark, act, ticket, now, was_so=partial(_was_so, act, given))
        if MARK in given.values():
            desk.history.operations.append(operation)
        await desk.until_known(operation, ticketId=ticket, **words)


def _was_so(act: str, given: Given, state: Given) -> bool:
    """Whether the ticket stood so already that there was nothing to do."""
    match act:
        case "escalateTicket" | "deescalateTicket":
            return state["tier"] != given["expectedTier"]
        case "flagUrgent":
            return state["flagged"] == given.get("flagged", True)
        case _:
            return state["priority"] == given.get("priority")


async def _kill(programs: Sequence[Program], *, every_s: float) -> None:
    """Each in its turn, as kill -9 does; the next one when that works again."""
    for n in range(10_000):
        await asyncio.sleep(every_s)
        program = programs[n % len(programs)]
        await asyncio.to_thread(program.kill)
        await asyncio.to_thread(program.start().ready)


async def _until_all_that_is_due_has_fired() -> None:
    async with asyncio.timeout(30):
        while await fetch(_DUE):
            await asyncio.sleep(0.1)


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
