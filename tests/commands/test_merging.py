"""Merging two tickets in one transaction, on real databases."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from escgraph.commands.acting import Call
from escgraph.commands.merging import merge_tickets
from escgraph.domain.errors import DomainError, NotFoundError, StaleVersionError, WrongStatusError
from escgraph.domain.terms import Priority, Status, TicketId, Tier
from escgraph.store import database, escalations, stream, tickets
from escgraph.store.database import fetch
from escgraph.store.idempotency import Request
from tests.queries.house import NINE, House, hours, minutes, nobody
from tests.store.ladders import THREE_RUNGS, publish


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    await database.connect(database_url, pool_size=6)
    house = House()
    await house.move_in()
    yield house
    await database.close()


@pytest.fixture
async def house_on_postgres(pg_url: str) -> AsyncIterator[House]:
    await database.connect(pg_url, pool_size=6)
    house = House()
    await house.move_in()
    yield house
    await database.close()


async def test_both_tickets_are_written_with_their_events_in_one_go(house: House) -> None:
    """A23, W3: all or nothing, the duplicate's event first, and no gap between."""
    child = await house.open("Mail is down", Priority.HIGH)
    parent = await house.open("No mail", Priority.HIGH, at=NINE + hours(1))
    before = (await stream.head()).position

    written = await merge_tickets(
        child, parent, call=house.call(house.agent, NINE + hours(2)), reason="One outage"
    )

    events = await stream.read(before, limit=10)
    assert [(event.kind, event.ticket_id) for event in events] == [
        ("TicketMerged", child),
        ("DuplicateAbsorbed", parent),
        ("ResponseBreached", parent),
        ("TicketEscalated", parent),
    ]
    assert written.id == child
    assert written.position == events[-1].position == before + 4
    kept, gone = await tickets.load(parent), await tickets.load(child)
    assert (kept.clock_started_at, kept.tier) == (NINE, Tier.LEVEL_2)
    assert (gone.status, gone.merged_into) == (Status.CANCELLED, parent)
    (escalation,) = await escalations.of_tickets([parent])
    assert escalation.catch_up
    assert escalation.due_at == NINE + hours(2)


async def test_the_engine_goes_on_with_the_parent_and_leaves_the_duplicate(house: House) -> None:
    """A23: management is reached by the earlier report, once."""
    child = await house.open("Mail is down", Priority.HIGH)
    parent = await house.open("No mail", Priority.HIGH, at=NINE + minutes(30))
    await merge_tickets(
        child, parent, call=house.call(house.agent, NINE + minutes(40)), reason="One outage"
    )

    await house.sweep(NINE + hours(4))

    assert (await tickets.load(parent)).tier is Tier.MANAGEMENT
    assert (await tickets.load(child)).tier is Tier.LEVEL_1
    assert {row.ticket_id for row in await escalations.of_tickets([child, parent])} == {parent}


async def test_what_goes_on_keeps_the_policy_that_it_was_opened_under(house: House) -> None:
    """P5, A23: only the start is the duplicate's."""
    child = await house.open("Search is slow", Priority.LOW)
    await publish(THREE_RUNGS)
    parent = await house.open("Search takes minutes", Priority.LOW, at=NINE + minutes(30))

    await merge_tickets(
        child, parent, call=house.call(house.agent, NINE + minutes(40)), reason="One index"
    )

    kept = await tickets.load(parent)
    assert kept.policy_version == THREE_RUNGS.version
    assert [row.due_at for row in kept.deadlines if row.armed][:4] == [
        NINE + hours(n) for n in (1, 2, 3, 4)
    ]


async def test_a_merge_under_a_key_happens_once(house: House) -> None:
    child, parent = await house.open("One"), await house.open("Two")
    request = Request(key="again", act="mergeTickets", payload_hash="same")
    call = Call(by=house.agent, at=NINE + hours(1), request=request)

    first = await merge_tickets(child, parent, call=call, reason="One outage")
    second = await merge_tickets(child, parent, call=call, reason="One outage")

    assert first == second
    assert (await tickets.load(parent)).version == 2


@pytest.mark.parametrize(
    ("seen", "field"), [((9, None), "expectedVersion"), ((None, 9), "expectedParentVersion")]
)
async def test_a_merge_of_what_another_changed_meanwhile_is_refused(
    house: House, seen: tuple[int | None, int | None], field: str
) -> None:
    child, parent = await house.open("One"), await house.open("Two")
    before = await stream.head()
    call = Call(by=house.agent, at=NINE + hours(1), version=seen[0])

    with pytest.raises(StaleVersionError) as refused:
        await merge_tickets(child, parent, call=call, reason="x", parent_version=seen[1])

    assert refused.value.field == (field,)
    assert refused.value.current == 1
    assert await stream.head() == before


@pytest.mark.parametrize("which", ["ticketId", "intoTicketId"])
async def test_a_merge_with_nothing_names_which_of_both_it_is(house: House, which: str) -> None:
    known, unknown = await house.open(), TicketId(nobody())
    pair = (unknown, known) if which == "ticketId" else (known, unknown)

    with pytest.raises(NotFoundError) as refused:
        await merge_tickets(*pair, call=house.call(house.agent, NINE), reason="x")

    assert refused.value.field == (which,)


async def test_a_refused_merge_leaves_both_as_they_were(house: House) -> None:
    one, two, three = [await house.open(title) for title in ("One", "Two", "Three")]
    call = house.call(house.agent, NINE + hours(1))
    await merge_tickets(one, two, call=call, reason="x")
    before = await stream.head()

    with pytest.raises(WrongStatusError, match="was itself merged into ESC-000002"):
        await merge_tickets(three, one, call=call, reason="x")
    with pytest.raises(WrongStatusError, match="was merged into ESC-000002 already"):
        await merge_tickets(one, three, call=call, reason="x")

    assert await stream.head() == before
    assert (await tickets.load(three)).version == 1


async def test_merges_that_cross_each_other_never_deadlock(house_on_postgres: House) -> None:
    """A23: both rows are locked in the order of their ids; of two, one comes first and wins."""
    house = house_on_postgres
    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"

    for _ in range(20):
        one, two = await house.open("One"), await house.open("Two")
        call = house.call(house.agent, NINE + hours(1))
        outcomes = await asyncio.gather(
            merge_tickets(one, two, call=call, reason="x"),
            merge_tickets(two, one, call=call, reason="x"),
            return_exceptions=True,
        )
        refusals = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        assert len(refusals) == 1
        assert isinstance(refusals[0], DomainError), refusals[0]
        assert isinstance(refusals[0], WrongStatusError)
        merged = [(await tickets.load(ticket)).merged_into for ticket in (one, two)]
        assert sorted(ticket is None for ticket in merged) == [False, True]
    assert (await fetch(deadlocks))[0]["deadlocks"] == 0


async def test_a_ring_of_merges_leaves_one_ticket_that_goes_on(house_on_postgres: House) -> None:
    """A23: whatever order they come in, no ticket is merged into one that ended."""
    house = house_on_postgres
    ring = [await house.open(str(n)) for n in range(6)]
    call = house.call(house.agent, NINE + hours(1))

    await asyncio.gather(
        *(
            merge_tickets(ticket, ring[n - 1], call=call, reason="x")
            for n, ticket in enumerate(ring)
        ),
        return_exceptions=True,
    )

    found = {ticket: await tickets.load(ticket) for ticket in ring}
    for ticket in found.values():
        assert ticket.live == (ticket.merged_into is None)
    assert any(ticket.live for ticket in found.values())
