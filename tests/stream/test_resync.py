"""Where events cannot bridge the way to the present, a subscriber is told so."""

from datetime import timedelta

from escgraph.stream.cursor import Cursor
from escgraph.stream.doorbell import LocalDoorbell
from escgraph.stream.hub import Hub
from escgraph.stream.items import Resync, ResyncReason
from tests.stream.conftest import StartHub
from tests.stream.ledger import Ledger, everything, take, until

SOON = timedelta(milliseconds=20)


async def test_a_cursor_of_another_epoch_is_answered_with_a_resync_and_goes_on_live(
    ledger: Ledger, doorbell: LocalDoorbell, start_hub: StartHub
) -> None:
    ledger.append(5)
    hub = await start_hub()
    items = hub.subscribe(Cursor("another", 2), accept=everything)

    assert await take(items, 2) == ["resync at 5: OTHER_EPOCH", "caught up at 5"]
    await doorbell.ring(ledger.append())
    assert await take(items, 1) == [6]


async def test_a_cursor_older_than_the_retention_is_answered_with_a_resync(
    ledger: Ledger, doorbell: LocalDoorbell, start_hub: StartHub
) -> None:
    ledger.append(30)
    ledger.forget(before=15)
    hub = await start_hub(page=10)
    items = hub.subscribe(ledger.cursor(13), accept=everything)

    assert await take(items, 2) == ["resync at 30: TOO_OLD", "caught up at 30"]
    await doorbell.ring(ledger.append())
    assert await take(items, 1) == [31]


async def test_the_oldest_cursor_that_the_retention_still_covers_is_replayed(
    ledger: Ledger, start_hub: StartHub
) -> None:
    ledger.append(30)
    ledger.forget(before=15)
    hub = await start_hub(page=10)
    items = hub.subscribe(ledger.cursor(14), accept=everything)

    assert await take(items, 17) == [*range(15, 31), "caught up at 30"]


async def test_when_no_event_is_kept_any_older_cursor_is_too_old(
    ledger: Ledger, start_hub: StartHub
) -> None:
    ledger.append(30)
    ledger.forget(before=31)
    hub = await start_hub(page=10)

    behind = hub.subscribe(ledger.cursor(29), accept=everything)
    assert await take(behind, 1) == ["resync at 30: TOO_OLD"]
    at_the_end = hub.subscribe(ledger.cursor(30), accept=everything)
    assert await take(at_the_end, 1) == ["caught up at 30"]


async def test_the_retention_may_overtake_a_reader_on_its_way(
    ledger: Ledger, start_hub: StartHub
) -> None:
    ledger.append(30)
    hub = await start_hub(page=10)
    items = hub.subscribe(ledger.cursor(5), accept=everything)
    assert await take(items, 1) == [6]

    ledger.forget(before=25)

    assert await take(items, 5) == [7, 8, 9, 10, "resync at 30: TOO_OLD"]


async def test_a_cursor_ahead_of_the_database_is_answered_with_a_resync(
    ledger: Ledger, start_hub: StartHub
) -> None:
    ledger.append(5)
    hub = await start_hub()

    items = hub.subscribe(ledger.cursor(6), accept=everything)

    assert await take(items, 2) == ["resync at 5: AHEAD", "caught up at 5"]


async def test_a_cursor_younger_than_the_last_look_at_the_database_is_none_of_those(
    ledger: Ledger, hub: Hub
) -> None:
    """A query or another process may have handed it out before the doorbell rang here."""
    ledger.append(5)

    items = hub.subscribe(ledger.cursor(4), accept=everything)

    assert await take(items, 2) == [5, "caught up at 5"]


async def test_nor_is_the_first_cursor_after_a_restore(ledger: Ledger, hub: Hub) -> None:
    ledger.append(5)
    ledger.epoch = "two"

    items = hub.subscribe(ledger.cursor(5), accept=everything)

    assert await take(items, 1) == ["caught up at 5"]


async def test_a_restore_while_it_runs_is_told_to_every_subscriber(
    ledger: Ledger, doorbell: LocalDoorbell, start_hub: StartHub
) -> None:
    ledger.append(5)
    hub = await start_hub(poll=SOON)
    crowd = [hub.subscribe(None, accept=everything) for _ in range(3)]
    for items in crowd:
        await take(items, 1)

    ledger.epoch, ledger.position = "two", 3
    ledger.forget(before=0)

    for items in crowd:
        resync = await anext(items)
        assert resync == Resync(Cursor("two", 3), ResyncReason.OTHER_EPOCH)
        assert await take(items, 1) == ["caught up at 3"]
    ledger.append()
    for items in crowd:
        assert await take(items, 1) == [4]


async def test_a_head_that_went_backwards_is_told_to_every_subscriber(
    ledger: Ledger, start_hub: StartHub
) -> None:
    ledger.append(5)
    hub = await start_hub(poll=SOON)
    items = hub.subscribe(None, accept=everything)
    await take(items, 1)

    ledger.position = 3

    assert await take(items, 2) == ["resync at 3: AHEAD", "caught up at 3"]
    ledger.append()
    assert await take(items, 1) == [4]


async def test_a_gap_in_what_was_read_is_read_again(
    ledger: Ledger, doorbell: LocalDoorbell, hub: Hub
) -> None:
    items = hub.subscribe(None, accept=everything)
    await take(items, 1)
    ledger.append(3)
    missing = ledger.events.pop(2)

    await doorbell.ring(3)
    await until(lambda: hub.failures)
    ledger.events[2] = missing

    assert await take(items, 3) == [1, 2, 3]


async def test_a_gap_that_stays_is_told_and_the_stream_goes_on(
    ledger: Ledger, doorbell: LocalDoorbell, hub: Hub
) -> None:
    items = hub.subscribe(None, accept=everything)
    await take(items, 1)
    ledger.append(3)
    del ledger.events[2]

    await doorbell.ring(3)

    assert await take(items, 2) == ["resync at 3: GAP", "caught up at 3"]
    await doorbell.ring(ledger.append())
    assert await take(items, 1) == [4]


async def test_a_gap_in_the_past_is_told_too(ledger: Ledger, start_hub: StartHub) -> None:
    ledger.append(20)
    del ledger.events[7]
    hub = await start_hub(page=10)

    items = hub.subscribe(ledger.cursor(4), accept=everything)

    assert await take(items, 3) == [5, 6, "resync at 20: GAP"]


def test_a_resync_says_what_happened_and_what_to_do() -> None:
    for reason in ResyncReason:
        assert "; ask anew for all that you show" in Resync(Cursor("one", 1), reason).message
