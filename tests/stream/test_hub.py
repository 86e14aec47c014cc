"""The hub: replay, caught up, live; each event once for each subscriber, in order."""

import asyncio
import random
from datetime import timedelta

from escgraph.store.stream import StoredEvent
from escgraph.stream.doorbell import LocalDoorbell
from escgraph.stream.hub import Hub
from escgraph.stream.items import EventItem, Heartbeat
from tests.stream.conftest import StartHub
from tests.stream.ledger import Ledger, event, everything, nothing, take, until

SOON = timedelta(milliseconds=20)


async def test_without_a_cursor_one_is_caught_up_at_once_and_hears_only_what_is_new(
    ledger: Ledger, doorbell: LocalDoorbell, start_hub: StartHub
) -> None:
    ledger.append(3)
    hub = await start_hub()
    items = hub.subscribe(None, accept=everything)

    assert await take(items, 1) == ["caught up at 3"]
    await doorbell.ring(ledger.append(2))
    assert await take(items, 2) == [4, 5]


async def test_caught_up_counts_what_was_committed_although_no_ring_has_told_of_it(
    ledger: Ledger, hub: Hub
) -> None:
    ledger.append(3)

    assert await take(hub.subscribe(None, accept=everything), 1) == ["caught up at 3"]
    ledger.append(2)
    items = hub.subscribe(ledger.cursor(3), accept=everything)
    assert await take(items, 3) == [4, 5, "caught up at 5"]


async def test_those_who_begin_at_the_same_time_share_one_look_at_the_database(
    ledger: Ledger, hub: Hub
) -> None:
    before = ledger.heads

    await asyncio.gather(*(take(hub.subscribe(None, accept=everything), 1) for _ in range(100)))

    assert ledger.heads <= before + 2


async def test_with_a_cursor_come_the_stored_events_then_the_mark_then_live_ones(
    ledger: Ledger, doorbell: LocalDoorbell, start_hub: StartHub
) -> None:
    ledger.append(5)
    hub = await start_hub()
    items = hub.subscribe(ledger.cursor(2), accept=everything)

    assert await take(items, 4) == [3, 4, 5, "caught up at 5"]
    await doorbell.ring(ledger.append())
    assert await take(items, 1) == [6]


async def test_from_position_nought_come_all_events_that_ever_were(
    ledger: Ledger, start_hub: StartHub
) -> None:
    ledger.append(25)
    hub = await start_hub(page=10)
    items = hub.subscribe(ledger.cursor(0), accept=everything)

    assert await take(items, 26) == [*range(1, 26), "caught up at 25"]


async def test_the_mark_stands_between_what_was_before_the_subscription_and_what_came_during_it(
    ledger: Ledger, doorbell: LocalDoorbell, start_hub: StartHub
) -> None:
    ledger.append(5)
    hub = await start_hub()
    items = hub.subscribe(ledger.cursor(3), accept=everything)

    assert await take(items, 1) == [4]
    await doorbell.ring(ledger.append(2))
    await hub.wait_for(7)
    assert await take(items, 4) == [5, "caught up at 5", 6, 7]


async def test_who_comes_and_goes_while_events_are_written_loses_none_and_gets_none_twice(
    ledger: Ledger, doorbell: LocalDoorbell, start_hub: StartHub
) -> None:
    ledger.append(40)
    hub = await start_hub(held=30, page=7)
    chance = random.Random(7)

    async def write() -> None:
        while ledger.position < 600:
            await doorbell.ring(ledger.append(chance.randint(1, 5)))
            await asyncio.sleep(0)

    async def listen(after: int) -> list[int]:
        """Drop the subscription now and then, and go on from the last cursor."""
        heard: list[int] = []
        cursor = ledger.cursor(after)
        while cursor.position < 600:
            items = hub.subscribe(cursor, accept=everything)
            for _ in range(chance.randint(1, 50)):
                item = await anext(items)
                cursor = item.cursor
                heard += [item.event.position] if isinstance(item, EventItem) else []
                if cursor.position >= 600:
                    break
                await asyncio.sleep(0)
            await items.aclose()
        return heard

    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        listeners = {after: tasks.create_task(listen(after)) for after in range(0, 40, 2)}
        tasks.create_task(write())

    for after, listener in listeners.items():
        heard = listener.result()
        assert heard == list(range(after + 1, heard[-1] + 1))
        assert heard[-1] >= 600


async def test_the_doorbell_wakes_the_hub_at_once(
    ledger: Ledger, doorbell: LocalDoorbell, hub: Hub
) -> None:
    items = hub.subscribe(None, accept=everything)
    await take(items, 1)

    await doorbell.ring(ledger.append())

    assert await take(items, 1) == [1]


async def test_a_lost_ring_is_healed_by_the_poll(ledger: Ledger, start_hub: StartHub) -> None:
    hub = await start_hub(poll=SOON)
    items = hub.subscribe(None, accept=everything)
    await take(items, 1)

    ledger.append(2)

    assert await take(items, 2) == [1, 2]


async def test_a_ring_for_what_was_read_already_asks_the_database_nothing(
    ledger: Ledger, doorbell: LocalDoorbell, hub: Hub
) -> None:
    await doorbell.ring(ledger.append())
    await hub.wait_for(1)
    asked = ledger.heads

    for _ in range(5):
        await doorbell.ring(1)
        await asyncio.sleep(0.001)

    assert ledger.heads == asked


