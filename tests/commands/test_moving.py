"""Moving tickets to the policy in force, on real databases: one transaction each (P5, Q5)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from types import MappingProxyType

import pytest

from escgraph.commands import ending, moving
from escgraph.commands.acting import Call
from escgraph.commands.moving import Chosen, Found, Moves, Named, move_tickets
from escgraph.domain.errors import (
    ConflictError,
    DomainError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    WrongStatusError,
)
from escgraph.domain.policy import SOP, Targets
from escgraph.domain.terms import DeadlineKind, Priority, ResolutionCode, TicketId, Tier
from escgraph.queries import policy_moves
from escgraph.queries.policy_moves import Preview
from escgraph.queries.tickets import TicketFilter
from escgraph.store import database, escalations, stream, tickets
from escgraph.store.idempotency import Request
from tests.queries.house import NINE, House, hours, nobody
from tests.queries.published import publish

FASTER = replace(
    SOP,
    version=2,
    targets=MappingProxyType(
        dict.fromkeys(Priority, Targets(hours(0.5), hours(1), hours(1.5), hours(2)))
    ),
)
ALL = Found(TicketFilter())


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    await database.connect(database_url, pool_size=6)
    house = House()
    await house.move_in()
    yield house
    await database.close()


async def move(
    house: House,
    chosen: Chosen = ALL,
    *,
    version: int = 2,
    after: float = 1,
    expected: int | None = None,
    request: Request | None = None,
) -> Moves:
    call = Call(by=house.administrator, at=NINE + hours(after), request=request)
    return await move_tickets(
        chosen, version=version, reason="Tightened", call=call, expected=expected
    )


async def resolve(house: House, ticket_id: TicketId) -> None:
    await ending.resolve_ticket(
        ticket_id,
        call=house.call(house.agent, NINE),
        summary="x",
        code=ResolutionCode.FIXED,
        root_cause="",
    )


async def test_publishing_moves_no_open_ticket(house: House) -> None:
    """P5."""
    ticket_id = await house.open(priority=Priority.LOW)
    before = await tickets.load(ticket_id)
    await publish(FASTER, at=NINE)

    await house.sweep(NINE + hours(3))

    assert await tickets.load(ticket_id) == before


async def test_a_move_writes_the_ticket_its_deadlines_and_its_events_in_one_go(
    house: House,
) -> None:
    """P5, A8: what is past fires in the same transaction."""
    ticket_id = await house.open(priority=Priority.LOW)
    await publish(FASTER, at=NINE)
    before = (await stream.head()).position

    moves = await move(house, Named((ticket_id,)))

    events = await stream.read(before, limit=10)
    assert [event.kind for event in events] == [
        "TicketMovedToPolicy",
        "ResponseBreached",
        "TicketEscalated",
    ]
    assert {event.by for event in events[:1]} == {house.administrator.person}
    (moved,) = moves.moved
    assert (moved.id, moved.from_version) == (ticket_id, 1)
    assert [row.kind for row in moved.fired] == [DeadlineKind.RESPONSE, DeadlineKind.LEVEL_2]
    assert moves.position == before + 3 == (await stream.head()).position
    ticket = await tickets.load(ticket_id)
    assert (ticket.policy_version, ticket.tier) == (2, Tier.LEVEL_2)
    (escalation,) = await escalations.of_tickets([ticket_id])
    assert escalation.catch_up
    assert escalation.facts.policy_version == 2


async def test_the_engine_goes_by_the_new_deadlines_from_then_on(house: House) -> None:
    """P5: LEVEL_3, which the SOP's policy does not have."""
    ticket_id = await house.open(priority=Priority.LOW)
    await publish(FASTER, at=NINE)
    await move(house)

    await house.sweep(NINE + hours(1.5))

    assert (await tickets.load(ticket_id)).tier is Tier.LEVEL_3


