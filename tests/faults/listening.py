"""Subscribers over WebSockets that remember when each event reached them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from gql.transport.exceptions import TransportQueryError

from escgraph.clock import Clock
from escgraph.store import stream
from escgraph.store.stream import StoredEvent
from tests.end_to_end.subscriber import Item, Source, Subscriber, over_websocket
from tests.faults.history import added, check_heard
from tests.faults.report import Count

PAGE = 5_000
AWAY = frozenset({"UNAVAILABLE"})
"""What a server says that cannot go on and wants to be asked again."""


class Listener(Subscriber):
    """One that goes on from its cursor whenever it loses its server.

    Attributes:
        arrived: by the position of an event, when it came first, by the database's clock.
        turned_away: how often it was told that the database is away, and to come again.
    """

    def __init__(
        self, source: Source, *, after: str, clock: Clock, away: frozenset[str] = AWAY
    ) -> None:
        super().__init__(source, after=after)
        self._clock = clock
        self._away = away
        self.arrived: dict[int, datetime] = {}
        self.turned_away = 0

    async def _listen(self) -> None:
        try:
            await super()._listen()
        except TransportQueryError as error:
            codes = {told["extensions"]["code"] for told in error.errors or ()}
            if not codes <= self._away:
                raise
            self.turned_away += 1

    async def _take(self, item: Item) -> None:
        await super()._take(item)
        if item["__typename"] == "EventItem":
            self.arrived.setdefault(self.position, self._clock.now())


@asynccontextmanager
async def listening(
    urls: Sequence[str],
    token: str,
    *,
    count: int,
    after: str,
    clock: Clock,
    away: frozenset[str] = AWAY,
) -> AsyncIterator[list[Listener]]:
    """So many of them, turn by turn at those servers, as long as the `with` lasts."""
    listeners = [
        Listener(over_websocket(urls[n % len(urls)], token), after=after, clock=clock, away=away)
        for n in range(count)
    ]
    tasks = [asyncio.create_task(listener.follow()) for listener in listeners]
    try:
        yield listeners
    finally:
        for task in tasks:
            task.cancel()
        for end in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(end, Exception):
                raise end


async def caught_up(listeners: Sequence[Listener], *, seconds: float = 60) -> None:
    """Wait until all of them have heard what is written so far."""
    head = await stream.head()
    async with asyncio.timeout(seconds):
        await asyncio.gather(*(one.reached(head.position, seconds=seconds) for one in listeners))


async def events_behind(position: int) -> list[StoredEvent]:
    """All that was written after that position."""
    found: list[StoredEvent] = []
    while page := await stream.read(found[-1].position if found else position, limit=PAGE):
        found += page
    return found


def heard_rightly(
    listeners: Sequence[Listener], events: Sequence[StoredEvent]
) -> tuple[Count, ...]:
    """What they lost, heard twice or out of order, and how often they were told that some lack."""
    written = [event.position for event in events]
    heard = [[one.position for one in listener.heard] for listener in listeners]
    counts = added(check_heard(positions, written) for positions in heard)
    told = [Count(f"{count.what} for subscribers", count.found, count.history) for count in counts]
    return (*told, Count("resyncs", sum(listener.resyncs for listener in listeners)))


def delays(listeners: Sequence[Listener], events: Sequence[StoredEvent]) -> list[float]:
    """From the writing of each event to its arrival at each of them, in seconds."""
    return [
        (listener.arrived[event.position] - event.recorded_at).total_seconds()
        for listener in listeners
        for event in events
        if event.position in listener.arrived
    ]
