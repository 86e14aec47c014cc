"""Firing on PostgreSQL while others change the very tickets that are due."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from escgraph.domain import ending, holds, ladder, work
from escgraph.domain.policy import SOP
from escgraph.domain.state import state_of
from escgraph.domain.terms import DeadlineKind, EscalationReason, HoldReason, ResolutionCode, Tier
from escgraph.domain.ticket import Change, Ticket
from escgraph.store import database, firing, tickets
from escgraph.store.database import execute, fetch
from escgraph.store.transactions import unit_of_work
from tests.store import ladders
from tests.store.holding import GATE, others_hold
from tests.store.ladders import AGENT, HOUR, MANAGER, NINE, move_in, store, untouched
from tests.store.left_behind import all_events, expected, history, left

pytestmark = pytest.mark.usefixtures("house")

DUE = NINE + 4 * HOUR


@pytest.fixture
async def house(pg_url: str) -> AsyncIterator[None]:
    await database.connect(pg_url)
    await move_in()
    yield
    await database.close()


@asynccontextmanager
async def an_engine_that_has_seen_and_not_yet_locked() -> AsyncIterator[asyncio.Task[int]]:
    """An engine at `DUE` that stands between its snapshot and its locks, until the end."""
    await execute("ALTER TABLE heartbeat RENAME TO heartbeat_before")
    await execute(GATE)
    async with others_hold("SELECT pg_advisory_xact_lock(42)"):
        engine = asyncio.create_task(_fire())
        await _waiting(1)
        yield engine


async def _fire() -> int:
    return (await firing.fire(now=DUE, limit=10)).count


async def act(ticket: Ticket, decide: Callable[[Ticket], Change]) -> None:
    """A command: lock, ask, save."""

    async def work() -> None:
        locked = await tickets.locked(ticket.id)
        await tickets.save(locked, decide(locked))

    await unit_of_work(work)


def resolve(ticket: Ticket) -> Change:
    return ending.resolve(
        ticket,
        by=MANAGER,
        at=DUE,
        policy=SOP,
        summary="fixed",
        code=ResolutionCode.FIXED,
        root_cause="",
    )


def acknowledge(ticket: Ticket) -> Change:
    return work.acknowledge(ticket, by=AGENT, at=DUE, policy=SOP)


def hold(ticket: Ticket) -> Change:
    reason = HoldReason.AWAITING_VENDOR
    return holds.hold(ticket, by=MANAGER, at=DUE, policy=SOP, reason=reason, note="")


def escalate(ticket: Ticket) -> Change:
    return ladder.escalate(
        ticket,
        by=AGENT,
        at=DUE,
        policy=SOP,
        expected_tier=Tier.LEVEL_1,
        to_tier=None,
        reason=EscalationReason.NO_ACCESS,
        comment="",
    )


@pytest.mark.parametrize("answer", [resolve, acknowledge], ids=lambda act: act.__name__)
async def test_an_answer_that_was_committed_before_the_lock_comes_first(
    answer: Callable[[Ticket], Change],
) -> None:
    ticket = await store(untouched())
    async with an_engine_that_has_seen_and_not_yet_locked() as engine:
        await act(ticket, answer)

    assert await engine == 0
    assert await _fire() == 0
    after = await tickets.load(ticket.id)
    assert after.version == 2
    assert after.response_breached_at is None


@pytest.mark.parametrize("moving", [hold, escalate], ids=lambda act: act.__name__)
async def test_a_ticket_that_changed_under_the_engine_waits_for_the_next_pass(
    moving: Callable[[Ticket], Change],
) -> None:
    """Its deadlines as the statement saw them are no longer true, its own row is."""
    ticket = await store(untouched())
    async with an_engine_that_has_seen_and_not_yet_locked() as engine:
        await act(ticket, moving)
    assert await engine == 0
    moved = await tickets.load(ticket.id)

    assert await _fire() == 1

    assert await left(moved) == expected(moved, DeadlineKind.RESPONSE, at=DUE)
    assert await _row_says_what_the_last_event_says(ticket)


async def test_others_fire_at_once_while_somebody_holds_a_ticket() -> None:
    held, free = await store(untouched()), await store(untouched())
    acting, go_on = asyncio.Event(), asyncio.Event()

    async def act_slowly() -> None:
        locked = await tickets.locked(held.id)
        acting.set()
        await go_on.wait()
        await tickets.save(locked, acknowledge(locked))

    actor = asyncio.create_task(unit_of_work(act_slowly))
    await acting.wait()

    assert await _fire() == 1
    assert await _fire() == 0

    go_on.set()
    await actor
    assert await _fire() == 0
    assert (await tickets.load(held.id)).response_breached_at is None
    assert (await tickets.load(free.id)).response_breached_at == DUE


async def test_an_engine_fires_although_somebody_points_at_the_ticket() -> None:
    """A row with a foreign key to it keeps the ticket from being removed, and from nothing else."""
    ticket = await store(untouched())

    async with others_hold(f"SELECT 1 FROM ticket WHERE id = '{ticket.id}' FOR KEY SHARE"):
        assert await _fire() == 1


async def test_an_act_waits_for_an_engine_that_has_the_ticket_and_sees_what_it_did() -> None:
    ticket = await store(untouched())
    taken, go_on = asyncio.Event(), asyncio.Event()

    async def take_the_counter() -> None:
        await fetch("SELECT position FROM stream FOR UPDATE")
        taken.set()
        await go_on.wait()

    keeper = asyncio.create_task(unit_of_work(take_the_counter))
    await taken.wait()
    engine = asyncio.create_task(_fire())
    await _waiting(1)
    actor = asyncio.create_task(act(ticket, resolve))
    await _waiting(2)
    go_on.set()
    await asyncio.gather(keeper, actor)

    assert await engine == 1
    kinds = [type(event).__name__ for _, event, _ in await history(ticket.id)]
    assert kinds == ["TicketOpened", "ResponseBreached", "TicketResolved"]


async def test_an_engine_that_waits_holds_up_nobody_who_writes_elsewhere() -> None:
    """The stream's counter is the last lock that its statement takes."""
    await store(ladders.held())
    locked, go_on = asyncio.Event(), asyncio.Event()

    async def keep_the_pause() -> None:
        await fetch("SELECT id FROM pause FOR UPDATE")
        locked.set()
        await go_on.wait()

    keeper = asyncio.create_task(unit_of_work(keep_the_pause))
    await locked.wait()
    engine = asyncio.create_task(firing.fire(now=NINE + 1000 * HOUR, limit=10))
    await _waiting(1)

    try:
        free = await fetch("SELECT position FROM stream FOR UPDATE NOWAIT")
    finally:
        go_on.set()
        await asyncio.gather(keeper, engine)

    assert free == [{"position": 3}]
    assert engine.result().position == 4


async def test_engines_at_once_fire_each_deadline_once() -> None:
    count = 40
    for _ in range(count):
        await store(untouched())

    fired = await asyncio.gather(*(firing.fire(now=DUE, limit=count) for _ in range(6)))

    assert sum(one.count for one in fired) <= count
    while await _fire():
        pass
    events = await all_events()
    assert [event.position for event in events] == list(range(1, 2 * count + 1))
    assert len({event.ticket_id for event in events if event.kind == "ResponseBreached"}) == count


async def _waiting(sessions: int) -> None:
    """Return as soon as that many sessions wait for a lock."""
    while await _waiters() < sessions:  # noqa: ASYNC110 - only the database knows it
        await asyncio.sleep(0.005)


async def _waiters() -> int:
    (row,) = await fetch(
        "SELECT count(*) AS count FROM pg_stat_activity "
        "WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    count: int = row["count"]
    return count


async def _row_says_what_the_last_event_says(ticket: Ticket) -> bool:
    (row,) = await fetch("SELECT next_due_at FROM ticket WHERE id = $1", ticket.id)
    _, _, said = (await history(ticket.id))[-1]
    after = state_of(await tickets.load(ticket.id))
    return said == after and row["next_due_at"] == after.next_due_at
