"""What must be tidied up now and then, and the heartbeats that say which engines live."""

from datetime import datetime, timedelta

import structlog

from escgraph.store import heartbeats, idempotency

BEAT_EVERY = timedelta(seconds=2)
FRESH = timedelta(seconds=7)
"""An engine whose last heartbeat is older is taken for dead."""

FORGOTTEN_AFTER = timedelta(days=1)
TIDY_EVERY = timedelta(hours=1)

log = structlog.get_logger(__name__)


async def tidy(*, now: datetime) -> None:
    """Drop idempotency keys after their 24 hours, and the heartbeats of the long dead."""
    keys = await idempotency.forget(before=now - idempotency.KEPT)
    engines = await heartbeats.forget(before=now - FORGOTTEN_AFTER)
    if keys or engines:
        log.info("housekeeping.tidied", keys=keys, engines=engines)


async def an_engine_lives(*, now: datetime) -> bool:
    """Whether an engine has a fresh heartbeat."""
    return any(now - beat.at < FRESH for beat in await heartbeats.beats())


class Heartbeat:
    """Says every few seconds that an engine of that name lives; cheap to call at every turn."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._last: datetime | None = None

    async def beat(self, *, now: datetime) -> None:
        if self._last is None or now - self._last >= BEAT_EVERY:
            await heartbeats.beat(self._name, at=now)
            self._last = now
