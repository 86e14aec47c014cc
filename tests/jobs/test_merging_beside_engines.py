"""Merging while engines fire: nothing of a duplicate after its end, no rung twice (A23)."""

import asyncio
import random
from collections import Counter
from datetime import timedelta

from escgraph.clock import Clock
from escgraph.commands.acting import Call
from escgraph.commands.merging import merge_tickets
from escgraph.domain.errors import DomainError
from escgraph.domain.terms import TicketId
from escgraph.jobs import deadlines
from escgraph.runtime import beside
from escgraph.store import tickets
from escgraph.store.database import DatabaseBusy, fetch
from escgraph.stream.doorbell import LocalDoorbell
from tests.crowd import multiply
from tests.store.ladders import MANAGER, NINE, opened, store
from tests.store.left_behind import all_events

TICKETS = 160
PEOPLE = 6
HOURS_A_SECOND = 3600 * 4.0
BEGINS = NINE + timedelta(hours=3)
ENDS = NINE + timedelta(hours=19)


async def test_engines_fire_the_parents_rungs_once_and_nothing_of_a_duplicate(
    house_on_postgres: str,
) -> None:
    """A23, W3: in sixteen hours every ticket falls due three times, while it may be merged."""
    first = await store(opened())
    copies = await multiply(
        first.id, copies=TICKETS - 1, shift=lambda n: timedelta(minutes=n % 120)
    )
    ids = [first.id, *copies]

    await _work(ids)

    events = await all_events()
    assert [event.position for event in events] == list(range(1, len(events) + 1))
    merged = {event.ticket_id for event in events if event.kind == "TicketMerged"}
    absorbed = [event for event in events if event.kind == "DuplicateAbsorbed"]
    assert TICKETS // 4 < len(merged) == len(absorbed) < TICKETS
    for ticket_id in ids:
        told = [event for event in events if event.ticket_id == ticket_id]
        ticket = await tickets.load(ticket_id)
        assert (ticket.merged_into is not None) is (ticket_id in merged)
        if ticket_id in merged:
            assert told[-1].kind == "TicketMerged"
        assert [event.ticket_version for event in told] == list(range(1, ticket.version + 1))
        climbed = Counter(e.payload["to_tier"] for e in told if e.kind == "TicketEscalated")
        assert set(climbed.values()) <= {1}
    assert await _still_armed_of_the_dead() == 0


async def test_the_earliest_start_of_all_is_the_start_of_what_is_left(
    house_on_postgres: str,
) -> None:
    """A23: however many merge into one another at once."""
    first = await store(opened())
    copies = await multiply(first.id, copies=11, shift=lambda n: timedelta(minutes=n + 1))
    parent = copies[5]
    call = Call(by=MANAGER, at=NINE + timedelta(minutes=30))

    await asyncio.gather(
        *(
            merge_tickets(child, parent, call=call, reason="One outage")
            for child in (first.id, *copies)
            if child != parent
        )
    )

    kept = await tickets.load(parent)
    assert kept.clock_started_at == NINE
    assert kept.version == 1 + len(copies)


async def _work(ids: list[TicketId]) -> None:
    clock = Clock(speed=HOURS_A_SECOND, start=BEGINS)
    engines = [
        deadlines.run(clock=clock, ring=LocalDoorbell().ring, name=str(n), stands_in=False)
        for n in range(2)
    ]
    async with beside(*engines):
        await asyncio.gather(*(_merge(n, ids, clock=clock) for n in range(PEOPLE)))


async def _merge(seed: int, ids: list[TicketId], *, clock: Clock) -> None:
    """Merge any two, again and again; what is refused is refused."""
    chance = random.Random(seed)
    while (now := clock.now()) < ENDS:
        child, parent = chance.sample(ids, 2)
        try:
            await merge_tickets(child, parent, call=Call(by=MANAGER, at=now), reason="One outage")
        except (DomainError, DatabaseBusy):
            await asyncio.sleep(0.05)


async def _still_armed_of_the_dead() -> int:
    (row,) = await fetch(
        "SELECT count(*) AS rows FROM deadline d JOIN ticket t ON t.id = d.ticket_id "
        "WHERE d.state = 'ARMED' AND t.status = 'CANCELLED'"
    )
    return int(row["rows"])
