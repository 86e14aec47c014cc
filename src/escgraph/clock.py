"""The only reader of the present: the database's clock, as every process measures it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

READINGS = 3
"""Of the database's clock at each measurement; the quickest counts."""

_SHORTEST_SLEEP_S = 0.005

_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Goes on while the machine sleeps, where it can be had."""

ReadMoment = Callable[[], Awaitable[datetime]]


class Clock:
    """The database's time, as last measured, and what has passed since by this machine's pulse.

    The pulse is set by nobody. So a wrong host clock changes nothing, nor does one that somebody
    puts right while a process runs.

    `speed` lets simulated time run faster than real time, from `start` on; it is 1 wherever
    anything is real.
    """

    def __init__(self, *, speed: float = 1.0, start: datetime | None = None) -> None:
        self._speed = speed
        self._began = self.pulse()
        self._zero = self.host() - self._began
        self._start = start or self.host()

    @staticmethod
    def host() -> datetime:
        """What this machine believes."""
        return datetime.fromtimestamp(time.time(), UTC)  # noqa: TID251 - this is the clock

    @staticmethod
    def pulse() -> timedelta:
        """How long it is since some moment, the same one as long as the machine runs."""
        return timedelta(seconds=time.clock_gettime(_STEADY))

    def now(self) -> datetime:
        """The present, aware UTC."""
        if self._speed == 1.0:
            return self._zero + self.pulse()
        return self._start + (self.pulse() - self._began) * self._speed

    async def measure(self, read_moment: ReadMoment) -> timedelta:
        """Take over the database's time; how far it is from this host's.

        An answer is taken for fresh, though it may be as old as it took to come. So this clock is
        never ahead of the database's, and nothing is early; it lags by so much at most. The
        quickest answer of a few counts: a process that was frozen while it asked, or had to wait
        for a connection, would lag by seconds.
        """
        readings = [await self._reading(read_moment) for _ in range(READINGS)]
        _, self._zero = min(readings)
        return self._zero + self.pulse() - self.host()

    async def _reading(self, read_moment: ReadMoment) -> tuple[timedelta, datetime]:
        """How long it took, and the database's time when the pulse was zero."""
        before = self.pulse()
        theirs = await read_moment()
        after = self.pulse()
        return after - before, theirs - after

    def within(self, real: timedelta) -> timedelta:
        """How far this clock goes in that much real time: what takes long, takes longer by it."""
        return real * self._speed

    async def sleep(self, duration: timedelta) -> None:
        """Sleep for that long by this clock; some real time passes however fast it runs."""
        await asyncio.sleep(max(duration.total_seconds() / self._speed, _SHORTEST_SLEEP_S))

    async def sleep_unless(self, woken: asyncio.Event, duration: timedelta) -> None:
        """The same, but no longer than until that event is set."""
        sleeping = asyncio.ensure_future(self.sleep(duration))
        waking = asyncio.ensure_future(woken.wait())
        try:
            await asyncio.wait((sleeping, waking), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            waking.cancel()
