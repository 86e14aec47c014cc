"""Older events in pages, each read once for all subscribers that are about there."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

import structlog

from escgraph.store.stream import Front, StoredEvent

KEPT = 8
"""How many pages stay at hand for those who come a little later."""

AT_ONCE = 2
"""How many pages are read at the same time: those who catch up leave connections to others."""

log = structlog.get_logger(__name__)


class Read(Protocol):
    """The first `limit` events behind the position `after`, in their order."""

    def __call__(self, after: int, *, limit: int) -> Awaitable[list[StoredEvent]]: ...


Oldest = Callable[[], Awaitable[int]]
"""The lowest position that the stream holds still; 0, or behind its end, where it holds none.

A `Front` says too which event came right before it.
"""


@dataclass(frozen=True, slots=True)
class Page:
    """Events one after the other; `oldest` is the lowest position that was held still, or 0."""

    events: tuple[StoredEvent, ...] = ()
    oldest: int = 0

    def get(self, position: int) -> StoredEvent | None:
        """The event at that position; None where the page does not hold it."""
        if not self.events:
            return None
        index = position - self.events[0].position
        if not 0 <= index < len(self.events) or self.events[index].position != position:
            return None
        return self.events[index]

    def tag(self, position: int) -> str | None:
        """That of the event there; None where the page does not know it.

        It knows the last one that was archived too, behind which one may stand.
        """
        event = self.get(position)
        if event is not None:
            return event.tag
        oldest = self.oldest
        return oldest.before if isinstance(oldest, Front) and position == oldest - 1 else None

    def expired(self, position: int) -> bool:
        """Whether the event at that position was removed already."""
        return not self.oldest or position < self.oldest


class Pages:
    """The pages of one era. All begin at a multiple of `size`, so that readers meet in them."""

    def __init__(self, *, read: Read, oldest: Oldest, size: int) -> None:
        self._read = read
        self._oldest = oldest
        self._size = size
        self._kept: dict[int, Page] = {}
        self._reading: dict[int, asyncio.Task[Page | None]] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)

    def kept(self, position: int) -> Page | None:
        """The page that holds that position, where it is at hand."""
        page = self._kept.get(self._start(position))
        return None if page is None or page.get(position) is None else page

    def reading(self, position: int) -> asyncio.Task[Page | None]:
        """The page that should hold that position is being read; None comes where that failed.

        The task is shared: wait for it with `asyncio.wait`, which does not cancel it.
        """
        start = self._start(position)
        if start not in self._reading:
            self._reading[start] = asyncio.create_task(self._fetch(start), name="stream page")
        return self._reading[start]

    def stop(self) -> None:
        for task in self._reading.values():
            task.cancel()

    def _start(self, position: int) -> int:
        return (position - 1) // self._size * self._size

    async def _fetch(self, start: int) -> Page | None:
        try:
            async with self._turns:
                return self._keep(start, await self._page(start))
        except Exception as error:  # noqa: BLE001 - those who wait for the page try again
            log.warning("stream.page_failed", after=start, error=repr(error))
            return None
        finally:
            del self._reading[start]

    async def _page(self, start: int) -> Page:
        events = tuple(await self._read(start, limit=self._size))
        if events and events[0].position == start + 1:
            return Page(events, oldest=start + 1)
        return Page(events, oldest=await self._oldest())

    def _keep(self, start: int, page: Page) -> Page:
        self._kept.pop(start, None)
        self._kept[start] = page
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]
        return page
