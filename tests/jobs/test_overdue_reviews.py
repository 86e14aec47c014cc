"""What is late is marked once, with an event that says who is told (D3, Q4)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from escgraph.commands import ending, reviews
from escgraph.domain.policy import SOP
from escgraph.domain.review import SECTIONS
from escgraph.domain.terms import (
    Priority,
    ResolutionCode,
    ReviewActionId,
    ReviewActionState,
    ReviewId,
    ReviewKind,
)
from escgraph.jobs.reviews import mark_overdue
from escgraph.store import database, review_search, simulation, stream
from escgraph.store import reviews as stored
from escgraph.store.stream import StoredEvent
from tests.queries.house import NINE, House, hours
from tests.store.ladders import publish

DUE = NINE + timedelta(days=7, hours=15)
"""The end of the fifth working day after that Monday."""

LATER = DUE + timedelta(minutes=1)
INSTANT = timedelta(microseconds=1)
FRIDAY = date(2026, 3, 6)


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    await database.connect(database_url, pool_size=6)
    house = House()
    await house.move_in()
    yield house
    await database.close()


@pytest.fixture
async def house_on_postgres(pg_url: str) -> AsyncIterator[House]:
    await database.connect(pg_url, pool_size=10)
    house = House()
    await house.move_in()
    yield house
    await database.close()


async def reviewed(house: House) -> ReviewId:
    """The review of a critical ticket of the agent's that was resolved at nine."""
    ticket_id = await house.open("Mail is down", Priority.HIGH, critical=True)
    await ending.resolve_ticket(
        ticket_id,
        call=house.call(house.engineer, NINE),
        summary="New disk",
        code=ResolutionCode.FIXED,
        root_cause="",
    )
    (review,) = (await review_search.of_tickets([ticket_id]))[ticket_id]
    return review.id


async def to_do(house: House, review_id: ReviewId, due_on: date = FRIDAY) -> ReviewActionId:
    written = await reviews.add_review_action(
        review_id,
        call=house.call(house.agent, NINE),
        description="Watch the disks",
        owner=house.engineer.person,
        due_on=due_on,
    )
    return ReviewActionId(written.id)


async def said(kind: str) -> list[StoredEvent]:
    return [event for event in await stream.read(0, limit=10_000) if event.kind == kind]


async def test_a_review_is_overdue_when_its_last_working_day_is_over_and_not_before(
    house: House,
) -> None:
    """D3, A13."""
    review_id = await reviewed(house)

    assert await mark_overdue(now=DUE - INSTANT) is None
    assert not (await stored.load(review_id)).overdue

    position = await mark_overdue(now=DUE)

    review = await stored.load(review_id)
    assert review.overdue
    assert review.overdue_at == DUE
    (event,) = await said("ReviewOverdue")
    assert event.position == position
    assert event.by is None
    assert event.payload["due_at"] == "2026-03-10T00:00:00Z"
    assert event.payload["version"] == review.version == 2


async def test_the_ticket_s_owner_and_the_managers_are_told_of_a_late_review(house: House) -> None:
    """D3."""
    await reviewed(house)
    await mark_overdue(now=LATER)

    (event,) = await said("ReviewOverdue")
    assert event.payload["told"] == [str(house.agent.person), str(house.manager.person)]


async def test_it_is_marked_once_however_often_one_looks(house: House) -> None:
    """D3."""
    await reviewed(house)
    await mark_overdue(now=LATER)

    assert await mark_overdue(now=LATER + hours(1)) is None
    assert len(await said("ReviewOverdue")) == 1


async def test_a_review_that_was_completed_is_never_overdue(house: House) -> None:
    review_id = await reviewed(house)
    call = house.call(house.manager, NINE)
    for section in SECTIONS[ReviewKind.POST_ISSUE]:
        await reviews.write_review_section(review_id, call=call, section=section, text="x")
    await reviews.complete_review(review_id, call=call, no_actions=True)

    assert await mark_overdue(now=LATER) is None


async def test_an_action_is_overdue_when_its_day_is_over(house: House) -> None:
    """Q4: the day itself is in time to its end."""
    review_id = await reviewed(house)
    action_id = await to_do(house, review_id)
    saturday = datetime.combine(FRIDAY, datetime.min.time(), NINE.tzinfo) + timedelta(days=1)

    assert await mark_overdue(now=saturday - INSTANT) is None
    await mark_overdue(now=saturday)

    (action,) = (await stored.load(review_id)).actions
    assert action.state is ReviewActionState.OVERDUE
    (event,) = await said("ReviewActionOverdue")
    assert event.payload["action"] == str(action_id)
    assert event.payload["due_on"] == "2026-03-06"
    assert event.payload["told"] == [
        str(house.engineer.person),
        str(house.agent.person),
        str(house.manager.person),
    ]


