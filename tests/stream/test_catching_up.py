"""Who has fallen behind what the hub holds reads from the database, in pages that are shared."""

import asyncio
from datetime import timedelta

from escgraph.stream.doorbell import LocalDoorbell
from tests.stream.conftest import StartHub
from tests.stream.ledger import Ledger, everything, nothing, take

SOON = timedelta(milliseconds=20)


async def test_a_slow_reader_falls_out_of_the_ring_and_goes_on_from_the_database_in_order(
    ledger: Ledger, doorbell: LocalDoorbell, start_hub: StartHub
) -> None:
    hub = await start_hub(held=20, page=10)
    slow = hub.subscribe(None, accept=everything)
    await take(slow, 1)
    await doorbell.ring(ledger.append(5))
    assert await take(slow, 2) == [1, 2]

    for _ in range(10):
        await doorbell.ring(ledger.append(10))
        await hub.wait_for(ledger.position)

    assert await take(slow, 60) == list(range(3, 63))
    await doorbell.ring(ledger.append(10))
    await hub.wait_for(ledger.position)
    assert await take(slow, 53) == list(range(63, 116))


async def test_two_hundred_subscribers_share_one_read_of_each_page(
    ledger: Ledger, start_hub: StartHub
) -> None:
    ledger.append(2_000)
    hub = await start_hub(page=500)
    crowd = [hub.subscribe(ledger.cursor(after), accept=everything) for after in range(200)]

    heard = await asyncio.gather(*(take(items, 2_001 - after) for after, items in enumerate(crowd)))

    assert heard == [[*range(after + 1, 2_001), "caught up at 2000"] for after in range(200)]
    assert ledger.reads == {0: 1, 500: 1, 1_000: 1, 1_500: 1}


async def test_one_who_comes_a_little_later_finds_the_page_at_hand(
    ledger: Ledger, start_hub: StartHub
) -> None:
    ledger.append(20)
    hub = await start_hub(page=10)

    for _ in range(3):
        items = hub.subscribe(ledger.cursor(4), accept=everything)
        assert await take(items, 17) == [*range(5, 21), "caught up at 20"]

    assert ledger.reads == {0: 1, 10: 1}


async def test_a_page_that_has_grown_meanwhile_is_read_again(
    ledger: Ledger, doorbell: LocalDoorbell, start_hub: StartHub
) -> None:
    ledger.append(15)
    hub = await start_hub(held=3, page=10)
    first = hub.subscribe(ledger.cursor(12), accept=everything)
    assert await take(first, 1) == [13]

    await doorbell.ring(ledger.append(5))
    await hub.wait_for(20)

    later = hub.subscribe(ledger.cursor(12), accept=everything)
    assert await take(later, 9) == [*range(13, 21), "caught up at 20"]


async def test_no_matter_how_many_pages_are_wanted_two_are_read_at_the_same_time(
    ledger: Ledger, start_hub: StartHub
) -> None:
    ledger.append(300)
    hub = await start_hub(page=10)
    crowd = [hub.subscribe(ledger.cursor(after), accept=everything) for after in range(0, 300, 10)]

    heard = await asyncio.gather(*(take(items, 5) for items in crowd))

    assert heard == [list(range(after + 1, after + 6)) for after in range(0, 300, 10)]
    assert ledger.busiest == 2


async def test_a_long_replay_without_a_match_shows_how_far_it_is(
    ledger: Ledger, start_hub: StartHub
) -> None:
    ledger.append(100)
    hub = await start_hub(page=10)
    items = hub.subscribe(ledger.cursor(0), accept=nothing, heartbeat=timedelta(0))

    positions = [int(str(item).split()[-1]) for item in await take(items, 100)]

    assert positions == sorted(positions)
    assert positions[-1] > 10


async def test_heartbeats_come_while_a_page_does_not(ledger: Ledger, start_hub: StartHub) -> None:
    ledger.append(20)
    hub = await start_hub(page=10)
    ledger.door.clear()
    items = hub.subscribe(ledger.cursor(4), accept=everything, heartbeat=SOON)

    assert await take(items, 2) == ["heartbeat at 4", "heartbeat at 4"]
    ledger.door.set()
    heard = [item for item in await take(items, 20) if isinstance(item, int)]
    assert heard[:16] == list(range(5, 21))


async def test_a_page_that_fails_is_asked_for_again(ledger: Ledger, start_hub: StartHub) -> None:
    ledger.append(20)
    hub = await start_hub(page=10)
    items = hub.subscribe(ledger.cursor(4), accept=everything, heartbeat=SOON)
    assert await take(items, 6) == [5, 6, 7, 8, 9, 10]

    ledger.fault = OSError("the database is away")
    while ledger.reads[10] < 2:
        assert await take(items, 1) == ["heartbeat at 10"]
    ledger.fault = None

    heard = [item for item in await take(items, 14) if isinstance(item, int)]
    assert heard[:10] == list(range(11, 21))