async def test_a_filter_chooses_live_tickets_of_other_versions_only(house: House) -> None:
    """P5: the oldest first."""
    first = await house.open("First", Priority.LOW)
    await house.open("Other", Priority.MEDIUM)
    done = await house.open("Done", Priority.LOW)
    second = await house.open("Second", Priority.LOW, at=NINE + hours(0.1))
    await resolve(house, done)
    await publish(FASTER, at=NINE)
    await house.open("New", Priority.LOW)

    moves = await move(house, Found(TicketFilter(priorities=(Priority.LOW,))))
    rest = await move(house, Found(TicketFilter(policy_version=1)))

    assert [one.id for one in moves.moved] == [first, second]
    assert (moves.unchanged, moves.refused, moves.left) == ([], [], 0)
    assert len(rest.moved) == 1


async def test_moving_again_changes_nothing(house: House) -> None:
    """P5: idempotent by the ticket's own state."""
    ticket_id = await house.open()
    await publish(FASTER, at=NINE)
    await move(house)
    before, position = await tickets.load(ticket_id), (await stream.head()).position

    by_filter, by_id = await move(house), await move(house, Named((ticket_id, ticket_id)))

    assert (by_filter.moved, by_filter.unchanged) == ([], [])
    assert (by_id.moved, by_id.unchanged) == ([], [ticket_id])
    assert by_id.position == position
    assert await tickets.load(ticket_id) == before


async def test_what_cannot_be_moved_is_told_and_the_others_are_moved(house: House) -> None:
    """P5: each in a transaction of its own."""
    done, live = await house.open(), await house.open()
    await resolve(house, done)
    await publish(FASTER, at=NINE)
    unknown = TicketId(nobody())

    moves = await move(house, Named((done, unknown, live)))

    assert [one.id for one in moves.moved] == [live]
    assert [(one.id, type(one.error)) for one in moves.refused] == [
        (done, WrongStatusError),
        (unknown, NotFoundError),
    ]
    assert (await tickets.load(done)).policy_version == 1


async def test_no_ticket_moves_to_a_version_that_is_not_in_force(house: House) -> None:
    """P5."""
    await house.open()
    await publish(FASTER, at=NINE)

    with pytest.raises(InvalidInputError, match="move to version 2") as refused:
        await move(house, version=1)
    assert refused.value.field == ("toVersion",)
    with pytest.raises(NotFoundError, match="no policy version 3"):
        await move(house, version=3)


async def test_who_looked_before_is_told_when_there_are_others_now(house: House) -> None:
    """Q5: nothing moves."""
    await house.open()
    await publish(FASTER, at=NINE)
    looked = await preview(house)
    assert looked.tickets == 1
    await move(house)

    with pytest.raises(ConflictError, match="0 tickets to move now and not 1"):
        await move(house, expected=looked.tickets)
    assert (await move(house, expected=0)).moved == []


async def test_a_key_keeps_which_tickets_were_chosen(house: House) -> None:
    """Sent again it moves those that are left of them, and no others."""
    first = await house.open()
    await publish(FASTER, at=NINE)
    request = Request(key="monday", act="moveTicketsToPolicy", payload_hash="same")
    once = await move(house, request=request, expected=1)
    await database.execute("UPDATE ticket SET policy_version = 1 WHERE id = $1", first)
    other = await late_ticket(house)

    again = await move(house, request=request, expected=1)

    assert [one.id for one in once.moved] == [one.id for one in again.moved] == [first]
    assert (await tickets.load(other)).policy_version == 1
    with pytest.raises(ConflictError, match="used with another request"):
        await move(house, request=replace(request, payload_hash="other"))


async def late_ticket(house: House) -> TicketId:
    """One that goes by the old version, though it is newer than the choice."""
    ticket_id = await house.open()
    await database.execute("UPDATE ticket SET policy_version = 1 WHERE id = $1", ticket_id)
    return ticket_id


