"""The only reader of the present: the database's clock, as every process measures it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

_SHORTEST_SLEEP_S = 0.005

ReadMoment = Callable[[], Awaitable[datetime]]


class Clock:
    """Host time plus the measured offset to the database's; a wrong host clock changes nothing.

    `speed` lets simulated time run faster than real time, from `start` on; it is 1 wherever
    anything is real.
    """

    def __init__(self, *, speed: float = 1.0, start: datetime | None = None) -> None:
        self._speed = speed
        self._began = self.host()
        self._start = start or self._began
        self.offset = timedelta(0)

    @staticmethod
    def host() -> datetime:
        """What this machine believes."""
        return datetime.fromtimestamp(time.time(), UTC)  # noqa: TID251 - this is the clock

    def now(self) -> datetime:
        """The present, aware UTC."""
        real = self.host() + self.offset
        if self._speed == 1.0:
            return real
        return self._start + (real - self._began) * self._speed

    async def measure(self, read_moment: ReadMoment) -> timedelta:
        """Take over the offset to the database's time, whose answer is half a round trip old."""
        before = time.monotonic()
        theirs = await read_moment()
        age = timedelta(seconds=(time.monotonic() - before) / 2)
        self.offset = theirs + age - self.host()
        return self.offset

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
