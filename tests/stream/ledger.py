"""A stream in memory that keeps the database's promises, counts questions and fails on demand."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from uuid import UUID

from escgraph.store.stream import Front, Head, StoredEvent, stored_event
from escgraph.stream.cursor import Cursor
from escgraph.stream.items import CaughtUp, EventItem, Heartbeat, Item, Resync

PATIENCE_S = 10


def event(position: int) -> StoredEvent:
    """One whose tag is its position."""
    moment = "2026-03-02T09:00:00.000000Z"
    return stored_event(
        {
            "position": position,
            "id": str(UUID(int=position << 16)),
            "kind": "TicketCancelled",
            "ticket_id": None,
            "ticket_version": None,
            "at": moment,
            "recorded_at": moment,
            "by_id": None,
            "payload": '{"reason": "for the test"}',
            "state": None,
        }
    )


class Ledger:
    """What `escgraph.store.stream` offers.

    Attributes:
        reads: how often the events behind each position were read.
        fault: raised by whatever is asked, while there is one.
        door: reads wait while it is closed.
        busiest: how many reads were under way at the same time, at most.
    """

    def __init__(self) -> None:
        self.epoch = "one"
        self.position = 0
        self.events: dict[int, StoredEvent] = {}
        self.heads = 0
        self.reads: Counter[int] = Counter()
        self.fault: Exception | None = None
        self.door = asyncio.Event()
        self.door.set()
        self.busiest = 0
        self.before: str | None = None
        self._at_work = 0

    def append(self, count: int = 1) -> int:
        for _ in range(count):
            self.position += 1
            self.events[self.position] = event(self.position)
        return self.position

    def forget(self, *, before: int) -> None:
        """Remove what is older than that position, as the retention does."""
        for position in [position for position in self.events if position < before]:
            del self.events[position]

    def archive(self, *, before: int) -> None:
        """Move it elsewhere, where the tag of the last one is found."""
        self.before = self.events[before - 1].tag
        self.forget(before=before)

    def cursor(self, position: int | None = None) -> Cursor:
        return Cursor(self.epoch, self.position if position is None else position)

    async def head(self) -> Head:
        await self._answer()
        self.heads += 1
        last = self.events.get(self.position)
        return Head(self.epoch, self.position, last.tag if last else None)

    async def oldest(self) -> int:
        await self._answer()
        return Front(min(self.events, default=0), self.before)

    async def read(self, after: int, *, limit: int) -> list[StoredEvent]:
        self.reads[after] += 1
        self._at_work += 1
        self.busiest = max(self.busiest, self._at_work)
        try:
            await self._answer()
            await self.door.wait()
        finally:
            self._at_work -= 1
        return [self.events[n] for n in sorted(self.events) if n > after][:limit]

    async def _answer(self) -> None:
        await asyncio.sleep(0)
        if self.fault is not None:
            raise self.fault


def shown(item: Item) -> int | str:
    """An event as its position, any other item in a word and its position."""
    match item:
        case EventItem():
            assert item.cursor.position == item.event.position
            return item.event.position
        case CaughtUp():
            return f"caught up at {item.cursor.position}"
        case Heartbeat():
            return f"heartbeat at {item.cursor.position}"
        case Resync():
            return f"resync at {item.cursor.position}: {item.reason}"


async def take(items: AsyncIterator[Item], count: int) -> list[int | str]:
    """The next so many items, as shown."""
    async with asyncio.timeout(PATIENCE_S):
        return [shown(await anext(items)) for _ in range(count)]


async def take_all(items: AsyncIterator[Item]) -> list[int | str]:
    """All items to the end of the subscription."""
    async with asyncio.timeout(PATIENCE_S):
        return [shown(item) async for item in items]


async def until(condition: Callable[[], object]) -> None:
    """Give others their turns until the condition holds."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - what is waited for sets no asyncio.Event
            await asyncio.sleep(0.001)


def everything(_event: StoredEvent) -> bool:
    return True


def nothing(_event: StoredEvent) -> bool:
    return False
