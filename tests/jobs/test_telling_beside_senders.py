"""Telling people while a sender is just about to begin with their message, on PostgreSQL."""

import pytest

from escgraph.domain.terms import Priority
from escgraph.jobs.notices import tell
from escgraph.store import firing
from tests.jobs.telling import all_notices, sent
from tests.store.holding import others_hold
from tests.store.ladders import ADA, HOUR, NINE, opened, store

pytestmark = pytest.mark.usefixtures("house_on_postgres")

BEGINS = (
    "UPDATE message SET state = 'SENDING', attempts = 1, fence = 1, leased_until = now(), "
    "first_attempt_at = now() RETURNING id"
)
"""A sender's claim of all that waits, not committed yet: nobody else sees it."""


async def one_fires_and_is_told(*, hours: int) -> None:
    now = NINE + hours * HOUR
    assert (await firing.fire(now=now, limit=1)).count == 1
    await tell(now=now, mail_is_set=True)


async def test_a_message_that_is_being_begun_takes_no_more_and_holds_up_nobody() -> None:
    """What came in now would be in no letter: the sender has read what it says."""
    for _ in range(2):
        await store(opened(Priority.HIGH))
    await one_fires_and_is_told(hours=1)

    async with others_hold(BEGINS):
        await one_fires_and_is_told(hours=1)

    assert [one.notices for one in await sent() if one.to == "Ada"] == [("RESPONSE_BREACHED",)] * 2


async def test_a_catch_up_whose_message_is_being_begun_goes_on_in_a_notice_of_its_own() -> None:
    await store(opened(Priority.HIGH))
    await one_fires_and_is_told(hours=3)
    (before,) = [one for one in await all_notices() if one.person == ADA.id]
    assert before.more_until is not None

    async with others_hold(BEGINS):
        await one_fires_and_is_told(hours=3)

    first, second = [one for one in await all_notices() if one.person == ADA.id]
    assert (first, second.positions) == (before, (3,))
