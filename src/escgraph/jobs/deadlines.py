"""The deadline engine: fire what is due, catch up on what was missed, park what cannot fire."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from escgraph.clock import Clock
from escgraph.jobs.housekeeping import Heartbeat, an_engine_lives
from escgraph.jobs.pulse import Pulse
from escgraph.store import firing
from escgraph.store.firing import Fired, Scope

BATCH = 500
"""Whoever acts on a ticket waits for the counter until one has committed, or two of two workers."""

PASSES = 20
"""Of a live sweep: then it looks at the clock anew, tells what fired, and what is HIGH by now."""

LONGEST_SLEEP = timedelta(seconds=1)
SHORTEST_SLEEP_S = 0.02
"""In real time: an accelerated clock must not keep the loop spinning."""

HELD_UP_S = 0.1
"""Before it looks again at rows that are due and that others hold."""

LONGEST_PAUSE_S = 2.0
"""After passes that failed."""

log = structlog.get_logger(__name__)

Ring = Callable[[int], Awaitable[None]]
Worked = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Swept:
    """How many fired and how many were parked; `position` is that of the last event, if any."""

    fired: int
    parked: int
    position: int | None

    def __add__(self, later: "Swept") -> "Swept":
        return Swept(
            self.fired + later.fired, self.parked + later.parked, later.position or self.position
        )

    def __bool__(self) -> bool:
        return self.fired > 0 or self.parked > 0


NOTHING = Swept(0, 0, None)


async def _nobody() -> None:
    """Nobody is told of a pass."""


async def sweep(
    *,
    now: datetime,
    batch: int = BATCH,
    passes: float = math.inf,
    simulated: bool = False,
    worked: Worked = _nobody,
) -> Swept:
    """Fire everything that is due at `now`, in order for each ticket.

    Each pass takes the first due deadline of every ticket; passes follow until nothing is due, or
    there were so many, and `worked` is called after each: a sweep after an outage is long, and
    proves all along that it works. Where more is due than fires at once, HIGH tickets come first.
    A `simulated` sweep is the only one that works in a database that holds simulated time.

    Raises:
        DatabaseBusy, DatabaseUnavailable: and anything else that is no row's fault; what fired
            before it stays fired.
    """
    total, left = NOTHING, passes
    scopes = [Scope.HIGH, Scope.ALL] if await firing.crowded(now=now, limit=batch) else [Scope.ALL]
    while scopes and left > 0:
        swept = await _pass(scopes[0], now=now, batch=batch, simulated=simulated)
        await worked()
        total, left = total + swept, left - 1
        if not swept:
            del scopes[0]
    return total


async def run(
    *, clock: Clock, ring: Ring, name: str, stands_in: bool, pulse: Pulse | None = None
) -> None:
    """The engine loop: sweep, tell, sleep until the next deadline or a second, for ever.

    It needs nothing but the database, and any number of loops may run. One that only `stands_in`
    fires nothing while an engine of its own right lives; it has no heartbeat, or two of them would
    stand back for each other. A pass that fails is logged, and the loop goes on with half the
    batch, in case a whole one takes longer than the database allows.

    A heartbeat is written after work that succeeded, and so is a proof of it: an engine that only
    fails falls silent, others stand in for it, and `engine_health` tells. `pulse` beats with it.
    """
    worked = _nobody if stands_in else _beating(Heartbeat(name), pulse or Pulse(), clock)
    failures = 0
    while True:
        try:
            if stands_in and await an_engine_lives(now=clock.now()):
                await _sleep(LONGEST_SLEEP, clock=clock)
                continue
            wait = await _turn(
                clock=clock, ring=ring, batch=max(BATCH >> failures, 1), worked=worked
            )
            await worked()
            failures = 0
            await _sleep(wait, clock=clock)
        except Exception as error:  # noqa: BLE001 - the edge of a loop that must outlive every fault
            failures += 1
            log.warning("engine.pass_failed", error=repr(error), in_a_row=failures)
            await asyncio.sleep(min(0.1 * 2 ** min(failures, 5), LONGEST_PAUSE_S))


def _beating(heartbeat: Heartbeat, pulse: Pulse, clock: Clock) -> Worked:
    async def worked() -> None:
        await heartbeat.beat(now=clock.now())
        pulse.beat()

    return worked


async def _turn(*, clock: Clock, ring: Ring, batch: int, worked: Worked) -> timedelta:
    """Fire what is due; how long there is nothing to do then."""
    due = await firing.next_due()
    if due is not None and due <= clock.now():
        swept = await sweep(now=clock.now(), batch=batch, passes=PASSES, worked=worked)
        if swept.position is None:
            await asyncio.sleep(HELD_UP_S)
        else:
            await ring(swept.position)
        due = await firing.next_due()
    return LONGEST_SLEEP if due is None else min(LONGEST_SLEEP, due - clock.now())


async def _sleep(wait: timedelta, *, clock: Clock) -> None:
    await asyncio.gather(clock.sleep(wait), asyncio.sleep(SHORTEST_SLEEP_S))


async def _pass(scope: Scope, *, now: datetime, batch: int, simulated: bool) -> Swept:
    try:
        fired = await firing.fire(now=now, limit=batch, scope=scope, simulated=simulated)
        return _swept(fired)
    except Exception as error:
        if not firing.blames_a_row(error):
            raise
        log.warning("engine.batch_failed", error=repr(error), batch=batch)
    due = await firing.due(now=now, limit=batch, scope=scope, simulated=simulated)
    return await _bisect(due, now=now, simulated=simulated)


async def _bisect(ids: Sequence[UUID], *, now: datetime, simulated: bool) -> Swept:
    """Fire the halves until the row that fails stands alone, and park it; the others fire."""
    if not ids:
        return NOTHING
    try:
        fired = await firing.fire(now=now, limit=len(ids), only=ids, simulated=simulated)
        return _swept(fired)
    except Exception as error:
        if not firing.blames_a_row(error):
            raise
        if len(ids) == 1:
            return await _park(ids[0], now=now, reason=repr(error))
    middle = len(ids) // 2
    first = await _bisect(ids[:middle], now=now, simulated=simulated)
    second = await _bisect(ids[middle:], now=now, simulated=simulated)
    return first + second


async def _park(deadline_id: UUID, *, now: datetime, reason: str) -> Swept:
    """One alarm for a row, however many engines come upon it."""
    parked = await firing.park(deadline_id, now=now, reason=reason)
    if parked:
        log.error("engine.deadline_parked", deadline=str(deadline_id), error=reason)
    return Swept(0, int(parked), None)


def _swept(fired: Fired) -> Swept:
    return Swept(fired.count, 0, fired.position)
