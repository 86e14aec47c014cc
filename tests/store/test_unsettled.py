"""Notices that no way brings any more, while others look after the same ones, on PostgreSQL."""

from datetime import timedelta

import pytest
from uuid_utils.compat import uuid7

from escgraph.store import unsettled
from escgraph.store.transactions import unit_of_work
from escgraph.store.unsettled import Unreached
from tests.store.holding import at_the_gate, others_hold
from tests.store.ladders import HOUR, NINE, move_in
from tests.store.letterbox import notice_in, waiting
from tests.store.rows import add

LATER = NINE + HOUR


@pytest.fixture(autouse=True)
async def _people(on_postgres: str) -> None:
    await move_in()


async def hopeless() -> list[Unreached]:
    """Five minutes after nine, where each delivery began at nine."""
    begun = NINE + timedelta(minutes=5)
    return await unit_of_work(lambda: unsettled.hopeless(begun_before=begun, limit=10))


async def test_a_notice_that_went_another_way_since_the_snapshot_is_not_sent_a_third() -> None:
    """Whoever had it before is through, and its lock is free: only reading it anew tells."""
    message, other = await waiting(), await waiting()
    notice = await notice_in(message)
    found: list[Unreached] = []

    async def look_late() -> None:
        found.extend(await hopeless())

    async with at_the_gate(look_late):
        await add(
            "delivery",
            id=uuid7(),
            notice_id=notice,
            message_id=other,
            via="SLACK",
            created_at=LATER,
        )

    assert found == []


async def test_a_notice_that_another_is_at_is_left_to_them() -> None:
    held, free = [await notice_in(await waiting()) for _ in range(2)]

    async with others_hold(f"SELECT 1 FROM notice WHERE id = '{held}' FOR UPDATE"):
        found = await hopeless()

    assert [one.notice.id for one in found] == [free]