async def test_an_action_of_today_is_not_marked_along_with_a_late_one_of_its_review(
    house: House,
) -> None:
    """Q4: each by its own day."""
    review_id = await reviewed(house)
    late = await to_do(house, review_id)
    await to_do(house, review_id, FRIDAY + timedelta(days=1))

    await mark_overdue(now=NINE + timedelta(days=5))

    (event,) = await said("ReviewActionOverdue")
    assert event.payload["action"] == str(late)


async def test_days_end_by_the_clock_of_the_organisation(house: House) -> None:
    """A24: Berlin's Friday ends at 23:00 UTC."""
    await publish(replace(SOP, version=2, zone="Europe/Berlin"))
    await to_do(house, await reviewed(house))
    eleven = datetime(2026, 3, 6, 23, tzinfo=NINE.tzinfo)

    assert await mark_overdue(now=eleven - INSTANT) is None
    assert await mark_overdue(now=eleven) is not None


async def test_an_action_with_a_new_day_may_become_overdue_again(house: House) -> None:
    """Q4."""
    review_id = await reviewed(house)
    action_id = await to_do(house, review_id)
    saturday = NINE + timedelta(days=5)
    await mark_overdue(now=saturday)
    await reviews.revise_review_action(
        action_id, call=house.call(house.engineer, saturday), due_on=date(2026, 3, 8)
    )
    (action,) = (await stored.load(review_id)).actions
    assert action.state is ReviewActionState.OPEN

    assert await mark_overdue(now=saturday + hours(1)) is None
    await mark_overdue(now=saturday + timedelta(days=2))

    assert len(await said("ReviewActionOverdue")) == 2


async def test_an_action_that_is_done_or_has_no_day_is_never_overdue(house: House) -> None:
    """Q4."""
    review_id = await reviewed(house)
    action_id = await to_do(house, review_id)
    call = house.call(house.engineer, NINE)
    await reviews.complete_review_action(action_id, call=call, outcome="Fine")
    await reviews.add_review_action(review_id, call=call, description="Some day")

    assert await mark_overdue(now=DUE - INSTANT) is None


async def test_every_mark_on_a_review_is_a_version_of_its_own(house: House) -> None:
    review_id = await reviewed(house)
    for _ in range(3):
        await to_do(house, review_id)

    await mark_overdue(now=LATER)

    versions = [
        event.payload["version"]
        for event in await stream.read(0, limit=100)
        if event.kind in {"ReviewOverdue", "ReviewActionOverdue"}
    ]
    assert versions == [5, 6, 7, 8]
    assert (await stored.load(review_id)).version == 8


async def test_more_than_a_batch_is_marked_batch_by_batch(house: House) -> None:
    for _ in range(5):
        await to_do(house, await reviewed(house))

    await mark_overdue(now=LATER, batch=2)

    assert len(await said("ReviewOverdue")) == len(await said("ReviewActionOverdue")) == 5


async def test_a_live_process_marks_nothing_while_time_is_simulated(house: House) -> None:
    await reviewed(house)
    await simulation.begin(at=NINE)

    assert await mark_overdue(now=LATER) is None
    assert await mark_overdue(now=LATER, simulated=True) is not None


async def test_any_number_of_workers_mark_each_once(house_on_postgres: House) -> None:
    """D3: what another one marks is skipped, not waited for and not marked again."""
    house = house_on_postgres
    marked = [await reviewed(house) for _ in range(30)]
    for review_id in marked:
        await to_do(house, review_id)
        await to_do(house, review_id)

    await asyncio.gather(*(mark_overdue(now=LATER, batch=3) for _ in range(8)))

    assert sorted(event.payload["review"] for event in await said("ReviewOverdue")) == sorted(
        str(review_id) for review_id in marked
    )
    actions = [event.payload["action"] for event in await said("ReviewActionOverdue")]
    assert len(actions) == len(set(actions)) == 60
    for review_id in marked:
        assert (await stored.load(review_id)).version == 1 + 2 + 3
