"""The hub on real databases: commits of many writers arrive in order, none lost, none twice."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from escgraph.domain.events import TokenRevoked
from escgraph.domain.terms import PersonId, TokenId
from escgraph.jobs.retention import archive
from escgraph.store import database, readers, stream
from escgraph.store.timeline import append_alone
from escgraph.store.transactions import unit_of_work
from escgraph.stream.cursor import Cursor
from escgraph.stream.doorbell import LocalDoorbell
from escgraph.stream.hub import Hub
from escgraph.stream.items import EventItem
from tests.stream.ledger import everything, take

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
SOON = timedelta(milliseconds=20)


@pytest.fixture(autouse=True)
async def connected(database_url: str) -> AsyncIterator[None]:
    await database.connect(database_url)
    yield
    await database.close()


async def _start(doorbell: LocalDoorbell, *, poll: timedelta = SOON) -> Hub:
    hub = Hub(
        read=stream.read,
        head=stream.head,
        oldest=stream.oldest,
        doorbell=doorbell,
        poll=poll,
        held=20,
        page=10,
    )
    await hub.start()
    return hub


async def _write(token: UUID) -> int:
    event = TokenRevoked(at=NINE, by=None, token=TokenId(token), person=PersonId(token))
    return await unit_of_work(lambda: append_alone(event))


async def test_commits_of_many_writers_reach_a_subscriber_in_the_order_of_their_positions() -> None:
    doorbell = LocalDoorbell()
    hub = await _start(doorbell)
    tokens = [[uuid4() for _ in range(10)] for _ in range(4)]
    live = hub.subscribe(None, accept=everything)
    await take(live, 1)

    async def write(own: list[UUID]) -> None:
        for number, token in enumerate(own):
            position = await _write(token)
            if number % 2:
                await doorbell.ring(position)

    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        for own in tokens:
            tasks.create_task(write(own))
    items = [await anext(live) for _ in range(40)]
    await hub.stop()

    events = [item.event for item in items if isinstance(item, EventItem)]
    first = events[0].position
    assert [event.position for event in events] == list(range(first, first + 40))
    for own in tokens:
        heard = [event.payload["token"] for event in events]
        assert [token for token in heard if UUID(token) in own] == [str(token) for token in own]


async def test_a_subscriber_goes_on_from_its_cursor_after_the_process_was_started_again() -> None:
    hub = await _start(LocalDoorbell())
    first = await _write(uuid4())
    for _ in range(30):
        await _write(uuid4())
    before = hub.subscribe(Cursor((await stream.head()).epoch, first - 1), accept=everything)
    assert await take(before, 5) == list(range(first, first + 5))
    cursor = (await anext(before)).cursor
    await hub.stop()
    await _write(uuid4())

    again = await _start(LocalDoorbell())
    after = again.subscribe(Cursor.parse(cursor.encode()), accept=everything)

    last = first + 31
    assert await take(after, 27) == [*range(first + 6, last + 1), f"caught up at {last}"]
    await again.stop()


async def test_a_restored_database_is_noticed_by_its_new_epoch() -> None:
    hub = await _start(LocalDoorbell())
    position = await _write(uuid4())
    await hub.wait_for(position)
    items = hub.subscribe(None, accept=everything)
    await take(items, 1)

    await database.execute("UPDATE stream SET epoch = $1 WHERE name = 'main'", str(uuid4()))

    assert await take(items, 2) == [
        f"resync at {position}: OTHER_EPOCH",
        f"caught up at {position}",
    ]
    await hub.stop()


async def test_retention_makes_old_cursors_resync() -> None:
    first = await _write(uuid4())
    for _ in range(4):
        await _write(uuid4())
    epoch = (await stream.head()).epoch
    await database.execute("DELETE FROM event WHERE position < $1", first + 2)
    hub = await _start(LocalDoorbell())

    covered = hub.subscribe(Cursor(epoch, first + 1), accept=everything)
    assert await take(covered, 3) == [first + 2, first + 3, first + 4]
    too_old = hub.subscribe(Cursor(epoch, first), accept=everything)
    assert await take(too_old, 1) == [f"resync at {first + 4}: TOO_OLD"]

    await database.execute("DELETE FROM event WHERE position > 0")
    await hub.stop()
    empty = await _start(LocalDoorbell())
    nothing_left = empty.subscribe(Cursor(epoch, first + 2), accept=everything)
    assert await take(nothing_left, 1) == [f"resync at {first + 4}: TOO_OLD"]
    await empty.stop()


async def test_archiving_overtakes_a_subscriber_on_its_way_and_it_is_told() -> None:
    """What it has at hand comes still; then a resync, and no event is left out in between."""
    first = await _write(uuid4())
    for _ in range(39):
        await _write(uuid4())
    last, epoch = first + 39, (await stream.head()).epoch
    hub = await _start(LocalDoorbell())
    items = hub.subscribe(Cursor(epoch, first - 1), accept=everything)
    assert await take(items, 3) == [first, first + 1, first + 2]
    tag = (await stream.read(last - 2, limit=1))[0].tag

    await _archive()

    told = await take(items, 8)
    assert told == [*range(first + 3, first + 10), f"resync at {last}: TOO_OLD"]
    for edge in (Cursor(epoch, last - 1), Cursor(epoch, last - 1, tag)):
        at_the_edge = hub.subscribe(edge, accept=everything)
        assert await take(at_the_edge, 2) == [last, f"caught up at {last}"]
    behind = hub.subscribe(Cursor(epoch, last - 2), accept=everything)
    assert await take(behind, 1) == [f"resync at {last}: TOO_OLD"]
    await hub.stop()


async def test_the_ring_holds_what_was_archived_since_it_was_read() -> None:
    hub = await _start(LocalDoorbell())
    live = hub.subscribe(None, accept=everything)
    await take(live, 1)
    first = await _write(uuid4())
    for _ in range(5):
        await _write(uuid4())
    await hub.wait_for(first + 5)

    await _archive()

    assert await take(live, 6) == [*range(first, first + 6)]
    again = hub.subscribe(Cursor((await stream.head()).epoch, first), accept=everything)
    assert await take(again, 6) == [*range(first + 1, first + 6), f"caught up at {first + 5}"]
    await hub.stop()


async def _archive() -> None:
    """All but the last event."""
    await readers.to_the_end(readers.NOTICES, at=NINE)
    kept, last = timedelta(days=1), (await stream.head()).position
    await archive(now=await database.database_now() + 2 * kept, kept=kept)
    assert await stream.oldest() == last
