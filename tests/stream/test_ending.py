"""How subscriptions end: by a fault of their own, with the hub, or dropped, and what is left."""

import asyncio

import pytest

from escgraph.store.stream import StoredEvent
from escgraph.stream.doorbell import LocalDoorbell
from escgraph.stream.hub import Hub
from tests.stream.conftest import StartHub
from tests.stream.ledger import Ledger, everything, take, take_all, until


async def test_what_accept_raises_ends_its_own_subscription_only(
    ledger: Ledger, doorbell: LocalDoorbell, hub: Hub
) -> None:
    def broken(_event: StoredEvent) -> bool:
        raise LookupError("a bug of the caller")

    bad = hub.subscribe(None, accept=broken)
    good = hub.subscribe(None, accept=everything)
    await take(bad, 1)
    await take(good, 1)

    await doorbell.ring(ledger.append())

    with pytest.raises(LookupError, match="a bug of the caller"):
        await take(bad, 1)
    assert await take(good, 1) == [1]


async def test_stopping_ends_every_subscription_wherever_it_waits(
    ledger: Ledger, start_hub: StartHub
) -> None:
    ledger.append(20)
    hub = await start_hub(page=10)
    ledger.door.clear()
    live = asyncio.create_task(take_all(hub.subscribe(None, accept=everything)))
    for_a_page = asyncio.create_task(take_all(hub.subscribe(ledger.cursor(0), accept=everything)))
    await until(lambda: ledger.reads[0])

    await hub.stop()

    assert await live == ["caught up at 20"]
    assert await for_a_page == []
    assert await take_all(hub.subscribe(None, accept=everything)) == []


async def test_waiting_for_a_position_ends_when_it_was_read_or_the_hub_has_stopped(
    ledger: Ledger, hub: Hub
) -> None:
    ledger.append(3)
    await hub.wait_for(3)
    assert hub.position == 3

    waiting = asyncio.create_task(hub.wait_for(4))
    await asyncio.sleep(0)
    await hub.stop()
    with pytest.raises(RuntimeError, match="stopped before position 4"):
        await waiting


async def test_a_cancelled_subscriber_leaves_nothing_behind(
    ledger: Ledger, doorbell: LocalDoorbell, start_hub: StartHub
) -> None:
    ledger.append(30)
    hub = await start_hub(page=10)
    before = asyncio.all_tasks()
    ledger.door.clear()
    live = [asyncio.create_task(take(hub.subscribe(None, accept=everything), 9)) for _ in "123"]
    paging = [
        asyncio.create_task(take(hub.subscribe(ledger.cursor(0), accept=everything), 2))
        for _ in "123"
    ]
    await until(lambda: ledger.reads[0])

    for task in (*live, *paging[1:]):
        task.cancel()
    await asyncio.wait((*live, *paging[1:]))
    ledger.door.set()

    assert await paging[0] == [1, 2]
    await until(lambda: asyncio.all_tasks() == before)
    assert ledger.reads[0] == 1
    await doorbell.ring(ledger.append())
    await hub.wait_for(31)
