"""Quarterly reviews at rest (Q1): which there are, and opening one with a case per escalation."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from uuid_utils.compat import uuid7

from escgraph.domain.review import Review
from escgraph.domain.terms import EscalationId, ReviewId
from escgraph.store.database import execute, execute_many, fetch
from escgraph.store.review_rows import COLUMNS, values_of
from escgraph.store.values import moment, uuid


@dataclass(frozen=True, slots=True)
class Span:
    """A review, and its time."""

    id: ReviewId
    starts_at: datetime
    ends_at: datetime


async def began_at() -> datetime | None:
    """When the first ticket was opened; None before."""
    (row,) = await fetch("SELECT min(opened_at) AS first FROM ticket")
    return moment(row["first"])


async def reviewed() -> dict[str, datetime]:
    """The quarters that have a review, each with the end of its time."""
    rows = await fetch("SELECT quarter, ends_at FROM review WHERE kind = 'QUARTERLY'")
    return {row["quarter"]: cast("datetime", moment(row["ends_at"])) for row in rows}


async def of_quarter(name: str) -> ReviewId | None:
    """The review of that quarter; None where there is none."""
    rows = await fetch("SELECT id FROM review WHERE kind = 'QUARTERLY' AND quarter = $1", name)
    return ReviewId(uuid(rows[0]["id"])) if rows else None


async def busy(starts_at: datetime, ends_at: datetime) -> bool:
    """Whether a ticket was live in that time, or an action of a review waited to be done."""
    return bool(await fetch(_BUSY, starts_at, ends_at))


async def insert(review: Review) -> bool:
    """Store a new review; False where its quarter has one already."""
    return bool(await execute(_INSERT, *values_of(review, COLUMNS)))


async def open_ones() -> list[Span]:
    """Those that nobody has completed, the oldest quarter first."""
    rows = await fetch(
        "SELECT id, starts_at, ends_at FROM review "
        "WHERE kind = 'QUARTERLY' AND state = 'OPEN' ORDER BY quarter"
    )
    return [
        Span(
            ReviewId(uuid(row["id"])),
            cast("datetime", moment(row["starts_at"])),
            cast("datetime", moment(row["ends_at"])),
        )
        for row in rows
    ]


async def gather(span: Span) -> int:
    """Give the review, which is locked or new, a case for each escalation of its time; how many."""
    found = await without_case(span)
    rows = [(uuid7(), span.id, escalation_id) for escalation_id in found]
    if rows:
        await execute_many(
            "INSERT INTO review_case (id, review_id, escalation_id, finding) "
            "VALUES ($1, $2, $3, '')",
            rows,
        )
    return len(rows)


async def without_case(span: Span) -> list[EscalationId]:
    """The escalations of its time that the review has no case for, in their order."""
    rows = await fetch(_WITHOUT_CASE, span.id, span.starts_at, span.ends_at)
    return [EscalationId(uuid(row["id"])) for row in rows]


_INSERT = (
    f"INSERT INTO review ({', '.join(COLUMNS)}) "  # noqa: S608 - names of our own columns
    f"VALUES ({', '.join(f'${n}' for n in range(1, len(COLUMNS) + 1))}) ON CONFLICT DO NOTHING"
)
_BUSY = """
SELECT 1 AS one WHERE EXISTS (
  SELECT 1 FROM ticket WHERE opened_at < $2 AND (
    status IN ('OPEN', 'IN_PROGRESS', 'ON_HOLD')
    OR coalesce(resolved_at, cancelled_at, closed_at) >= $1)
) OR EXISTS (SELECT 1 FROM escalation WHERE fired_at >= $1 AND fired_at < $2)
  OR EXISTS (
  SELECT 1 FROM review_action WHERE created_at < $2 AND (done_at IS NULL OR done_at >= $1))
"""
_WITHOUT_CASE = """
SELECT e.id FROM escalation e WHERE e.fired_at >= $2 AND e.fired_at < $3 AND NOT EXISTS (
  SELECT 1 FROM review_case c WHERE c.review_id = $1 AND c.escalation_id = e.id)
ORDER BY e.fired_at, e.id
"""
