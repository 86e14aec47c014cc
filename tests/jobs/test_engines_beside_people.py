"""Engines and people at work on the same tickets at once: nobody's work is lost or contradicted."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from escgraph.clock import Clock
from escgraph.commands.acting import Call, Written
from escgraph.commands.ending import reopen_ticket, resolve_ticket
from escgraph.commands.ladder import escalate_ticket, hold_ticket, resume_ticket
from escgraph.commands.urgency import change_priority
from escgraph.commands.work import accept_ticket, acknowledge_ticket
from escgraph.domain.errors import DomainError
from escgraph.domain.policy import SOP, Targets
from escgraph.domain.state import TicketState, state_of
from escgraph.domain.terms import (
    LIVE,
    EscalationReason,
    HoldReason,
    Priority,
    ResolutionCode,
    TicketId,
)
from escgraph.jobs import deadlines
from escgraph.runtime import beside
from escgraph.store import escalations, tickets
from escgraph.store.codec import read_state
from escgraph.store.database import DatabaseBusy, fetch
from escgraph.store.stream import StoredEvent
from escgraph.store.values import moment
from escgraph.stream.doorbell import LocalDoorbell
from tests.crowd import multiply
from tests.store.ladders import MANAGER, NINE, opened, publish, store
from tests.store.left_behind import all_events

TICKETS = 240
ENGINES = 3
PEOPLE = 6
ENDS = timedelta(minutes=6)
"""Of simulated time, a second each."""

MINUTE = timedelta(minutes=1)
IN_MINUTES = replace(
    SOP,
    version=4,
    targets=MappingProxyType(
        {
            Priority.HIGH: Targets(MINUTE / 2, MINUTE, None, 2 * MINUTE),
            Priority.MEDIUM: Targets(MINUTE, 2 * MINUTE, 3 * MINUTE, 4 * MINUTE),
            Priority.LOW: Targets(2 * MINUTE, 4 * MINUTE, None, 6 * MINUTE),
        }
    ),
    hold_cap=MINUTE,
    reopening_grace=MINUTE / 4,
    reminders=(MINUTE / 2, MINUTE),
)

Act = Callable[[TicketId, Call], Awaitable[Written]]


async def _escalate(ticket_id: TicketId, call: Call) -> Written:
    tier = (await tickets.facts(ticket_id)).tier
    reason = EscalationReason.NO_ACCESS
    return await escalate_ticket(ticket_id, call=call, expected_tier=tier, reason=reason)


ACTS: tuple[Act, ...] = (
    lambda t, call: resolve_ticket(
        t, call=call, summary="fixed", code=ResolutionCode.FIXED, root_cause=""
    ),
    lambda t, call: reopen_ticket(t, call=call, reason="again"),
    lambda t, call: hold_ticket(t, call=call, reason=HoldReason.AWAITING_VENDOR),
    lambda t, call: resume_ticket(t, call=call),
    *(
        lambda t, call, priority=priority: change_priority(
            t, call=call, priority=priority, reason="it hurries"
        )
        for priority in Priority
    ),
    _escalate,
    lambda t, call: acknowledge_ticket(t, call=call),
    lambda t, call: accept_ticket(t, call=call),
)


async def test_engines_and_people_never_contradict_each_other(house_on_postgres: str) -> None:
    await publish(IN_MINUTES)
    first = await store(opened(policy=IN_MINUTES))
    spread = 3 * MINUTE
    copies = await multiply(first.id, copies=TICKETS - 1, shift=lambda n: spread * (n / TICKETS))

    await _work_until([first.id, *copies], end=NINE + ENDS)

    events = await all_events()
    assert [event.position for event in events] == list(range(1, len(events) + 1))
    fired = 0
    for ticket_id in (first.id, *copies):
        told = [event for event in events if event.ticket_id == ticket_id]
        fired += sum(event.by is None for event in told)
        await _the_row_is_what_its_events_add_up_to(ticket_id, told)
        _engines_fired_only_what_lived(told)
        await _each_escalation_froze_what_it_found(ticket_id, told)
    assert fired > TICKETS
    assert len(events) - fired > 2 * TICKETS


async def _work_until(ids: list[TicketId], *, end: datetime) -> None:
    clock = Clock(speed=60.0, start=NINE)
    engines = [
        deadlines.run(clock=clock, ring=LocalDoorbell().ring, name=str(n), stands_in=False)
        for n in range(ENGINES)
    ]
    async with beside(*engines):
        await asyncio.gather(*(_person(n, ids, clock=clock, end=end) for n in range(PEOPLE)))


async def _person(seed: int, ids: list[TicketId], *, clock: Clock, end: datetime) -> None:
    """Do anything to anything, as fast as the database allows; what is refused is refused."""
    chance = random.Random(seed)
    while (now := clock.now()) < end:
        act, ticket_id = chance.choice(ACTS), chance.choice(ids)
        try:
            await act(ticket_id, Call(by=MANAGER, at=now))
        except (DomainError, DatabaseBusy):
            await asyncio.sleep(0)


async def _the_row_is_what_its_events_add_up_to(
    ticket_id: TicketId, told: list[StoredEvent]
) -> None:
    ticket = await tickets.load(ticket_id)
    versions = [event.ticket_version for event in told]
    assert versions == list(range(1, ticket.version + 1))
    state = read_state(told[-1].state or {})
    assert state == state_of(ticket)
    (row,) = await fetch("SELECT next_due_at FROM ticket WHERE id = $1", ticket_id)
    assert moment(row["next_due_at"]) == state.next_due_at
    assert [event.at for event in told] == sorted(event.at for event in told)


def _engines_fired_only_what_lived(told: list[StoredEvent]) -> None:
    for before, event in _with_state_before(told):
        if event.by is None:
            assert before.status in LIVE
        if event.kind == "ResponseBreached":
            assert before.acknowledged_at is None


async def _each_escalation_froze_what_it_found(
    ticket_id: TicketId, told: list[StoredEvent]
) -> None:
    rows = {row.ticket_version: row for row in await escalations.of_tickets([ticket_id])}
    for before, event in _with_state_before(told):
        if event.kind == "TicketEscalated":
            row = rows.pop(event.ticket_version or 0)
            assert row.facts == before
            assert row.from_tier == before.tier
    assert rows == {}


def _with_state_before(told: list[StoredEvent]) -> list[tuple[TicketState, StoredEvent]]:
    states = [read_state(event.state or {}) for event in told]
    return list(zip(states, told[1:], strict=False))
