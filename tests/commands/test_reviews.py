"""Reviews on real databases: opened with the resolution, written, completed, once each (D3)."""

import asyncio
from datetime import date, datetime

import pytest

from escgraph.commands import ending, reviews
from escgraph.commands.acting import Call, Written
from escgraph.domain.errors import (
    DomainError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    StaleVersionError,
    WrongStatusError,
)
from escgraph.domain.review import SECTIONS, Review
from escgraph.domain.review_writing import complete
from escgraph.domain.terms import (
    Priority,
    ResolutionCode,
    ReviewActionId,
    ReviewId,
    ReviewKind,
    ReviewSection,
    ReviewState,
    TicketId,
)
from escgraph.domain.ticket import Actor
from escgraph.store import review_search, stream, tickets
from escgraph.store import reviews as stored
from escgraph.store.idempotency import Request
from escgraph.store.transactions import unit_of_work
from tests.queries.house import NINE, House, hours, nobody

REACHED = NINE + hours(4)
RESOLVED = NINE + hours(5)
LATER = RESOLVED + hours(1)


async def reached(house: House) -> TicketId:
    """A HIGH ticket of the agent's that nobody took in hand until management had it."""
    ticket_id = await house.open("Mail is down", Priority.HIGH)
    await house.sweep(REACHED)
    return ticket_id


async def resolve(ticket_id: TicketId, *, by: Actor, at: datetime = RESOLVED) -> Written:
    return await ending.resolve_ticket(
        ticket_id,
        call=Call(by=by, at=at),
        summary="New disk",
        code=ResolutionCode.FIXED,
        root_cause="Old disk",
    )


async def reviews_of(ticket_id: TicketId) -> list[Review]:
    return (await review_search.of_tickets([ticket_id]))[ticket_id]


async def opened(house: House) -> Review:
    ticket_id = await reached(house)
    await resolve(ticket_id, by=house.engineer)
    (review,) = await reviews_of(ticket_id)
    return review


async def written(house: House) -> Review:
    """A review whose every section says something."""
    review = await opened(house)
    for section in SECTIONS[ReviewKind.POST_ISSUE]:
        call = house.call(house.engineer, LATER)
        await reviews.write_review_section(review.id, call=call, section=section, text="x")
    return await stored.load(review.id)


async def test_a_resolution_opens_the_review_in_the_same_act(house: House) -> None:
    """D3: its event follows the resolution's at once, and the act ends with it."""
    ticket_id = await reached(house)
    before = (await stream.head()).position

    done = await resolve(ticket_id, by=house.engineer)

    events = await stream.read(before, limit=10)
    assert [(event.kind, event.ticket_id) for event in events] == [
        ("TicketResolved", ticket_id),
        ("ReviewOpened", None),
    ]
    assert (done.id, done.position) == (ticket_id, events[-1].position)
    (review,) = await reviews_of(ticket_id)
    assert events[-1].by == house.engineer.person
    assert events[-1].payload == {
        "review": str(review.id),
        "version": 1,
        "ticket": str(ticket_id),
        "review_kind": "POST_ISSUE",
        "quarter": None,
        "due_at": "2026-03-10T00:00:00Z",
    }
    assert review == await stored.load(review.id)


async def test_a_ticket_that_neither_was_critical_nor_reached_management_opens_none(
    house: House,
) -> None:
    """D3."""
    ticket_id = await house.open("Mail is down", Priority.HIGH)
    await house.sweep(NINE + hours(2))

    await resolve(ticket_id, by=house.engineer)

    assert await reviews_of(ticket_id) == []


async def test_a_cancelled_ticket_opens_none(house: House) -> None:
    """D3: nothing was resolved."""
    ticket_id = await reached(house)

    await ending.cancel_ticket(
        ticket_id, call=house.call(house.manager, RESOLVED), reason="By mistake"
    )

    assert await reviews_of(ticket_id) == []


async def test_a_second_resolution_goes_on_with_the_review_that_is_open(house: House) -> None:
    """D3, A20: with its due date."""
    review = await opened(house)
    assert review.ticket is not None
    call = house.call(house.agent, LATER)
    await ending.reopen_ticket(review.ticket, call=call, reason="It is back")
    before = (await stream.head()).position

    await resolve(review.ticket, by=house.engineer, at=LATER + hours(1))

    kinds = [event.kind for event in await stream.read(before, limit=10)]
    assert kinds == ["TicketResolved"]
    assert await reviews_of(review.ticket) == [review]


async def test_a_second_resolution_opens_another_review_after_the_first_was_completed(
    house: House,
) -> None:
    """D3, A20: one for each cycle."""
    review = await written(house)
    assert review.ticket is not None
    call = house.call(house.manager, LATER)
    await reviews.complete_review(review.id, call=call, no_actions=True)
    await ending.reopen_ticket(review.ticket, call=call, reason="It is back")

    await resolve(review.ticket, by=house.engineer, at=LATER + hours(1))

    first, second = await reviews_of(review.ticket)
    assert (first.cycle, first.state) == (1, ReviewState.COMPLETED)
    assert (second.cycle, second.state) == (2, ReviewState.OPEN)


