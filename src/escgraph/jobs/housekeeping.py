"""What must be tidied up now and then, and the heartbeat that says who is alive."""

from datetime import datetime, timedelta

from escgraph.store import heartbeats, idempotency

BEAT_EVERY = timedelta(seconds=5)


async def forget_old_keys(*, now: datetime) -> int:
    """Drop idempotency keys after their 24 hours; returns how many."""
    return await idempotency.forget(before=now - idempotency.KEPT)


class Heartbeat:
    """Says every few seconds that this process runs the engine; cheap to call at every turn."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._last: datetime | None = None

    async def beat(self, *, now: datetime) -> None:
        if self._last is not None and now - self._last < BEAT_EVERY:
            return
        await heartbeats.beat(self._name, at=now)
        self._last = now
