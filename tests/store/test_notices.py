"""Notices that may still tell of more: only those of which nobody has read anything yet (A8)."""

from collections.abc import AsyncIterator

import pytest

from escgraph.domain.terms import NoticeId, TicketId
from escgraph.store import database, notices, readers
from escgraph.store.database import execute, fetch
from escgraph.store.transactions import unit_of_work
from tests.store.ladders import NINE, move_in, store, untouched
from tests.store.letterbox import notice_in, waiting


@pytest.fixture
async def ticket(database_url: str) -> AsyncIterator[TicketId]:
    await database.connect(database_url)
    await move_in()
    yield (await store(untouched())).id
    await database.close()


async def catching_up(ticket: TicketId, *, begun: bool = False) -> NoticeId:
    """A notice that waits for further rungs, in a message of its own."""
    message = waiting(first_attempt_at=NINE, attempts=1) if begun else waiting()
    notice = await notice_in(await message, ticket=ticket)
    await execute("UPDATE notice SET more_until = $1 WHERE id = $2", NINE, notice)
    return notice


async def held(ticket: TicketId) -> list[NoticeId]:
    found = await notices.waiting([ticket])
    return [one.id for carried in found.values() for one in carried]


async def test_one_that_nobody_began_to_send_may_tell_of_more(ticket: TicketId) -> None:
    notice = await catching_up(ticket)

    assert await held(ticket) == [notice]


async def test_one_that_waits_for_its_next_try_says_what_it_said_before(ticket: TicketId) -> None:
    """A receiver knows the message by its id, and would drop another text as a double."""
    await catching_up(ticket, begun=True)

    assert await held(ticket) == []


async def test_nor_does_one_that_was_begun_to_be_sent_another_way(ticket: TicketId) -> None:
    notice = await catching_up(ticket, begun=True)
    other = await waiting()
    await execute(
        "INSERT INTO delivery (id, notice_id, message_id, via, created_at) "
        "VALUES ($1, $2, $3, 'LOG', $4)",
        other,
        notice,
        other,
        NINE,
    )

    assert await held(ticket) == []


async def test_an_event_that_is_left_behind_twice_is_written_down_once(connected: str) -> None:
    """A reader that was set back by hand comes upon it again, and must get past it."""
    for _ in range(2):
        await readers.leave_behind(readers.NOTICES, 3, at=NINE, reason="it cannot be told")

    assert await readers.left_behind() == 1


async def test_those_of_a_storm_are_looked_for_by_a_plan_for_it(
    on_postgres: str,
) -> None:
    """A plan that is kept from quiet days goes through all deliveries for each of them."""
    await move_in()
    ticket = (await store(untouched())).id

    async def often() -> list[dict[str, object]]:
        for _ in range(8):
            await notices.waiting([ticket])
        return await fetch(
            "SELECT generic_plans AS kept, custom_plans AS made FROM pg_prepared_statements "
            "WHERE statement LIKE 'SELECT n.*, m.id%'"
        )

    assert await unit_of_work(often) == [{"kept": 0, "made": 8}]
    assert await fetch("SHOW plan_cache_mode") == [{"plan_cache_mode": "auto"}]
