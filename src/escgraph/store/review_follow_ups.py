"""Actions of reviews as a quarterly review lists them (Q4): its own, and those carried over."""

from datetime import date, datetime
from typing import Any

from escgraph.domain.quarterly import Followed
from escgraph.domain.terms import ReviewActionId, ReviewId
from escgraph.domain.texts import called
from escgraph.store.database import fetch
from escgraph.store.values import boolean, moment, uuid

MOST = 200
"""So many of one list are shown, those due first."""


async def own(review_id: ReviewId) -> list[Followed]:
    """What that review wants done, in the order in which it says so."""
    return [_followed(row) for row in await fetch(_OWN, review_id, MOST)]


async def carried(quarter: str, ends_at: datetime) -> list[Followed]:
    """What earlier reviews want done, and was not when the quarter ended; those due first.

    Earlier are the reviews of the quarters before, whenever they were written, and the reviews of
    tickets that were opened before the quarter ended.
    """
    return [_followed(row) for row in await fetch(_CARRIED, quarter, ends_at, MOST)]


def _followed(row: dict[str, Any]) -> Followed:
    return Followed(
        id=ReviewActionId(uuid(row["id"])),
        origin=row["quarter"] or called(row["number"]),
        description=row["description"],
        owner=row["name"] or "",
        due_on=date.fromisoformat(row["due_on"]) if row["due_on"] else None,
        overdue=boolean(row["overdue"]),
        done_at=moment(row["done_at"]),
        outcome=row["outcome"],
    )


_COLUMNS = """
SELECT a.id, r.quarter, t.number, a.description, p.name, a.due_on, a.done_at, a.outcome,
  a.overdue_at IS NOT NULL AND a.done_at IS NULL AS overdue
FROM review_action a JOIN review r ON r.id = a.review_id
LEFT JOIN ticket t ON t.id = r.ticket_id LEFT JOIN person p ON p.id = a.owner_id
"""
_OWN = f"{_COLUMNS} WHERE r.id = $1 ORDER BY a.ordinal LIMIT $2"
_CARRIED = (
    f"{_COLUMNS} WHERE (r.quarter < $1 OR (r.kind = 'POST_ISSUE' AND r.opened_at < $2)) "
    "AND (a.done_at IS NULL OR a.done_at >= $2) "
    "ORDER BY coalesce(a.due_on, '9999-12-31'), r.opened_at, a.ordinal LIMIT $3"
)
