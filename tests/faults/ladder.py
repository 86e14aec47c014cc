"""What must hold of every database, and how late its deadlines fired."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from escgraph.store.database import database_now, fetch
from escgraph.store.values import moment
from tests.crowd import multiply
from tests.faults import rungs
from tests.faults.consistent import consistent
from tests.faults.house import House, publish_quick
from tests.faults.report import Count, Figure, quantile
from tests.store.ladders import opened, store


async def tickets_due(moments: Sequence[datetime], *, after: timedelta, **given: object) -> None:
    """Open a ticket for each of those moments, so that its first deadline falls just then.

    `after` is the response target of the policy; `given` is what `opened` takes.
    """
    first, *others = sorted(moments)
    ticket = await store(opened(at=first - after, **given))  # type: ignore[arg-type]
    await multiply(ticket.id, copies=len(others), shift=lambda n: others[n] - first)


async def ladders_due(
    house: House,
    ladder: Sequence[timedelta],
    *,
    deadlines: int,
    seconds: float,
    lead_in: timedelta,
) -> None:
    """Tickets of a quick policy, whose deadlines fall due evenly over so many seconds from then."""
    policy = await publish_quick(*ladder)
    tickets = deadlines // len(ladder)
    spread = timedelta(seconds=seconds) - (ladder[-1] - ladder[0])
    begin = await house.now() + lead_in
    moments = [begin + spread * (n / tickets) for n in range(tickets)]
    await tickets_due(moments, after=ladder[0], policy=policy)
    await house.settle()


async def fired_once(*, patience: timedelta = timedelta(0)) -> tuple[Count, ...]:
    """What engines missed, doubled, or left a gap for, when all is due that will be.

    Where more falls due meanwhile, `patience` is how long after its moment a deadline is missed.

    `missed` deadlines are armed although their moment has passed; of each rung there is one event
    and, where it climbs, one escalation; positions and the versions of each ticket have no gap.
    And whatever is recorded twice agrees.
    """
    before = await database_now() - patience
    return (
        await rungs.missed(before),
        await rungs.doubled(),
        await rungs.gaps(),
        await rungs.early(),
        await consistent(),
    )


async def lateness() -> list[float]:
    """How long after its moment each rung was written down, by the database's clock; seconds."""
    rows = await fetch(_FIRED)
    return [_after(row["recorded_at"], row["due_at"]).total_seconds() for row in rows]


def late_figures(late: Sequence[float], *, p99: float, worst: float) -> tuple[Figure, ...]:
    return (
        Figure("lateness p99", quantile(late, 0.99), p99),
        Figure("worst", max(late, default=0.0), worst),
    )


async def until_nothing_is_armed(*, seconds: float = 60) -> None:
    """Wait until every deadline that there is has fired.

    Raises:
        TimeoutError: some have not after so long.
    """
    if not await _waited_for(_nothing_is_armed, seconds=seconds):
        raise TimeoutError(f"deadlines are armed after {seconds:g} s still")


async def until_all_have_fired(*, seconds: float = 60) -> None:
    """The same, or that long: `fired_once` says what is missed then."""
    await _waited_for(_nothing_is_armed, seconds=seconds)


async def until_nothing_is_due(*, seconds: float = 120) -> None:
    """Wait until every deadline has fired whose moment has come, or that long: see above."""

    async def fired() -> bool:
        return not await fetch(_DUE, await database_now())

    await _waited_for(fired, seconds=seconds)


async def until_none_is_due(*, seconds: float = 20) -> None:
    """Wait until all of live tickets has fired whose moment has passed, or that long."""

    async def fired() -> bool:
        return not await rungs.any_missed(await database_now())

    await _waited_for(fired, seconds=seconds)


async def until_so_many_fired(count: int, *, seconds: float = 60) -> None:
    """Wait until so many deadlines have fired, or that long: then some are missed."""

    async def fired() -> bool:
        return await _number(_MANY) >= count

    await _waited_for(fired, seconds=seconds)


async def _waited_for(so: Callable[[], Awaitable[bool]], *, seconds: float) -> bool:
    """Look until it is so, or that long; whether it is."""
    loop = asyncio.get_running_loop()
    late = loop.time() + seconds
    while not await so():
        if loop.time() > late:
            return False
        await asyncio.sleep(0.1)
    return True


async def _nothing_is_armed() -> bool:
    return not await fetch("SELECT 1 FROM deadline WHERE state = 'ARMED' LIMIT 1")


async def _number(sql: str, *values: object) -> int:
    (row,) = await fetch(sql, *values)
    return int(row["n"])


def _after(recorded_at: object, due_at: object) -> timedelta:
    late, due = moment(recorded_at), moment(due_at)
    assert late is not None
    assert due is not None
    return late - due


_DUE = "SELECT 1 FROM deadline WHERE state = 'ARMED' AND parked_at IS NULL AND due_at <= $1 LIMIT 1"
_MANY = "SELECT count(*) AS n FROM deadline WHERE state = 'FIRED'"
_FIRED = """
SELECT recorded_at, payload->>'due_at' AS due_at FROM event
WHERE by_id IS NULL AND kind IN ('ResponseBreached', 'TicketEscalated', 'ManagementReminded')
"""
