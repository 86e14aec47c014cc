"""Firing due deadlines: on PostgreSQL one autocommit statement, on SQLite the same steps in Python.

No rule lives here: an armed row says all that firing needs, and both ways do what `ladder.fire`
does, which a test holds them to. Any number of engines may run at once.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from uuid import UUID

import asyncpg
from uuid_utils.compat import uuid7

from escgraph.domain import ladder
from escgraph.domain.terms import DeadlineKind, TicketId
from escgraph.store import tickets
from escgraph.store.database import Duplicate, dialect, execute, fetch
from escgraph.store.firing_statement import FIRE, FIRST_OF_ITS_TICKET, MOST, OF_SCOPE, OURS
from escgraph.store.transactions import unit_of_work
from escgraph.store.values import moment, uuid

AT_ONCE = {"sqlite": 100, "postgres": MOST}
"""How many fire in one transaction at most. On SQLite everybody else waits for it."""

BEFORE_ALL = datetime(1, 1, 1, tzinfo=UTC)


class Scope(Enum):
    """Whose deadlines fire."""

    HIGH = auto()
    ALL = auto()


@dataclass(frozen=True, slots=True)
class Fired:
    """`position` is the stream position of the last event, None where nothing fired."""

    count: int
    position: int | None


async def next_due(*, simulated: bool = False) -> datetime | None:
    """The moment of the first armed deadline of all tickets, None without any.

    Here and below, an engine that is not `simulated` sees nothing to do in a database that holds
    simulated time (see `simulation`).
    """
    rows = await fetch(_NEXT, simulated, BEFORE_ALL)
    return moment(rows[0]["due_at"]) if rows else None


async def crowded(*, now: datetime, limit: int) -> bool:
    """Whether more deadlines are due than `fire` would take with that limit."""
    return bool(await fetch(_BEYOND, now, min(limit, AT_ONCE[dialect()])))


async def fire(
    *,
    now: datetime,
    limit: int,
    scope: Scope = Scope.ALL,
    only: Sequence[UUID] | None = None,
    simulated: bool = False,
) -> Fired:
    """Fire the first due deadline of up to `limit` tickets; with `only`, no others than those.

    What was due first fires first. With so many at once that they do not fire together, ask for
    those of HIGH tickets before all.

    Raises:
        DatabaseBusy, DatabaseUnavailable: nothing is wrong with the rows; try again later.
        Exception: where `blames_a_row` says so, one of them cannot fire, and so none did.
    """
    limit = min(limit, AT_ONCE[dialect()])
    high = scope is Scope.HIGH
    if dialect() == "postgres":
        return await _fire_in_one_statement(now, limit, only, simulated, high)
    return await unit_of_work(lambda: _fire_one_by_one(now, limit, only, simulated, high))


async def due(
    *, now: datetime, limit: int, scope: Scope = Scope.ALL, simulated: bool = False
) -> list[UUID]:
    """The ids of the deadlines that `fire` would take."""
    rows = await fetch(_DUE, now, limit, simulated, scope is Scope.HIGH)
    return [uuid(row["id"]) for row in rows]


async def park(deadline_id: UUID, *, now: datetime, reason: str) -> bool:
    """Take a deadline that cannot fire out of the engine's way, for a person to look at.

    Whether it was this call that did: another engine may have fired or parked it meanwhile.
    """
    parked = await execute(
        "UPDATE deadline SET parked_at = $2, parked_reason = $3 "
        "WHERE id = $1 AND state = 'ARMED' AND parked_at IS NULL",
        deadline_id,
        now,
        reason[:500],
    )
    return parked > 0


def blames_a_row(error: Exception) -> bool:
    """Whether what `fire` raised is the fault of a row, and not of the database or its schema."""
    return isinstance(error, _FAULTS_OF_A_ROW)


async def _fire_in_one_statement(
    now: datetime,
    limit: int,
    only: Sequence[UUID] | None,
    simulated: bool,  # noqa: FBT001 - as bound above
    high: bool,  # noqa: FBT001 - the same
) -> Fired:
    chosen = None if only is None else list(only)
    ids = (str(uuid7())[:-4], str(uuid7())[:-4])
    (row,) = await fetch(FIRE, now, limit, *ids, simulated, chosen, high)
    return Fired(row["count"], row["position"])


async def _fire_one_by_one(
    now: datetime,
    limit: int,
    only: Sequence[UUID] | None,
    simulated: bool,  # noqa: FBT001 - the same
    high: bool,  # noqa: FBT001 - the same
) -> Fired:
    if only is None:
        rows = await fetch(_DUE, now, limit, simulated, high)
    else:
        rows = await fetch(_DUE_OF_THOSE, now, limit, simulated, high, list(only))
    position = None
    for row in rows:
        ticket = await tickets.locked(TicketId(uuid(row["ticket_id"])))
        at = max(now, ticket.updated_at)
        change = ladder.fire(ticket, DeadlineKind(row["kind"]), at=at)
        position = await tickets.save(ticket, change)
    return Fired(len(rows), position)


_FAULTS_OF_A_ROW = (
    Duplicate,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.DataError,
    asyncpg.ProgramLimitExceededError,
    sqlite3.IntegrityError,
    sqlite3.DataError,
    ArithmeticError,
    AssertionError,
    LookupError,
    TypeError,
    ValueError,
)
"""The last five are what the domain says to a ticket that cannot be."""

_NEXT = f"""
SELECT due_at FROM deadline
WHERE state = 'ARMED' AND parked_at IS NULL AND due_at > $2 AND {OURS.format(n=1)}
ORDER BY due_at
LIMIT 1
"""  # noqa: S608 - literals
"""The index of armed rows answers it alone; without a bound, SQLite sorts all rows for it."""

_BEYOND = """
SELECT 1 FROM deadline
WHERE state = 'ARMED' AND parked_at IS NULL AND due_at <= $1
ORDER BY due_at
LIMIT 1 OFFSET $2
"""
_SELECT_DUE = f"""
SELECT d.id, d.ticket_id, d.kind
FROM deadline d
WHERE d.state = 'ARMED' AND d.parked_at IS NULL AND d.due_at <= $1
  AND (
      SELECT count(*) FROM ticket t
      WHERE t.id = d.ticket_id AND t.cycle = d.cycle
        AND t.status IN ('OPEN', 'IN_PROGRESS', 'ON_HOLD')
        AND {OF_SCOPE.format(n=4)}
  ) = 1
  AND {OURS.format(n=3)}
  AND {FIRST_OF_ITS_TICKET.format(ticket="d.ticket_id", cycle="d.cycle")}
  {{}}
ORDER BY d.due_at, d.rank, d.id
LIMIT $2
"""  # noqa: S608 - literals
"""No join, or SQLite goes through the open tickets instead of what is due."""

_DUE = _SELECT_DUE.format("")
_DUE_OF_THOSE = _SELECT_DUE.format("AND d.id IN (SELECT value FROM json_each($5))")
