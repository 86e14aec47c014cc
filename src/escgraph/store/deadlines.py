"""Deadline rows: read those of a cycle, write those that an act moved."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast

from uuid_utils.compat import uuid7

from escgraph.domain.terms import RANK, DeadlineKind, DeadlineState, Status, TicketId, Tier
from escgraph.domain.ticket import Deadline
from escgraph.store.database import execute, fetch
from escgraph.store.values import moment


async def of_cycle(ticket_id: TicketId, cycle: int) -> tuple[Deadline, ...]:
    """The deadlines of one cycle, in the order of their kinds."""
    rows = await fetch(
        f"SELECT {SELECTED} FROM deadline "  # noqa: S608 - a literal
        "WHERE ticket_id = $1 AND cycle = $2 ORDER BY rank",
        ticket_id,
        cycle,
    )
    return tuple(deadline_of(row) for row in rows)


async def save(ticket_id: TicketId, before: Sequence[Deadline], after: Sequence[Deadline]) -> None:
    """Write the deadlines that differ; those that are gone belong to an earlier cycle and stay."""
    known = {(d.cycle, d.kind): d for d in before}
    moved = [d for d in after if known.get((d.cycle, d.kind)) != d]
    if not moved:
        return
    values = [value for deadline in moved for value in _values(ticket_id, deadline)]
    await execute(_upsert(len(moved)), *values)


SELECTED = "cycle, kind, due_at, state, to_tier, to_status, fired_at"


def deadline_of(row: dict[str, Any]) -> Deadline:
    """The deadline that a row with the SELECTED columns says."""
    return Deadline(
        cycle=row["cycle"],
        kind=DeadlineKind(row["kind"]),
        due_at=cast("datetime", moment(row["due_at"])),
        state=DeadlineState(row["state"]),
        to_tier=Tier(row["to_tier"]) if row["to_tier"] else None,
        to_status=Status(row["to_status"]) if row["to_status"] else None,
        fired_at=moment(row["fired_at"]),
    )


def _values(ticket_id: TicketId, deadline: Deadline) -> tuple[object, ...]:
    return (
        uuid7(),
        ticket_id,
        deadline.cycle,
        deadline.kind,
        RANK[deadline.kind],
        deadline.due_at,
        deadline.state,
        deadline.to_tier,
        deadline.to_status,
        deadline.fired_at,
    )


@cache
def _upsert(count: int) -> str:
    width = 10
    rows = (
        "(" + ", ".join(f"${row * width + n}" for n in range(1, width + 1)) + ")"
        for row in range(count)
    )
    return (
        "INSERT INTO deadline (id, ticket_id, cycle, kind, rank, due_at, state, "  # noqa: S608 - placeholders
        f"to_tier, to_status, fired_at) VALUES {', '.join(rows)} "
        "ON CONFLICT (ticket_id, cycle, kind) DO UPDATE SET due_at = excluded.due_at, "
        "state = excluded.state, to_tier = excluded.to_tier, to_status = excluded.to_status, "
        "fired_at = excluded.fired_at, parked_at = NULL, parked_reason = NULL"
    )
