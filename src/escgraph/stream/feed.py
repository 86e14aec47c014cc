"""What the hub shares with its subscribers: where the stream stands, and word of news."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from escgraph.store.stream import StoredEvent
from escgraph.stream.cursor import Cursor
from escgraph.stream.items import EventItem, ResyncReason
from escgraph.stream.pages import Pages
from escgraph.stream.recent import Recent


@dataclass(slots=True, eq=False)
class Era:
    """A stretch in which positions grow without a break: one epoch of the database, or a part.

    Attributes:
        ended_by: why what comes next does not go on from here; None while it is the present.
        latest: the item that was asked for last: most subscribers ask for the same at a time.
    """

    epoch: str
    recent: Recent
    pages: Pages
    ended_by: ResyncReason | None = None
    latest: EventItem | None = None

    def item(self, event: StoredEvent) -> EventItem:
        if self.latest is None or self.latest.event is not event:
            self.latest = EventItem(self.cursor(event.position, tag=event.tag), event)
        return self.latest

    def cursor(self, position: int, *, tag: str | None) -> Cursor:
        return Cursor(self.epoch, position, tag)


class Gong:
    """Wakes all who wait at that moment, in the order in which they came."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Future[None], None] = {}

    def strike(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for one in waiting:
            _wake(one)

    async def wait(self, *, until: float | None = None) -> None:
        """Return at the next stroke, or at that moment of the loop's time.

        Each subscriber waits here for each event, so this is lean: no timeout that cancels a task.
        """
        loop = asyncio.get_running_loop()
        woken = loop.create_future()
        timer = None if until is None else loop.call_at(until, _wake, woken)
        self._waiting[woken] = None
        try:
            await woken
        finally:
            self._waiting.pop(woken, None)
            if timer is not None:
                timer.cancel()


def _wake(one: "asyncio.Future[None]") -> None:
    if not one.done():
        one.set_result(None)


class Feed:
    """The hub writes it, subscribers read it.

    Attributes:
        era: the present one; None until the database was looked at for the first time.
        stopped: nothing comes any more.
        asked: somebody wants the hub to look at the database at once.
        news: struck when the position, the era or `stopped` changed.
    """

    def __init__(self) -> None:
        self.era: Era | None = None
        self.stopped = False
        self.asked = asyncio.Event()
        self.news = Gong()
        self._looked = Gong()
        self._begun = 0
        self._done = 0

    def begin(self, era: Era, *, because: ResyncReason) -> None:
        """Put that era in the place of the present one."""
        if self.era is not None:
            self.era.ended_by = because
            self.era.pages.stop()
        self.era = era
        self.news.strike()

    def stop(self) -> None:
        self.stopped = True
        if self.era is not None:
            self.era.pages.stop()
        self.news.strike()
        self._looked.strike()

    async def fresh(self) -> None:
        """Wait for a look at the database that begins after this call."""
        wanted = self._begun + 1
        self.asked.set()
        while self._done < wanted and not self.stopped:
            await self._looked.wait()

    @contextmanager
    def look(self) -> Iterator[None]:
        """A look at the database begins; at the end of `with` without an error, it was taken."""
        self.asked.clear()
        self._begun += 1
        yield
        self._done = self._begun
        self._looked.strike()
