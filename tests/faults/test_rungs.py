"""What engines did wrong is counted, and told with the rows that show it."""

from collections.abc import AsyncIterator

import pytest
from uuid_utils.compat import uuid7

from escgraph.jobs.deadlines import sweep
from escgraph.store import database
from escgraph.store.database import database_now, execute
from tests.faults.house import SECOND, publish_quick
from tests.faults.ladder import fired_once
from tests.store.ladders import move_in, opened, store

LADDER = (SECOND, 2 * SECOND, 3600 * SECOND)


@pytest.fixture
async def fired_twice(database_url: str) -> AsyncIterator[None]:
    """A ticket whose first two rungs have fired."""
    await database.connect(database_url)
    await move_in()
    policy = await publish_quick(*LADDER)
    now = await database_now()
    await store(opened(at=now - 5 * SECOND, policy=policy))
    await sweep(now=now)
    yield
    await database.close()


async def _never_fires() -> None:
    await execute("UPDATE deadline SET state = 'ARMED', fired_at = NULL WHERE kind = 'RESPONSE'")


async def _fires_twice() -> None:
    await execute(
        "INSERT INTO event (position, id, kind, ticket_id, ticket_version, at, payload, state) "
        "SELECT position + 1, $1, kind, ticket_id, ticket_version + 1, at, payload, state "
        "FROM event WHERE position = (SELECT max(position) FROM event)",
        uuid7(),
    )


async def _leaves_a_gap() -> None:
    await execute("DELETE FROM event WHERE kind = 'ResponseBreached'")


async def _fires_early() -> None:
    await execute("UPDATE deadline SET due_at = $1 WHERE kind = 'RESPONSE'", await database_now())


async def test_what_went_wrong_is_told_with_the_events_of_its_ticket(fired_twice: None) -> None:
    assert all(count.found == 0 for count in await fired_once())

    for spoil, what, shown in (
        (_fires_early, "early", "kind RESPONSE"),
        (_fires_twice, "doubled", "kind TicketEscalated"),
        (_leaves_a_gap, "gaps", "events 3"),
        (_never_fires, "missed", "kind RESPONSE"),
    ):
        await spoil()
        (count,) = (one for one in await fired_once() if one.what == what)
        assert count.found
        assert shown in count.history[0]
        assert any("TicketOpened" in line for line in count.history)
