"""R10: all workers were down for six hours, and every ticket stands behind all of its rungs."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import cast

from escgraph.domain.terms import Priority
from escgraph.store.database import fetch
from escgraph.store.values import moment
from tests.faults.house import Ground, House, on_postgres, publish_quick
from tests.faults.ladder import fired_once, until_nothing_is_due
from tests.faults.mass import copy
from tests.faults.report import Count, Figure, Report
from tests.store.ladders import ADA, opened, store

LADDER = (timedelta(hours=1), timedelta(hours=2), timedelta(hours=4))
DOWN = timedelta(hours=6)
OPENED = tuple(DOWN + timedelta(minutes=7 * n) for n in range(6))
"""How long ago: every rung of each fell due while nobody was there to fire it."""


@dataclass(frozen=True, slots=True)
class Scale:
    """`told_s`: how long all may take to be told, in seconds, before they are counted."""

    rungs: int
    told_s: float

    @property
    def tickets(self) -> int:
        return self.rungs // len(LADDER)


FULL = Scale(rungs=15_120, told_s=180)
REDUCED = Scale(rungs=1_080, told_s=60)


async def run(scale: Scale, ground: Ground) -> Report:
    async with on_postgres(ground) as house:
        await _open_tickets(house, scale.tickets)
        back_at = await house.now()
        house.workers(2)
        await until_nothing_is_due()
        fired_in = await _last_fired() - back_at
        await _until_all_are_told(seconds=scale.told_s)
        told_in = await house.now() - back_at
        return Report(
            (
                *await fired_once(),
                Count("out of order", await _number(_OUT_OF_ORDER)),
                Count("not marked late", await _number(_NOT_MARKED)),
                Count("notices too many", await _number(_NOTICES_TOO_MANY)),
                Count("rungs not told", await _number(_NOT_TOLD, ADA.id)),
                Count("delivered twice", await _number(_DELIVERED_TWICE)),
            ),
            (
                Figure("rungs", await _number(_FIRED), scale.rungs, "", least=True),
                Figure("all fired", fired_in.total_seconds(), 10.0),
            ),
            f"{scale.tickets:,} tickets, 2 workers, counted from their start; "
            f"all told in {told_in.total_seconds():.0f} s",
        )


async def _open_tickets(house: House, many: int) -> None:
    policy = await publish_quick(*LADDER)
    now = await house.now()
    kinds = list(product(OPENED, Priority))
    for n, (ago, priority) in enumerate(kinds):
        ticket = await store(opened(priority, at=now - ago, policy=policy))
        await copy(ticket.id, copies=many // len(kinds) - 1, numbered_from=1_000_000 * (n + 1))
    await house.settle()


async def _until_all_are_told(*, seconds: float) -> None:
    """Wait until the notices job has read all that happened, or that long: then some are not."""
    late = asyncio.get_running_loop().time() + seconds
    while await _number(_UNTOLD) and asyncio.get_running_loop().time() < late:
        await asyncio.sleep(0.2)


async def _last_fired() -> datetime:
    (row,) = await fetch("SELECT max(recorded_at) AS last FROM event WHERE by_id IS NULL")
    return cast("datetime", moment(row["last"]))


async def _number(sql: str, *values: object) -> int:
    (row,) = await fetch(sql, *values)
    return int(row["n"])


_FIRED = "SELECT count(*) AS n FROM event WHERE by_id IS NULL"
_OUT_OF_ORDER = """
SELECT count(*) AS n FROM (
    SELECT (payload->>'due_at')::timestamptz AS due_at,
           lag((payload->>'due_at')::timestamptz)
               OVER (PARTITION BY ticket_id ORDER BY ticket_version) AS before
    FROM event WHERE by_id IS NULL
) fired WHERE before >= due_at
"""
_NOT_MARKED = """
SELECT (SELECT count(*) FROM event WHERE by_id IS NULL AND NOT (payload->>'catch_up')::boolean)
     + (SELECT count(*) FROM escalation WHERE NOT catch_up) AS n
"""
_UNTOLD = """
SELECT s.position - r.position AS n FROM stream s, reader r WHERE r.name = 'notices'
"""
_NOTICES_TOO_MANY = """
SELECT coalesce(sum(many - 1), 0) AS n FROM (
    SELECT count(*) AS many FROM notice WHERE kind IN ('RESPONSE_BREACHED', 'ESCALATED')
    GROUP BY person_id, ticket_id
) counted
"""
_NOT_TOLD = """
SELECT count(*) AS n FROM event WHERE by_id IS NULL AND position NOT IN (
    SELECT told::bigint FROM notice CROSS JOIN jsonb_array_elements_text(positions) told
    WHERE person_id = $1
)
"""
"""Their owner hears of each rung; who else does is said elsewhere."""

_DELIVERED_TWICE = """
SELECT count(*) - count(DISTINCT notice_id) AS n FROM delivery
"""
