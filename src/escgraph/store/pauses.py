"""Pause rows: when a ticket's ladder stood still; ended or approved, never else changed (A7)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from uuid_utils.compat import uuid7

from escgraph.domain.terms import HoldReason, PersonId, TicketId
from escgraph.domain.ticket import Pause
from escgraph.store.database import execute, fetch
from escgraph.store.values import moment, uuid


async def of_ticket(ticket_id: TicketId) -> tuple[Pause, ...]:
    """All of them, in the order in which they began."""
    rows = await fetch("SELECT * FROM pause WHERE ticket_id = $1 ORDER BY ordinal", ticket_id)
    return tuple(pause_of(row) for row in rows)


async def save(ticket_id: TicketId, before: Sequence[Pause], after: Sequence[Pause]) -> None:
    """Append the pauses that began; end, or approve, the one that was changed."""
    for ordinal, pause in enumerate(after):
        if ordinal >= len(before):
            await execute(_INSERT, uuid7(), ticket_id, ordinal, *_values(pause))
        elif before[ordinal] != pause:
            await execute(_CHANGE, ticket_id, ordinal, pause.ended_at, pause.approved_by)


def pause_of(row: dict[str, Any]) -> Pause:
    return Pause(
        started_at=cast("datetime", moment(row["started_at"])),
        ended_at=moment(row["ended_at"]),
        cap_at=moment(row["cap_at"]),
        reason=HoldReason(row["reason"]) if row["reason"] else None,
        note=row["note"],
        by=PersonId(uuid(row["by_id"])) if row["by_id"] else None,
        approved_by=PersonId(uuid(row["approved_by"])) if row["approved_by"] else None,
    )


def _values(pause: Pause) -> tuple[object, ...]:
    return (
        pause.started_at,
        pause.ended_at,
        pause.cap_at,
        pause.reason,
        pause.note,
        pause.by,
        pause.approved_by,
    )


_INSERT = (
    "INSERT INTO pause (id, ticket_id, ordinal, started_at, ended_at, cap_at, reason, note, "
    "by_id, approved_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
)
_CHANGE = "UPDATE pause SET ended_at = $3, approved_by = $4 WHERE ticket_id = $1 AND ordinal = $2"
