"""One subscriber's way through the stream: it pulls at its own pace, from a place of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from escgraph.store.stream import StoredEvent
from escgraph.stream.cursor import Cursor
from escgraph.stream.feed import Era, Feed
from escgraph.stream.items import CaughtUp, Heartbeat, Item, Resync, ResyncReason
from escgraph.stream.pages import Page

Accept = Callable[[StoredEvent], bool | Awaitable[bool]]

RETRY_S = 0.5
"""How long to wait before a page is asked for again."""

ATTEMPTS = 3
"""How often a page that lacks an event is read before the event counts as lost."""

BREATH = 100
"""After how many events in a row others get a turn."""

_NO_PAGE = Page()


class Subscription:
    """Nothing of it is known to anybody else, so nothing is left when it is dropped."""

    def __init__(
        self, feed: Feed, after: Cursor | None, *, accept: Accept, heartbeat: timedelta
    ) -> None:
        self._feed = feed
        self._after = after
        self._accept = accept
        self._heartbeat_s = heartbeat.total_seconds()
        self._loop = asyncio.get_running_loop()
        self._page = _NO_PAGE
        self._caught_up = False
        self._attempts = 0
        self._looked_at = 0
        self._astray: ResyncReason | None = None
        self._claim: str | None = None

    async def begin(self) -> bool:
        """Find the place to begin from; False where the hub stopped before.

        A look at the database comes first, shared with all who begin at that time: the cursor may
        be younger than the last one, and what was committed before now belongs to the replay.
        """
        await self._feed.fresh()
        era = self._feed.era
        if era is None:
            return False
        self._go_to(era)
        if self._after is not None:
            self._astray = _strayed(self._after, era=era)
            self._position = self._after.position
            self._claim = self._after.tag
            self._tag = self._claim or era.recent.tag(self._position)
        return True

    async def next(self) -> Item | None:
        """The next item; None when the hub has stopped."""
        self._beat_at = self._loop.time() + self._heartbeat_s
        while not self._feed.stopped:
            reason = self._astray or self._era.ended_by
            if reason is not None:
                return self._resync(reason)
            if self._claim is not None:
                await self._prove(self._claim)
            elif not self._caught_up and self._position >= self._target:
                self._caught_up = True
                return CaughtUp(self._cursor)
            elif (event := self._at_hand(self._position + 1)) is None:
                await self._more()
            elif await self._wanted(event):
                return self._era.item(event)
            if self._loop.time() >= self._beat_at:
                return Heartbeat(self._cursor)
        return None

    @property
    def _cursor(self) -> Cursor:
        return self._era.cursor(self._position, tag=self._tag)

    def _go_to(self, era: Era) -> None:
        """Stand at the end of that era, and say so next."""
        self._era = era
        self._position = self._target = era.recent.last
        self._tag = era.recent.tag(self._position)
        self._claim = None
        self._page = _NO_PAGE
        self._caught_up = False

    def _resync(self, reason: ResyncReason) -> Resync:
        self._astray = None
        self._attempts = 0
        self._go_to(self._feed.era or self._era)
        return Resync(self._cursor, reason)

    async def _prove(self, claim: str) -> None:
        """Go on from the cursor only if the event that it stands behind is the one there."""
        tag = self._known(self._position)
        if tag is None:
            await self._read_on(self._position)
        elif tag == claim:
            self._claim = None
        else:
            self._astray = ResyncReason.OTHER_EPOCH

    def _known(self, position: int) -> str | None:
        """The tag of the event there, where it can be told without waiting."""
        tag = self._page.tag(position) or self._era.recent.tag(position)
        event = None if tag else self._at_hand(position)
        return event.tag if event else tag

    def _at_hand(self, position: int) -> StoredEvent | None:
        """The event at that position, where it can be had without waiting."""
        if position > self._era.recent.last:
            return None
        event = self._era.recent.get(position)
        if event is not None:
            self._page = _NO_PAGE
            return event
        if self._page.get(position) is None:
            self._page = self._era.pages.kept(position) or _NO_PAGE
        return self._page.get(position)

    async def _wanted(self, event: StoredEvent) -> bool:
        """Step behind the event; whether the subscriber is to have it."""
        self._position, self._tag = event.position, self._era.item(event).cursor.tag
        self._looked_at += 1
        if self._looked_at % BREATH == 0:
            await asyncio.sleep(0)
        verdict = self._accept(event)
        return verdict if isinstance(verdict, bool) else await verdict

    async def _more(self) -> None:
        """Wait for the next event, at the longest until a heartbeat is due."""
        if self._position >= self._era.recent.last:
            await self._feed.news.wait(until=self._beat_at)
            return
        await self._read_on(self._position + 1)

    async def _read_on(self, position: int) -> None:
        """Wait for the page with that position, no longer than until a heartbeat is due."""
        reading = self._era.pages.reading(position)
        await asyncio.wait({reading}, timeout=max(self._beat_at - self._loop.time(), 0))
        if reading.done() and not reading.cancelled():
            await self._turn_to(reading.result(), position)

    async def _turn_to(self, page: Page | None, position: int) -> None:
        if page is not None and (page.get(position) or self._proves(page)):
            self._page = page
            self._attempts = 0
        elif page is not None and page.expired(position):
            self._astray = ResyncReason.TOO_OLD
        else:
            await self._retry(found=page is not None)

    def _proves(self, page: Page) -> bool:
        return self._claim is not None and page.tag(self._position) is not None

    async def _retry(self, *, found: bool) -> None:
        """The page could not be read, or it lacks the event, which must not be."""
        self._attempts += found
        if self._attempts >= ATTEMPTS:
            self._astray = ResyncReason.GAP
            return
        await asyncio.sleep(min(RETRY_S, max(self._beat_at - self._loop.time(), 0)))


def _strayed(after: Cursor, *, era: Era) -> ResyncReason | None:
    """Why nobody can go on from that cursor in that era; None where it is possible."""
    if after.epoch != era.epoch:
        return ResyncReason.OTHER_EPOCH
    if after.position > era.recent.last:
        return ResyncReason.AHEAD
    return None
