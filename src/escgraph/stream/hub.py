"""The hub: reads each new event once for this process, for all of its subscribers."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import timedelta

import structlog

from escgraph.store.stream import Head, StoredEvent
from escgraph.stream.cursor import Cursor
from escgraph.stream.doorbell import Doorbell
from escgraph.stream.feed import Era, Feed
from escgraph.stream.items import EventItem, Item, ResyncReason
from escgraph.stream.pages import Oldest, Pages, Read
from escgraph.stream.recent import Recent
from escgraph.stream.subscription import Accept, Subscription

HEARTBEAT = timedelta(seconds=10)
ATTEMPTS = 3
"""How often a gap is read again before the events in it count as lost."""

log = structlog.get_logger(__name__)

ReadHead = Callable[[], Awaitable[Head]]


class GapError(Exception):
    """Events that were committed did not come; positions have no gaps, so this is a bug."""


class Hub:
    """One for each process that has subscribers; `start` and `stop` belong to the app.

    It looks at the counter when the doorbell rings, and each `poll` in any case, so that a lost
    ring costs a second and nothing else. The latest `held` events stay in memory; who has fallen
    behind them reads from the database, `page` events at a time.
    """

    def __init__(
        self,
        *,
        read: Read,
        head: ReadHead,
        oldest: Oldest,
        doorbell: Doorbell,
        poll: timedelta = timedelta(seconds=1),
        held: int = 10_000,
        page: int = 500,
    ) -> None:
        self._read = read
        self._head = head
        self._oldest = oldest
        self._doorbell = doorbell
        self._poll_s = poll.total_seconds()
        self._held = held
        self._page = page
        self._feed = Feed()
        self._gaps = 0
        self._task: asyncio.Task[None] | None = None
        self.failures = 0
        """How many looks at the database have failed in a row."""

    async def start(self) -> None:
        """Begin to read; it does not wait for the database."""
        self._task = asyncio.create_task(self._run(), name="stream hub")

    async def stop(self) -> None:
        """Read no more; every subscription ends. It cannot be started again."""
        self._feed.stop()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def lasts(self) -> None:
        """Wait as long as it reads; it reads until it is stopped."""
        if self._task is not None:
            await asyncio.wait({self._task})

    @property
    def position(self) -> int | None:
        """The latest position that was read; None before the first look at the database."""
        return None if self._feed.era is None else self._feed.era.recent.last

    async def wait_for(self, position: int) -> None:
        """Wait until the events up to that position have been read here.

        Raises:
            RuntimeError: the hub has stopped.
        """
        self._rung(position)
        while self._behind(position):
            if self._feed.stopped:
                raise RuntimeError(f"the hub has stopped before position {position}")
            await self._feed.news.wait()

    async def subscribe(
        self, after: Cursor | None, *, accept: Accept, heartbeat: timedelta = HEARTBEAT
    ) -> AsyncGenerator[Item, None]:
        """The events behind `after` that `accept` lets through: those stored, then live ones.

        `CaughtUp` comes once all is told that had happened when the subscription began; without a
        cursor, that is at once. A `Heartbeat` comes when there was no other item for that long.
        Where events cannot bridge the way from the cursor to the present, a `Resync` comes and
        stands for all of them, then `CaughtUp` at the same place, and it goes on live: at the
        beginning, and at any time that the database is restored. It ends when the hub stops;
        while the database fails, it waits.

        What `accept` raises ends the subscription.
        """
        subscription = Subscription(self._feed, after, accept=accept, heartbeat=heartbeat)
        if not await subscription.begin():
            return
        while (item := await subscription.next()) is not None:
            yield item

    def ahead(self, cursor: Cursor, *, limit: int) -> list[EventItem]:
        """The events right behind that cursor that are in memory, without waiting; a part of them.

        Whoever subscribes will come to them; they tell nothing of where the subscription stands.
        """
        era = self._feed.era
        if era is None or era.epoch != cursor.epoch:
            return []
        held = range(cursor.position + 1, min(cursor.position + limit, era.recent.last) + 1)
        found = (era.recent.get(position) for position in held)
        return [era.item(event) for event in found if event]

    def _behind(self, position: int) -> bool:
        return self.position is None or self.position < position

    def _rung(self, position: int) -> None:
        if self._behind(position):
            self._feed.asked.set()

    async def _run(self) -> None:
        with self._doorbell.listen(self._rung):
            while True:
                await self._turn()

    async def _turn(self) -> None:
        """Look at the database once, then wait for the doorbell or a second; longer if it fails."""
        try:
            with self._feed.look():
                await self._look()
        except Exception as error:  # noqa: BLE001 - the edge of a loop that outlives every fault
            await self._back_off(error)
            return
        if self.failures:
            log.info("stream.recovered", failures=self.failures, position=self.position)
            self.failures = 0
        await self._pause()

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(self._poll_s):
                await self._feed.asked.wait()
        except TimeoutError:
            return

    async def _back_off(self, error: Exception) -> None:
        """Wait up to two seconds; every doubling of the failures is logged."""
        self.failures += 1
        if self.failures & (self.failures - 1) == 0:
            log.warning("stream.look_failed", error=repr(error), in_a_row=self.failures)
        await asyncio.sleep(min(0.05 * 2 ** min(self.failures, 6), 2.0))

    async def _look(self) -> None:
        head = await self._head()
        era = self._feed.era
        if era is None or era.epoch != head.epoch:
            self._begin(head, because=ResyncReason.OTHER_EPOCH)
        elif head.position < era.recent.last:
            self._begin(head, because=ResyncReason.AHEAD)
        else:
            await self._catch_up(era, head)

    async def _catch_up(self, era: Era, head: Head) -> None:
        while era.recent.last < head.position:
            events = await self._read(era.recent.last, limit=self._page)
            if not _follow(events, after=era.recent.last):
                self._gap(era, head)
                return
            self._gaps = 0
            for event in events:
                era.recent.append(event)
            self._feed.news.strike()

    def _gap(self, era: Era, head: Head) -> None:
        """Have it read again; at last, tell everybody that events are lost rather than stand still.

        Raises:
            GapError: it is worth another try.
        """
        self._gaps += 1
        log.error("stream.gap", after=era.recent.last, head=head.position, attempt=self._gaps)
        if self._gaps < ATTEMPTS:
            raise GapError(f"no event follows {era.recent.last}, but the head is {head.position}")
        self._begin(head, because=ResyncReason.GAP)

    def _begin(self, head: Head, *, because: ResyncReason) -> None:
        if self._feed.era is not None:
            log.warning("stream.resync", because=because, epoch=head.epoch, head=head.position)
        self._gaps = 0
        recent = Recent(after=head, size=self._held)
        pages = Pages(read=self._read, oldest=self._oldest, size=self._page)
        self._feed.begin(Era(head.epoch, recent, pages), because=because)


def _follow(events: list[StoredEvent], *, after: int) -> bool:
    """Whether they are the next ones: at least one, without a gap."""
    positions = range(after + 1, after + 1 + len(events))
    return bool(events) and all(
        event.position == position for event, position in zip(events, positions, strict=True)
    )
