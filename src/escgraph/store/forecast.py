"""What is armed and falls due by some moment, as rows and as moves from tier to tier.

Both statements begin at the index of armed rows and read no more of it than falls due by then:
CROSS JOIN is how SQLite is told to begin there, and means nothing else to PostgreSQL.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from escgraph.domain.terms import DeadlineKind, PersonId, Priority, Tier
from escgraph.domain.ticket import Ticket
from escgraph.store.conditions import Conditions
from escgraph.store.database import fetch
from escgraph.store.ticket_rows import ticket_of
from escgraph.store.values import moment


@dataclass(frozen=True, slots=True)
class Due:
    """An armed response or rung; `to_tier` is None for a response."""

    ticket: Ticket
    kind: DeadlineKind
    to_tier: Tier | None
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Move:
    """How many tickets go from one tier to another, each to the last one that it reaches."""

    from_tier: Tier
    to_tier: Tier
    priority: Priority
    count: int


async def due(*, until: datetime, limit: int, named: PersonId | None) -> list[Due]:
    """The first responses and rungs of live tickets that fall due by then, as they would fire.

    Every armed row is one of a live ticket, so the first `limit` rows are enough to look at; only
    those of a stakeholder's tickets have to be found among the others.
    """
    conditions = Conditions()
    armed = _armed(conditions, until)
    first = f"LIMIT {conditions.mark(limit)}" if named is None else ""
    conditions.add(_ITS_LIVE_TICKET)
    conditions.names("t.stakeholders", named)
    rows = await fetch(
        "SELECT t.*, d.kind AS due_kind, d.to_tier AS due_tier, d.due_at AS due_at FROM "  # noqa: S608 - placeholders
        f"(SELECT * FROM deadline WHERE {armed} ORDER BY due_at, rank, id {first}) AS d "
        f"CROSS JOIN ticket t {conditions.where()} "
        f"ORDER BY d.due_at, d.rank, d.id LIMIT {conditions.mark(limit)}",
        *conditions.values,
    )
    return [
        Due(
            ticket=ticket_of(row),
            kind=DeadlineKind(row["due_kind"]),
            to_tier=Tier(row["due_tier"]) if row["due_tier"] else None,
            due_at=cast("datetime", moment(row["due_at"])),
        )
        for row in rows
    ]


async def moves(*, until: datetime, named: PersonId | None) -> list[Move]:
    """Where the rungs that fall due by then take the live tickets."""
    conditions = Conditions()
    conditions.add(f"{_armed(conditions, until)} AND to_tier IS NOT NULL")
    conditions.add(_ITS_LIVE_TICKET)
    conditions.names("t.stakeholders", named)
    rows = await fetch(
        "SELECT tier, priority, to_tier, count(*) AS tickets FROM ("  # noqa: S608 - the same
        "SELECT t.id, t.tier, t.priority, max(d.to_tier) AS to_tier "
        f"FROM deadline d CROSS JOIN ticket t {conditions.where()} "
        "GROUP BY t.id, t.tier, t.priority"
        ") AS moved GROUP BY tier, priority, to_tier ORDER BY tier, priority, to_tier",
        *conditions.values,
    )
    return [
        Move(
            Tier(row["tier"]), Tier(row["to_tier"]), Priority(row["priority"]), int(row["tickets"])
        )
        for row in rows
    ]


def _armed(conditions: Conditions, until: datetime) -> str:
    return (
        f"state = 'ARMED' AND parked_at IS NULL AND due_at <= {conditions.mark(until)} "
        "AND kind IN ('RESPONSE', 'LEVEL_2', 'LEVEL_3', 'MANAGEMENT')"
    )


_ITS_LIVE_TICKET = (
    "t.id = d.ticket_id AND t.cycle = d.cycle AND t.status IN ('OPEN', 'IN_PROGRESS', 'ON_HOLD')"
)
