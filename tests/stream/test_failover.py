"""A failover that loses the last moments, and a backup put in place: a resync, never silence.

The servers are real, and programs reach them by one road that is led from one to the other.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import TypeVar
from uuid import uuid4

import pytest

from escgraph.domain.events import TokenRevoked
from escgraph.domain.terms import PersonId, TokenId
from escgraph.queries.place import cursor_at
from escgraph.store import database, stream
from escgraph.store.database import DatabaseUnavailable
from escgraph.store.lives import Watch, settle
from escgraph.store.migrate import migrate
from escgraph.store.timeline import append_alone
from escgraph.store.transactions import unit_of_work
from escgraph.stream.cursor import Cursor
from escgraph.stream.doorbell import LocalDoorbell
from escgraph.stream.hub import Hub
from escgraph.stream.items import Item
from escgraph.stream.leading import leads_on
from tests.road import Road
from tests.servers import PostgresServer
from tests.standby import Restored, Standby, at_port
from tests.store.rows import NINE
from tests.stream.ledger import everything, take

T = TypeVar("T")


@pytest.fixture(scope="module")
def primary() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        asyncio.run(migrate(server.url))
        yield server


@pytest.fixture
async def road(primary: PostgresServer) -> AsyncIterator[Road]:
    """The road to the primary, by which this process is connected to its database."""
    with Road(primary.port) as road:
        await database.connect(at_port(primary.url, road.port))
        await settle()
        yield road
        await database.close()


async def write(count: int) -> Cursor:
    """So many events; the cursor that the last of their answers had."""
    event = TokenRevoked(at=NINE, by=None, token=TokenId(uuid4()), person=PersonId(uuid4()))
    for _ in range(count):
        place = await unit_of_work(partial(append_alone, event))
    return await cursor_at(place)


async def connected_again(work: Callable[[], Awaitable[T]]) -> T:
    """What it returns once the database can be reached again."""
    async with asyncio.timeout(20):
        while True:
            try:
                return await work()
            except DatabaseUnavailable:
                await asyncio.sleep(0.02)


def new_hub() -> Hub:
    return Hub(
        read=stream.read,
        head=Watch().head,
        oldest=stream.oldest,
        doorbell=LocalDoorbell(),
        poll=timedelta(hours=1),
    )


def untagged(cursor: Cursor) -> Cursor:
    return Cursor(cursor.epoch, cursor.position)


def from_there(hub: Hub, cursor: Cursor) -> AsyncIterator[Item]:
    return hub.subscribe(Cursor.parse(cursor.encode()), accept=everything)


async def test_after_a_failover_that_lost_a_tail_everybody_gets_a_resync(
    primary: PostgresServer, road: Road
) -> None:
    hub, another = new_hub(), Watch()
    await hub.start()
    with await asyncio.to_thread(Standby, primary) as standby:
        before_it = await write(2)
        kept = before_it.position + 3
        await write(3)
        await asyncio.to_thread(standby.fall_behind)
        live = hub.subscribe(None, accept=everything)
        assert await take(live, 1) == [f"caught up at {kept}"]
        await write(2)
        lost = await write(1)
        await another.head()
        hub._rung(lost.position)
        assert await take(live, 3) == [kept + 1, kept + 2, kept + 3]

        await asyncio.to_thread(primary.kill)
        await asyncio.to_thread(standby.promote)
        road.lead_to(standby.port)

        # Nobody has looked yet: what is read is refused, and what is written gets a resync later.
        assert not await connected_again(lambda: leads_on(untagged(before_it)))
        early = await write(1)
        assert early.epoch == lost.epoch
        # The first subscriber to come has the hub look, before it has overtaken the lost tail.
        for cursor in (lost, untagged(lost), before_it, early):
            told = await take(from_there(hub, cursor), 2)
            assert told == [f"resync at {kept + 1}: OTHER_EPOCH", f"caught up at {kept + 1}"]
        assert await take(live, 1) == [f"resync at {kept + 1}: OTHER_EPOCH"]
        # And after it was overtaken.
        new = await write(5)
        assert new.position > lost.position
        for cursor in (lost, untagged(lost), before_it, early):
            assert await take(from_there(hub, cursor), 1) == [
                f"resync at {new.position}: OTHER_EPOCH"
            ]
            assert not await leads_on(cursor)
        assert await take(from_there(hub, new), 1) == [f"caught up at {new.position}"]
        assert (await another.head()).epoch == new.epoch
        await hub.stop()
        # The old primary comes back, with what was lost, for whoever is led there.
        await asyncio.to_thread(primary.start)
        road.lead_to(primary.port)
        assert not await connected_again(lambda: leads_on(new))
        assert await leads_on(lost)


async def test_a_base_backup_that_was_simply_started_is_found_out_by_the_tags(
    primary: PostgresServer, road: Road
) -> None:
    """It is the same system on the same timeline; what was written since the backup is lost."""
    kept = await write(3)
    with await asyncio.to_thread(Restored, primary) as restored:
        lost = await write(3)
        through_it = Watch()
        await through_it.head()

        road.lead_to(restored.port)
        assert not await connected_again(lambda: leads_on(lost))
        new = await write(5)

        assert new.epoch == lost.epoch
        assert new.position > lost.position
        started = new_hub()
        await started.start()
        assert await take(from_there(started, lost), 1) == [
            f"resync at {new.position}: OTHER_EPOCH"
        ]
        assert not await leads_on(lost)
        # What came before the backup is part of both lives.
        assert await take(from_there(started, kept), 5) == [
            *range(kept.position + 1, new.position + 1)
        ]
        # A process that knows what was lost says so to all.
        assert (await through_it.head()).epoch != new.epoch
        assert await take(from_there(started, kept), 1) == [
            f"resync at {new.position}: OTHER_EPOCH"
        ]
        await started.stop()
