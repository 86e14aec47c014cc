"""A cursor says which event it stands behind; where another stands there, nobody goes on from it.

So a database that was restored without a sign of it is found out, once it has overtaken the cursor.
"""

import asyncio
from datetime import timedelta

import pytest

from escgraph.stream.cursor import Cursor
from escgraph.stream.doorbell import LocalDoorbell
from escgraph.stream.hub import Hub
from tests.stream.conftest import StartHub
from tests.stream.ledger import Ledger, event, everything, nothing, take, take_all, until

OTHER = "ffffffff"


def behind(position: int, tag: str | None = None) -> Cursor:
    """The cursor behind the ledger's event there, or behind another event."""
    return Cursor("one", position, event(position).tag if tag is None else tag)


async def test_a_cursor_behind_the_event_that_stands_there_is_replayed(
    ledger: Ledger, start_hub: StartHub
) -> None:
    ledger.append(5)
    hub = await start_hub()

    items = hub.subscribe(behind(3), accept=everything)

    assert await take(items, 3) == [4, 5, "caught up at 5"]


@pytest.mark.parametrize("position", [3, 5], ids=["on the way", "at the end"])
async def test_a_cursor_behind_another_event_is_answered_with_a_resync_and_goes_on_live(
    ledger: Ledger, doorbell: LocalDoorbell, start_hub: StartHub, position: int
) -> None:
    ledger.append(5)
    hub = await start_hub()

    items = hub.subscribe(behind(position, OTHER), accept=everything)

    assert await take(items, 2) == ["resync at 5: OTHER_EPOCH", "caught up at 5"]
    await doorbell.ring(ledger.append())
    assert await take(items, 1) == [6]


async def test_the_same_where_the_event_is_in_memory(ledger: Ledger, hub: Hub) -> None:
    ledger.append(5)

    ours = hub.subscribe(behind(3), accept=everything)
    other = hub.subscribe(behind(3, OTHER), accept=everything)

    assert await take(ours, 2) == [4, 5]
    assert await take(other, 1) == ["resync at 5: OTHER_EPOCH"]
    assert set(ledger.reads) == {0}


async def test_a_cursor_without_a_tag_is_taken_by_its_word(
    ledger: Ledger, start_hub: StartHub
) -> None:
    ledger.append(5)
    hub = await start_hub()

    items = hub.subscribe(Cursor("one", 3), accept=everything)

    assert await take(items, 3) == [4, 5, "caught up at 5"]


async def test_a_cursor_whose_event_was_removed_cannot_be_proved_and_is_too_old(
    ledger: Ledger, start_hub: StartHub
) -> None:
    ledger.append(30)
    ledger.forget(before=15)
    hub = await start_hub(page=10)

    provable = hub.subscribe(behind(15), accept=everything)
    assert await take(provable, 1) == [16]
    too_old = hub.subscribe(behind(14), accept=everything)
    assert await take(too_old, 1) == ["resync at 30: TOO_OLD"]


async def test_many_who_come_back_at_the_head_cost_no_reading(
    ledger: Ledger, start_hub: StartHub
) -> None:
    ledger.append(5)
    hub = await start_hub()

    for _ in range(10):
        items = hub.subscribe(behind(5), accept=everything)
        assert await take(items, 1) == ["caught up at 5"]

    assert not ledger.reads


async def test_and_those_who_come_back_behind_one_page_share_it(
    ledger: Ledger, start_hub: StartHub
) -> None:
    ledger.append(25)
    hub = await start_hub(page=10)

    for position in range(2, 9):
        items = hub.subscribe(behind(position), accept=everything)
        assert await take(items, 1) == [position + 1]

    assert ledger.reads == {0: 1}


async def test_every_item_tells_the_tag_of_the_event_that_it_standsbehind(
    ledger: Ledger, doorbell: LocalDoorbell, start_hub: StartHub
) -> None:
    ledger.append(5)
    hub = await start_hub(poll=timedelta(milliseconds=20))
    soon = timedelta(milliseconds=20)
    replayed = hub.subscribe(Cursor("one", 3), accept=everything)
    filtered = hub.subscribe(None, accept=nothing, heartbeat=soon)
    lost = hub.subscribe(behind(3, OTHER), accept=everything, heartbeat=soon)

    items = [await anext(replayed) for _ in range(3)] + [await anext(lost) for _ in range(3)]
    await doorbell.ring(ledger.append())
    await hub.wait_for(6)
    beats = [await anext(filtered) for _ in range(3)]

    assert [item.cursor.tag for item in items] == [event(n).tag for n in (4, 5, 5, 5, 5, 5)]
    assert beats[-1].cursor.tag == event(6).tag


async def test_nobody_is_kept_waiting_for_a_proof_in_silence(
    ledger: Ledger, start_hub: StartHub
) -> None:
    ledger.append(5)
    hub = await start_hub()
    ledger.door.clear()
    items = hub.subscribe(behind(3), accept=everything, heartbeat=timedelta(milliseconds=20))

    assert await take(items, 2) == ["heartbeat at 3", "heartbeat at 3"]
    ledger.door.set()
    assert await take(items, 2) == [4, 5]


async def test_a_proof_ends_with_the_hub(ledger: Ledger, start_hub: StartHub) -> None:
    ledger.append(5)
    hub = await start_hub()
    ledger.door.clear()
    proving = asyncio.create_task(take_all(hub.subscribe(behind(3), accept=everything)))
    await until(lambda: ledger.reads[0])

    await hub.stop()

    assert await proving == []


async def test_behind_the_last_event_that_was_archived_its_tag_still_proves_the_life(
    ledger: Ledger, start_hub: StartHub
) -> None:
    ledger.append(30)
    ledger.archive(before=15)
    hub = await start_hub(page=10)

    ours = hub.subscribe(behind(14), accept=everything)
    assert await take(ours, 17) == [*range(15, 31), "caught up at 30"]
    others = hub.subscribe(behind(14, "0" * 8), accept=everything)
    assert await take(others, 1) == ["resync at 30: OTHER_EPOCH"]
    older = hub.subscribe(behind(13), accept=everything)
    assert await take(older, 1) == ["resync at 30: TOO_OLD"]
