"""R3: a whole house full of deadlines falls due in one moment, while people work."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from escgraph.domain import work
from escgraph.domain.policy import Policy
from escgraph.domain.terms import Priority, Role, Tier
from escgraph.domain.ticket import Change
from escgraph.store.database import fetch
from escgraph.store.stream import head, stored_event
from escgraph.store.values import moment
from tests.faults.desk import Desk
from tests.faults.history import History, added, check
from tests.faults.house import SECOND, Ground, House, on_postgres, publish_quick
from tests.faults.ladder import fired_once, lateness, until_nothing_is_due
from tests.faults.mass import copy
from tests.faults.programs import Program
from tests.faults.report import Count, Figure, Report, quantile
from tests.store.ladders import AGENT, opened, store

LADDER = (timedelta(hours=1), timedelta(hours=2), timedelta(days=10))
"""Of half of the tickets the response is due, and of the others, which were answered, LEVEL_2."""

LEAD_IN = 2 * SECOND
LOW_FIRST = tuple(reversed(Priority))
"""So that an engine which took what was written first would come to HIGH last."""

DESKS = 4
A_SECOND = 5
"""How many acts each desk does."""

LEAST_S = 1.0
"""For how long they work from that moment on, however soon all have fired."""


@dataclass(frozen=True, slots=True)
class Scale:
    """So many deadlines are due at one moment, among `others` that are not due today.

    Attributes:
        mutations: how many there are meanwhile, at least.
    """

    deadlines: int
    others: int
    mutations: int


FULL = Scale(deadlines=100_002, others=5_000, mutations=50)
REDUCED = Scale(deadlines=2_400, others=600, mutations=DESKS)


async def run(scale: Scale, ground: Ground) -> Report:
    async with on_postgres(ground) as house:
        web = house.web()
        house.workers(2)
        due_at = await _open_tickets(house, scale)
        begun, history = (await head()).position, History()
        async with _desks(house, web, history) as desks:
            await _until(due_at, house)
            for desk in desks:
                desk.took.clear()
            await asyncio.sleep(LEAST_S)
            await until_nothing_is_due()
        unanswered = [said for desk in desks for said in desk.unanswered]
        acts = [stored_event(row) for row in await fetch(_ACTS, begun)]
        took = [one for desk in desks for one in desk.took]
        return Report(
            (
                *added((await fired_once(), check(history, acts))),
                Count("mutations not answered", len(unanswered), tuple(unanswered[:3])),
            ),
            (
                Figure("deadlines", len(await lateness()), scale.deadlines, "", least=True),
                Figure("drained", await _last(list(Priority), due_at), 30.0),
                Figure("HIGH", await _last([Priority.HIGH], due_at), 10.0),
                Figure("mutations", len(took), scale.mutations, "", least=True),
                Figure("mutations meanwhile p99", quantile(took, 0.99), 0.5),
            ),
            f"2 workers; {DESKS * A_SECOND} mutations each second, worst "
            f"{max(took, default=0):.2f} s",
        )


async def _open_tickets(house: House, scale: Scale) -> datetime:
    """When they are due: as many of each priority, and of each of the two deadlines.

    The others tell how long it takes here to write so many down.
    """
    policy = await publish_quick(*LADDER)
    began = await house.now()
    await _copies([_untouched(Priority.HIGH, began + LADDER[0], policy)], scale.others)
    took = await house.now() - began
    due_at = began + took * (2 * scale.deadlines / scale.others) + LEAD_IN
    stages = (_untouched, _answered)
    await _copies(
        [stage(one, due_at, policy) for one in LOW_FIRST for stage in stages], scale.deadlines
    )
    await house.settle()
    assert await house.now() < due_at, "to open the tickets took longer than until they are due"
    return due_at


async def _copies(originals: Sequence[Change], many: int) -> None:
    for change in originals:
        ticket = await store(change)
        number = ticket.number * 1_000_000
        await copy(ticket.id, copies=many // len(originals) - 1, numbered_from=number)


def _untouched(priority: Priority, due_at: datetime, policy: Policy) -> Change:
    return opened(priority, policy=policy, at=due_at - LADDER[0])


def _answered(priority: Priority, due_at: datetime, policy: Policy) -> Change:
    at = due_at - LADDER[1]
    change = opened(priority, policy=policy, at=at)
    return change.then(work.acknowledge(change.ticket, by=AGENT, at=at + SECOND, policy=policy))


@asynccontextmanager
async def _desks(house: House, web: Program, history: History) -> AsyncIterator[Sequence[Desk]]:
    """People who work, at a steady pace, as long as the `with` lasts."""
    token = await house.hire(Role.LEVEL_1_AGENT, Tier.LEVEL_1)
    over = asyncio.Event()
    async with AsyncExitStack() as opening:
        desks = [
            await opening.enter_async_context(Desk(house.url(web), token, history))
            for _ in range(DESKS)
        ]
        async with asyncio.TaskGroup() as working:
            for desk in desks:
                working.create_task(_work(desk, over))
            yield desks
            over.set()


async def _work(desk: Desk, over: asyncio.Event) -> None:
    """The last act is answered too, however long that takes."""
    while not over.is_set():
        ticket = await desk.open()
        await asyncio.sleep(1 / A_SECOND)
        if ticket is not None:
            await desk.note(ticket["id"])
        await asyncio.sleep(1 / A_SECOND)


async def _until(due_at: datetime, house: House) -> None:
    await asyncio.sleep((due_at - await house.now()).total_seconds())


async def _last(priorities: Collection[Priority], due_at: datetime) -> float:
    """How long after that moment the last deadline of such tickets fired, in seconds."""
    (row,) = await fetch(_LAST, list(priorities))
    return (cast("datetime", moment(row["last"])) - due_at).total_seconds()


_ACTS = "SELECT * FROM event WHERE position > $1 AND by_id IS NOT NULL"
_LAST = """
SELECT max(e.recorded_at) AS last FROM event e JOIN ticket t ON t.id = e.ticket_id
WHERE e.by_id IS NULL AND t.priority = ANY($1::text[])
"""
