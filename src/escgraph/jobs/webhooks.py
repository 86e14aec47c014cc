"""From the stream of events to the messages of webhooks: each webhook from its own place on.

Messages and place move in one transaction, alone with the webhook: whatever dies, each event
becomes one message.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import structlog

from escgraph.clock import Clock
from escgraph.commands import webhook_steps as steps
from escgraph.commands.webhook_steps import By
from escgraph.domain.terms import WebhookId
from escgraph.domain.webhook import MOST_WAITING
from escgraph.jobs.housekeeping import an_engine_lives
from escgraph.queries.event_letters import eyes_of, is_for
from escgraph.store import database, simulation, stream, timeline, webhook_messages, webhooks
from escgraph.store.stream import StoredEvent
from escgraph.store.transactions import unit_of_work
from escgraph.store.webhooks import Webhook
from escgraph.stream.doorbell import Doorbell

PAGE = 500
"""Events that are looked at in one transaction."""

LEAST_ROOM = MOST_WAITING // 10
"""How many messages must be gone of a webhook that was full, before it gets more."""

LONGEST_SLEEP_S = 1.0
PAUSE_S = 1.0
"""After a pass that failed."""

GATHERING_S = 0.02
"""Between one pass and the next, so that one brings several events."""

GAP = (
    "events behind its place are not stored any more; read the tickets anew, replay it from "
    "their cursor and enable it then"
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FannedOut:
    """How many webhooks got further; `position` is that of the last event written, if any."""

    moved: int
    position: int | None


NOTHING = FannedOut(0, None)


async def run(
    *, clock: Clock, doorbell: Doorbell, stands_in: bool, wake: Callable[[], object]
) -> None:
    """Pass on what is new at each ring, at the latest every second, for ever.

    Where there is something to send, it calls `wake`, for the senders of this process. One that
    only `stands_in` rests while an engine lives.
    """
    rung = asyncio.Event()
    with doorbell.listen(lambda _: rung.set()):
        while True:
            rung.clear()
            try:
                if not (stands_in and await an_engine_lives(now=clock.now())):
                    await _turn(clock, doorbell, wake)
            except Exception as error:  # noqa: BLE001 - the edge of a loop that must outlive every fault
                log.warning("webhooks.pass_failed", error=repr(error))
                await asyncio.sleep(PAUSE_S)
            await asyncio.sleep(GATHERING_S)
            with suppress(TimeoutError):  # wait_for loses a cancellation that comes with a ring
                async with asyncio.timeout(LONGEST_SLEEP_S):
                    await rung.wait()


async def _turn(clock: Clock, doorbell: Doorbell, wake: Callable[[], object]) -> None:
    """Pass on until nobody gets any further."""
    while True:
        done = await fan_out(now=clock.now())
        if done.position is not None:
            await doorbell.ring(done.position)
        if not done.moved:
            return
        wake()


async def fan_out(*, now: datetime) -> FannedOut:
    """One page for each webhook that is behind the stream and has room for more messages.

    Where nothing is new this is three statements, however many webhooks there are. Nothing is
    passed on in a database that holds simulated time. A webhook that fails holds up no other.
    """
    if await simulation.marked():
        return NOTHING
    moved, position = 0, None
    pages = _Pages()
    for webhook_id, place in await webhooks.behind((await stream.head()).position):
        try:
            done = await _pass_on(webhook_id, place, pages, now=now)
        except (database.DatabaseBusy, database.DatabaseUnavailable):
            raise
        except Exception as error:  # noqa: BLE001 - the edge of one webhook's part of the loop
            log.warning("webhooks.one_failed", webhook=str(webhook_id), error=repr(error))
        else:
            moved, position = moved + done.moved, done.position or position
    return FannedOut(moved, position)


async def _pass_on(
    webhook_id: WebhookId, place: int, pages: "_Pages", *, now: datetime
) -> FannedOut:
    """Make messages of the next page, as far as there is room.

    One that is full is left alone until a good part of its messages is gone, so that a receiver
    that is down costs no reading.
    """

    async def work() -> FannedOut:
        webhook = await _claimed(webhook_id, place)
        owner = None if webhook is None else await eyes_of(webhook)
        if webhook is None or owner is None:
            return NOTHING
        room = MOST_WAITING - await webhook_messages.waiting(webhook_id)
        if room < LEAST_ROOM:
            return NOTHING
        page = await pages.behind(place)
        if not page or page[0].position != place + 1:
            return FannedOut(0, await _stop_at_gap(webhook, now=now))
        wanted = [event for event in page if is_for(webhook, event, owner=owner)]
        whole = len(wanted) <= room
        taken = wanted if whole else wanted[:room]
        await webhook_messages.put(webhook_id, taken, at=now)
        await webhooks.move(webhook_id, to=(page if whole else taken)[-1].position)
        return FannedOut(1, None)

    return await unit_of_work(work)


async def _stop_at_gap(webhook: Webhook, *, now: datetime) -> int:
    """What is lost is not passed over in silence: somebody has to decide. The event's position."""
    event = await steps.disable(reason=GAP, by=By(None, now))(webhook)
    return await timeline.append_alone(event)


async def _claimed(webhook_id: WebhookId, place: int) -> Webhook | None:
    """The webhook, locked; None where others are at it, or were since it was seen there."""
    webhook = await webhooks.claimed(webhook_id)
    there = webhook is not None and webhook.enabled and webhook.position == place
    return webhook if there else None


class _Pages:
    """The last page that was read: most webhooks stand at one place, and share it."""

    def __init__(self) -> None:
        self._place: int | None = None
        self._page: Sequence[StoredEvent] = ()

    async def behind(self, place: int) -> Sequence[StoredEvent]:
        if place != self._place:
            self._page, self._place = await stream.read(place, limit=PAGE), place
        return self._page
