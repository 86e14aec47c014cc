"""Deadlines that wait, or should have fired and did not: what an operator is told of."""

from dataclasses import dataclass
from datetime import datetime

from escgraph.store.database import fetch
from escgraph.store.values import moment


@dataclass(frozen=True, slots=True)
class Waiting:
    """Deadlines that wait, and since when the first does; None without any."""

    count: int
    since: datetime | None


async def overdue(*, before: datetime) -> Waiting:
    """Those of live tickets that were due before that moment and are armed still."""
    return await _waiting(_OVERDUE, before)


async def armed() -> Waiting:
    """Those of live tickets that are to fire, now or some day; since when is when the first is."""
    return await _waiting(_ARMED)


async def parked() -> Waiting:
    """Those that the engine put aside because they could not fire."""
    return await _waiting(_PARKED)


async def _waiting(sql: str, *values: object) -> Waiting:
    (row,) = await fetch(sql, *values)
    return Waiting(row["many"], moment(row["since"]))


_ARMED = """
SELECT count(*) AS many, min(d.due_at) AS since
FROM deadline d JOIN ticket t ON t.id = d.ticket_id AND t.cycle = d.cycle
WHERE d.state = 'ARMED' AND d.parked_at IS NULL
  AND t.status IN ('OPEN', 'IN_PROGRESS', 'ON_HOLD')
"""
_OVERDUE = f"{_ARMED}  AND d.due_at < $1"
_PARKED = """
SELECT count(*) AS many, min(parked_at) AS since FROM deadline
WHERE state = 'ARMED' AND parked_at IS NOT NULL
"""