async def test_more_tickets_than_go_at_once_are_left_for_the_next_time(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each go makes progress."""
    monkeypatch.setattr("escgraph.store.policy_moves.MOST", 2)
    ids = [await house.open() for _ in range(5)]
    await publish(FASTER, at=NINE)

    moves = [await move(house) for _ in range(4)]

    assert [(len(one.moved), one.left) for one in moves] == [(2, 3), (2, 1), (1, 0), (0, 0)]
    with pytest.raises(InvalidInputError, match="3 tickets are named; name 2 at most"):
        await move(house, Named(tuple(ids[:3])))


async def test_only_administrators_move_tickets(house: House) -> None:
    """P2."""
    call = Call(by=house.manager, at=NINE)
    with pytest.raises(ForbiddenError, match="ask ADMINISTRATOR"):
        await move_tickets(ALL, version=1, reason="x", call=call)


async def test_whoever_has_a_shell_moves_tickets_too(house: House) -> None:
    """P5."""
    ticket_id = await house.open()
    await publish(FASTER, at=NINE)

    moves = await moving.move_tickets_at_once(
        Named((ticket_id,)), version=2, reason="Tightened", by=None, at=NINE
    )

    assert [one.id for one in moves.moved] == [ticket_id]


async def preview(
    house: House, chosen: Chosen = ALL, *, after: float = 1, first: int = 50
) -> Preview:
    return await policy_moves.preview(
        chosen, version=2, at=NINE + hours(after), first=first, viewer=house.manager
    )


async def test_a_preview_tells_what_a_move_then_does(house: House) -> None:
    """Q5: it writes nothing; what fires comes first."""
    calm = await house.open("Calm", Priority.LOW, at=NINE + hours(0.8))
    late = await house.open("Late", Priority.LOW, at=NINE + hours(0.1))
    later = await house.open("Later", Priority.LOW)
    await publish(FASTER, at=NINE)
    before = await stream.head()

    looked = await preview(house)
    assert await stream.head() == before
    moves = await move(house)

    assert [one.ticket.id for one in looked.moves] == [later, late, calm]
    assert (looked.tickets, looked.looked_at, looked.firing) == (3, 3, 2)
    assert looked.kinds == {DeadlineKind.RESPONSE: 2, DeadlineKind.LEVEL_2: 1}
    foretold = {one.ticket.id: [row.kind for row in one.firing] for one in looked.moves}
    assert foretold == {one.id: [row.kind for row in one.fired] for one in moves.moved}
    for one in looked.moves:
        ticket = await tickets.load(one.ticket.id)
        assert one.after.deadlines == ticket.deadlines
        assert one.after.tier is ticket.tier


async def test_a_preview_shows_a_part_and_counts_all(house: House) -> None:
    """Q5: those that stay as they are too, where they are named."""
    live, done = await house.open(), await house.open()
    await resolve(house, done)
    await publish(FASTER, at=NINE)

    looked = await preview(house, Named((done, live)), first=1)

    assert [one.ticket.id for one in looked.moves] == [live]
    assert (looked.tickets, looked.looked_at, looked.firing) == (2, 2, 1)


async def test_a_preview_is_for_those_who_oversee(house: House) -> None:
    """P2."""
    await publish(FASTER, at=NINE)
    for viewer in house.everybody:
        looking = policy_moves.preview(ALL, version=2, at=NINE, first=1, viewer=viewer)
        if viewer in {house.manager, house.administrator}:
            assert (await looking).tickets == 0
        else:
            with pytest.raises(ForbiddenError, match="ADMINISTRATOR and MANAGER"):
                await looking


async def test_a_preview_refuses_what_a_move_refuses(house: House) -> None:
    await publish(FASTER, at=NINE)
    with pytest.raises(NotFoundError, match="check the id"):
        await preview(house, Named((TicketId(nobody()),)))
    with pytest.raises(InvalidInputError, match="first is 0"):
        await preview(house, first=0)
    with pytest.raises(DomainError, match="is not in force"):
        await policy_moves.preview(ALL, version=1, at=NINE, first=1, viewer=house.manager)


async def test_two_administrators_at_once_move_each_ticket_once(house: House) -> None:
    """P5: the row is locked and asked again."""
    ids = [await house.open() for _ in range(6)]
    await publish(FASTER, at=NINE)

    both = await asyncio.gather(move(house), move(house))

    moved = [one.id for moves in both for one in moves.moved]
    assert sorted(moved) == sorted(ids)
    assert not any(moves.refused for moves in both)