async def test_everything_that_is_said_of_a_review_comes_back_as_it_was_said(house: House) -> None:
    """D3, Q4: sections, actions, their progress, and that it is whole."""
    review = await written(house)
    added = await reviews.add_review_action(
        review.id,
        call=house.call(house.engineer, LATER),
        description="Watch the disks",
        owner=house.engineer.person,
        due_on=date(2026, 3, 9),
    )
    action_id = ReviewActionId(added.id)
    await reviews.add_review_action(
        review.id, call=house.call(house.agent, LATER), description="Buy disks"
    )
    for done in [
        reviews.revise_review_action(
            ReviewActionId((await stored.load(review.id)).actions[1].id),
            call=house.call(house.agent, LATER),
            owner=house.agent.person,
            due_on=date(2026, 3, 10),
        ),
        reviews.complete_review(review.id, call=house.call(house.agent, LATER)),
        reviews.complete_review_action(
            action_id, call=house.call(house.engineer, LATER + hours(1)), outcome="They are fine"
        ),
    ]:
        await done

    whole = await stored.load(review.id)

    first, second = whole.actions
    assert (first.id, first.owner, first.due_on) == (
        action_id,
        house.engineer.person,
        date(2026, 3, 9),
    )
    assert (first.done_at, first.done_by) == (LATER + hours(1), house.engineer.person)
    assert first.outcome == "They are fine"
    assert (second.owner, second.due_on) == (house.agent.person, date(2026, 3, 10))
    assert (whole.state, whole.completed_by) == (ReviewState.COMPLETED, house.agent.person)
    assert whole.sections == dict.fromkeys(SECTIONS[ReviewKind.POST_ISSUE], "x")
    assert whole.version == 1 + 3 + 5
    events = await stream.read(0, limit=100)
    assert [event.payload["version"] for event in events if event.kind.startswith("Review")] == [
        *range(1, 10)
    ]


async def test_an_act_on_a_review_as_it_was_is_refused(house: House) -> None:
    review = await written(house)
    call = Call(by=house.engineer, at=LATER, version=review.version - 1)

    with pytest.raises(StaleVersionError, match="the review is at version 4, not 3"):
        await reviews.write_review_section(
            review.id, call=call, section=ReviewSection.ROOT_CAUSE, text="y"
        )


async def test_an_act_under_one_key_is_done_once(house: House) -> None:
    review = await opened(house)
    request = Request("key", "addReviewAction", "hash")
    call = Call(by=house.engineer, at=LATER, request=request)

    first = await reviews.add_review_action(review.id, call=call, description="Watch the disks")
    again = await reviews.add_review_action(review.id, call=call, description="Watch the disks")

    assert first == again
    assert [action.id for action in (await stored.load(review.id)).actions] == [first.id]


async def test_an_action_is_for_somebody_who_works_on_tickets(house: House) -> None:
    review = await opened(house)
    call = house.call(house.engineer, LATER)

    with pytest.raises(InvalidInputError, match="Stella is STAKEHOLDER"):
        await reviews.add_review_action(
            review.id, call=call, description="Watch", owner=house.stakeholder.person
        )


async def test_who_may_not_act_learns_not_even_whether_there_is_a_review(house: House) -> None:
    """P2."""
    for review_id in ((await opened(house)).id, ReviewId(nobody())):
        with pytest.raises(ForbiddenError):
            await reviews.complete_review(review_id, call=house.call(house.stakeholder, LATER))


async def test_a_review_that_is_not_there_is_not_found(house: House) -> None:
    call = house.call(house.manager, LATER)

    with pytest.raises(NotFoundError, match="see reviews"):
        await reviews.complete_review(ReviewId(nobody()), call=call)
    with pytest.raises(NotFoundError, match="see reviewActions"):
        await reviews.complete_review_action(ReviewActionId(nobody()), call=call, outcome="x")


async def test_of_two_who_complete_a_review_at_once_one_does(house_on_postgres: House) -> None:
    """D3: the row is locked, so the second sees that it is complete."""
    house = house_on_postgres
    review = await written(house)

    async def attempt(by: Actor) -> str:
        try:
            await reviews.complete_review(review.id, call=house.call(by, LATER), no_actions=True)
        except DomainError as error:
            return type(error).__name__
        return "done"

    came = await asyncio.gather(*(attempt(by) for by in [house.manager, house.agent] * 4))

    assert sorted(came) == sorted(["done", *[WrongStatusError.__name__] * 7])
    events = await stream.read(0, limit=100)
    assert [event.kind for event in events].count("ReviewCompleted") == 1


async def test_a_resolution_waits_for_a_completion_under_way(house_on_postgres: House) -> None:
    """D3: it must not go on with a review that is complete a moment later."""
    house = house_on_postgres
    review = await written(house)
    assert review.ticket is not None
    call = house.call(house.agent, LATER)
    await ending.reopen_ticket(review.ticket, call=call, reason="It is back")
    holding, let_go = asyncio.Event(), asyncio.Event()

    async def completing() -> None:
        await stored.locked(review.id)
        holding.set()
        await let_go.wait()
        before = await stored.load(review.id)
        ticket = await tickets.facts(review.ticket) if review.ticket else None
        change = complete(before, by=house.manager, at=LATER, ticket=ticket, no_actions=True)
        await stored.save(before, change)

    first = asyncio.create_task(unit_of_work(completing))
    await holding.wait()
    second = asyncio.create_task(resolve(review.ticket, by=house.engineer, at=LATER + hours(1)))
    await asyncio.wait([second], timeout=0.3)
    assert not second.done()
    let_go.set()
    await asyncio.gather(first, second)

    assert [one.state for one in await reviews_of(review.ticket)] == [
        ReviewState.COMPLETED,
        ReviewState.OPEN,
    ]
