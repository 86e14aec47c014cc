"""Tickets are moved between policies while engines fire and people act: nothing is contradicted."""

import asyncio
import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from escgraph.clock import Clock
from escgraph.commands.acting import Call
from escgraph.commands.moving import Found, TicketFilter, move_tickets_at_once
from escgraph.commands.work import acknowledge_ticket, log_action
from escgraph.domain.deadlines import arm
from escgraph.domain.errors import DomainError
from escgraph.domain.policy import Policy, Targets
from escgraph.domain.state import state_of
from escgraph.domain.terms import DeadlineState, Priority, TicketId
from escgraph.jobs import deadlines
from escgraph.runtime import beside
from escgraph.store import policies, tickets
from escgraph.store.codec import read_state
from escgraph.store.database import DatabaseBusy
from escgraph.store.stream import StoredEvent
from escgraph.stream.doorbell import LocalDoorbell
from tests.crowd import multiply
from tests.jobs.test_engines_beside_people import IN_MINUTES, MINUTE
from tests.store.ladders import AGENT, MANAGER, NINE, opened, publish, store
from tests.store.left_behind import all_events

TICKETS = 120
ENGINES = 2
PEOPLE = 2
VERSIONS = range(5, 11)
ENDS = timedelta(minutes=6)
"""Of simulated time, a second each."""


async def test_moves_and_engines_never_contradict_each_other(house_on_postgres: str) -> None:
    """P5, A8, W3: each rung once, by the version that the ticket went by at that moment."""
    await publish(IN_MINUTES)
    first = await store(opened(policy=IN_MINUTES))
    spread = 3 * MINUTE
    copies = await multiply(first.id, copies=TICKETS - 1, shift=lambda n: spread * (n / TICKETS))
    ids = [first.id, *copies]

    moved = await _work_until(ids, end=NINE + ENDS)

    events = await all_events()
    assert [event.position for event in events] == list(range(1, len(events) + 1))
    kinds = Counter(event.kind for event in events)
    assert kinds["TicketMovedToPolicy"] == moved > TICKETS
    assert kinds["TicketEscalated"] > TICKETS
    for ticket_id in ids:
        told = [event for event in events if event.ticket_id == ticket_id]
        await _the_row_is_what_its_events_add_up_to(ticket_id, told)
        _each_rung_fired_once(told)
        await _it_is_armed_as_its_policy_says(ticket_id)


async def _work_until(ids: list[TicketId], *, end: datetime) -> int:
    """How many tickets were moved, some of them several times."""
    clock = Clock(speed=60.0, start=NINE)
    engines = [
        deadlines.run(clock=clock, ring=LocalDoorbell().ring, name=str(n), stands_in=False)
        for n in range(ENGINES)
    ]
    async with beside(*engines), asyncio.TaskGroup() as group:
        for n in range(PEOPLE):
            group.create_task(_person(n, ids, clock=clock, end=end))
        return await _mover(clock=clock)


async def _mover(*, clock: Clock) -> int:
    """Each version is published and everything moved to it, slower and faster by turns."""
    moved = 0
    for version in VERSIONS:
        await publish(_policy(version))
        moves = await move_tickets_at_once(
            Found(TicketFilter()), version=version, reason="x", by=MANAGER.person, at=clock.now()
        )
        moved += len(moves.moved)
        assert not moves.refused
    return moved


def _policy(version: int) -> Policy:
    factor = 1.5 if version % 2 else 0.7
    targets = {
        priority: Targets(
            own.respond * factor,
            own.level_2 * factor,
            None if version % 3 else own.management * factor,
            own.management * factor,
        )
        for priority, own in IN_MINUTES.targets.items()
    }
    return replace(IN_MINUTES, version=version, targets=MappingProxyType(targets))


async def _person(seed: int, ids: list[TicketId], *, clock: Clock, end: datetime) -> None:
    chance = random.Random(seed)
    while (now := clock.now()) < end:
        ticket_id, call = chance.choice(ids), Call(by=AGENT, at=now)
        try:
            if chance.random() < 0.3:
                await acknowledge_ticket(ticket_id, call=call)
            else:
                await log_action(ticket_id, call=call, text="tried")
        except (DomainError, DatabaseBusy):
            await asyncio.sleep(0)


async def _the_row_is_what_its_events_add_up_to(
    ticket_id: TicketId, told: list[StoredEvent]
) -> None:
    ticket = await tickets.load(ticket_id)
    versions = [event.ticket_version for event in told]
    assert versions == list(range(1, ticket.version + 1))
    assert read_state(told[-1].state or {}) == state_of(ticket)
    assert ticket.policy_version == VERSIONS[-1]


def _each_rung_fired_once(told: list[StoredEvent]) -> None:
    reached = [event.payload["to_tier"] for event in told if event.kind == "TicketEscalated"]
    assert reached == sorted(set(reached))
    assert sum(event.kind == "ResponseBreached" for event in told) <= 1


async def _it_is_armed_as_its_policy_says(ticket_id: TicketId) -> None:
    ticket = await tickets.load(ticket_id)
    policy = await policies.of_version(ticket.policy_version)
    armed = [row for row in arm(ticket, policy).deadlines if row.state is DeadlineState.ARMED]
    assert armed == [row for row in ticket.deadlines if row.state is DeadlineState.ARMED]
    assert ticket.priority is Priority.MEDIUM
