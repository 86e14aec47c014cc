"""Periodic work passes over what somebody is at, and waits for nobody, on PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from escgraph.jobs.reviews import mark_overdue
from escgraph.jobs.updates import remind_of_updates
from escgraph.store import database, stream
from tests.interleaving.papers import a_review, a_ticket_that_is_followed
from tests.queries.house import NINE, House, hours
from tests.store.holding import others_hold


@pytest.fixture
async def house(pg_url: str) -> AsyncIterator[House]:
    await database.connect(pg_url, pool_size=3)
    house = House()
    await house.move_in()
    yield house
    await database.close()


async def test_an_owner_is_reminded_of_one_ticket_while_somebody_has_the_other(
    house: House,
) -> None:
    held, free = [await a_ticket_that_is_followed(house) for _ in range(2)]

    async with others_hold(f"SELECT 1 FROM ticket WHERE id = '{held.id}' FOR UPDATE"):
        await remind_of_updates(now=NINE + hours(4))

    assert await _told("StakeholderUpdateOverdue", "ticket") == [str(free.id)]


async def test_an_action_is_marked_while_somebody_has_the_review_of_another(house: House) -> None:
    held, free = [await a_review(house) for _ in range(2)]

    async with others_hold(f"SELECT 1 FROM review WHERE id = '{held.id}' FOR UPDATE"):
        await mark_overdue(now=NINE + hours(1))

    assert await _told("ReviewActionOverdue", "review") == [str(free.id)]


async def _told(kind: str, of: str) -> list[object]:
    events = await stream.read(0, limit=100)
    return [event.payload[of] for event in events if event.kind == kind]
