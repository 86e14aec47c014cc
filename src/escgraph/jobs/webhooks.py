"""From the stream of events to the messages of webhooks: each webhook from its own place on.

Messages and place move in one transaction, alone with the webhook: whatever dies, each event
becomes one message. Events are read outside of it, since they never change.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

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

PAGE = 500
"""Events that are looked at in one transaction."""

LOOK_EVERY = timedelta(seconds=1)
SHORTEST_SLEEP_S = 0.02
"""In real time: an accelerated clock must not keep the loop spinning."""

GAP = (
    "events behind its place are not stored any more; read the tickets anew, replay it from "
    "their cursor and enable it then"
)

log = structlog.get_logger(__name__)

Ring = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class FannedOut:
    """How many webhooks got further; `position` is that of the last event written, if any."""

    moved: int
    position: int | None


async def run(*, clock: Clock, ring: Ring, stands_in: bool) -> None:
    """Pass on what is new, for ever; one that only `stands_in` rests while an engine lives."""
    while True:
        rest = LOOK_EVERY
        try:
            if not (stands_in and await an_engine_lives(now=clock.now())):
                done = await fan_out(now=clock.now())
                if done.position is not None:
                    await ring(done.position)
                rest = timedelta(0) if done.moved else LOOK_EVERY
        except Exception as error:  # noqa: BLE001 - the edge of a loop that must outlive every fault
            log.warning("webhooks.pass_failed", error=repr(error))
        await asyncio.gather(clock.sleep(rest), asyncio.sleep(SHORTEST_SLEEP_S))


async def fan_out(*, now: datetime) -> FannedOut:
    """One page for each webhook that is behind the stream and has room for more messages.

    Where nothing is new this is three statements, however many webhooks there are. Nothing is
    passed on in a database that holds simulated time. A webhook that fails holds up no other.
    """
    if await simulation.marked():
        return FannedOut(0, None)
    moved, position = 0, None
    pages = _Pages()
    for webhook_id, place in await webhooks.behind((await stream.head()).position):
        try:
            page = await pages.behind(place)
            if not page or page[0].position != place + 1:
                position = await _stop_at_gap(webhook_id, place, now=now) or position
            elif await _pass_on(webhook_id, place, page, now=now):
                moved += 1
        except (database.DatabaseBusy, database.DatabaseUnavailable):
            raise
        except Exception as error:  # noqa: BLE001 - the edge of one webhook's part of the loop
            log.warning("webhooks.one_failed", webhook=str(webhook_id), error=repr(error))
    return FannedOut(moved, position)


async def _pass_on(
    webhook_id: WebhookId, place: int, page: Sequence[StoredEvent], *, now: datetime
) -> bool:
    """Make messages of that page, as far as there is room; whether the webhook got further."""

    async def work() -> bool:
        webhook = await _claimed(webhook_id, place)
        owner = None if webhook is None else await eyes_of(webhook)
        if webhook is None or owner is None:
            return False
        room = MOST_WAITING - await webhook_messages.waiting(webhook_id)
        wanted = [event for event in page if is_for(webhook, event, owner=owner)]
        whole = len(wanted) <= room
        taken = wanted if whole else wanted[: max(room, 0)]
        if not whole and not taken:
            return False
        await webhook_messages.put(webhook_id, taken, at=now)
        await webhooks.move(webhook_id, to=(page if whole else taken)[-1].position)
        return True

    return await unit_of_work(work)


async def _stop_at_gap(webhook_id: WebhookId, place: int, *, now: datetime) -> int | None:
    """What is lost is not passed over in silence: somebody has to decide. The event's position."""

    async def work() -> int | None:
        webhook = await _claimed(webhook_id, place)
        if webhook is None:
            return None
        event = await steps.disable(reason=GAP, by=By(None, now))(webhook)
        return await timeline.append_alone(event)

    return await unit_of_work(work)


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