async def test_a_new_event_is_read_once_for_all_subscribers(
    ledger: Ledger, doorbell: LocalDoorbell, hub: Hub
) -> None:
    crowd = [hub.subscribe(None, accept=everything) for _ in range(100)]
    await asyncio.gather(*(take(items, 1) for items in crowd))

    await doorbell.ring(ledger.append(3))
    heard = await asyncio.gather(*(take(items, 3) for items in crowd))

    assert heard == [[1, 2, 3]] * 100
    assert ledger.reads == {0: 1}


async def test_while_the_database_fails_subscribers_wait_and_afterwards_nothing_is_missing(
    ledger: Ledger, start_hub: StartHub
) -> None:
    hub = await start_hub(poll=SOON)
    items = hub.subscribe(None, accept=everything, heartbeat=SOON)
    await take(items, 1)

    ledger.fault = OSError("the database is away")
    ledger.append(3)
    while hub.failures < 2:
        assert await take(items, 1) == ["heartbeat at 0"]
    ledger.fault = None

    heard = [item for item in await take(items, 20) if isinstance(item, int)]
    assert heard == [1, 2, 3]
    assert hub.failures == 0


async def test_the_hub_starts_without_a_database_and_subscribers_wait_for_it(
    ledger: Ledger, doorbell: LocalDoorbell
) -> None:
    ledger.append(2)
    ledger.fault = OSError("the database is away")
    hub = Hub(read=ledger.read, head=ledger.head, oldest=ledger.oldest, doorbell=doorbell)
    await hub.start()
    waiting = asyncio.create_task(take(hub.subscribe(None, accept=everything), 1))
    await until(lambda: hub.failures)
    assert hub.position is None

    ledger.fault = None

    assert await waiting == ["caught up at 2"]
    await hub.stop()


async def test_only_what_is_accepted_comes_also_where_the_answer_takes_time(
    ledger: Ledger, start_hub: StartHub
) -> None:
    async def even(event: StoredEvent) -> bool:
        await asyncio.sleep(0)
        return event.position % 2 == 0

    ledger.append(5)
    hub = await start_hub()

    items = hub.subscribe(ledger.cursor(0), accept=even)

    assert await take(items, 3) == [2, 4, "caught up at 5"]


async def test_silence_is_filled_with_heartbeats(hub: Hub) -> None:
    items = hub.subscribe(None, accept=everything, heartbeat=SOON)

    assert await take(items, 3) == ["caught up at 0", "heartbeat at 0", "heartbeat at 0"]


async def test_the_heartbeat_of_a_filtered_stream_carries_its_cursor_on(
    ledger: Ledger, doorbell: LocalDoorbell, hub: Hub
) -> None:
    items = hub.subscribe(None, accept=nothing, heartbeat=SOON)
    await take(items, 1)

    await doorbell.ring(ledger.append(5))
    await hub.wait_for(5)

    beat = await anext(items)
    assert isinstance(beat, Heartbeat)
    again = hub.subscribe(beat.cursor, accept=everything)
    assert await take(again, 1) == ["caught up at 5"]


async def test_heartbeats_come_although_rejected_events_never_pause(
    ledger: Ledger, doorbell: LocalDoorbell, hub: Hub
) -> None:
    async def rejected(_event: StoredEvent) -> bool:
        """Each comes before the heartbeat would be due if it counted from the last event."""
        await doorbell.ring(ledger.append())
        await asyncio.sleep(0.005)
        return False

    items = hub.subscribe(None, accept=rejected, heartbeat=SOON)
    await take(items, 1)
    await doorbell.ring(ledger.append())

    first, second = await take(items, 2)
    assert str(first).startswith("heartbeat")
    assert str(second).startswith("heartbeat")
    assert first != second


async def test_a_subscriber_gets_the_very_event_that_was_stored(
    ledger: Ledger, doorbell: LocalDoorbell, hub: Hub
) -> None:
    items = hub.subscribe(None, accept=everything)
    await take(items, 1)
    await doorbell.ring(ledger.append())

    item = await anext(items)

    assert item == EventItem(ledger.cursor(1), event(1))


async def test_what_is_ahead_of_a_cursor_is_a_part_of_what_is_in_memory(
    ledger: Ledger, doorbell: LocalDoorbell, start_hub: StartHub
) -> None:
    hub = await start_hub(held=4)
    assert hub.ahead(ledger.cursor(0), limit=5) == []
    await doorbell.ring(ledger.append(6))
    await hub.wait_for(6)

    def ahead(position: int, *, limit: int) -> list[int]:
        return [item.cursor.position for item in hub.ahead(ledger.cursor(position), limit=limit)]

    assert ahead(3, limit=2) == [4, 5]
    assert ahead(5, limit=9) == [6]
    assert ahead(6, limit=9) == []
    assert ahead(0, limit=4) == [3, 4]
    ledger.epoch = "two"
    assert ahead(3, limit=2) == []


async def test_an_item_is_made_once_for_those_who_stand_at_the_same_place(
    ledger: Ledger, doorbell: LocalDoorbell, start_hub: StartHub
) -> None:
    hub = await start_hub()
    alike = [hub.subscribe(None, accept=everything) for _ in range(3)]
    for one in alike:
        await anext(one)
    await doorbell.ring(ledger.append(1))
    items = [await anext(one) for one in alike]
    assert items[0] is items[1] is items[2]
