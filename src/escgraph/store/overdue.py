"""Reviews and actions whose time is over: found, marked and handed out once, whoever asks.

What another process marks at this moment is skipped, and not waited for. A live process sees
nothing overdue in a database that holds simulated time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from escgraph.domain.review import Action, Review
from escgraph.domain.terms import PersonId
from escgraph.store.conditions import Conditions
from escgraph.store.database import dialect, execute_many, fetch
from escgraph.store.firing_statement import OURS
from escgraph.store.review_rows import action_of, review_of
from escgraph.store.values import uuid


@dataclass(frozen=True, slots=True)
class LateReview:
    """A review as it was just marked; `ticket_owner` is None without a ticket."""

    review: Review
    ticket_owner: PersonId | None


@dataclass(frozen=True, slots=True)
class LateAction:
    """An action as it was just marked, and its review right after that."""

    action: Action
    review: Review
    ticket_owner: PersonId | None


async def mark_reviews(*, now: datetime, limit: int, simulated: bool) -> list[LateReview]:
    """Mark the open reviews that are due at `now` and were not marked, the longest due first."""
    rows = await fetch(f"{_REVIEWS} {_locking()}", now, limit, simulated)
    await execute_many(_MARK_REVIEW, [(now, row["id"]) for row in rows])
    return [
        LateReview(
            review_of({**row, "overdue_at": now, "version": row["version"] + 1}), _owner(row)
        )
        for row in rows
    ]


async def mark_actions(
    *, now: datetime, today: date, limit: int, simulated: bool
) -> list[LateAction]:
    """The same for actions that are not done and whose day is over.

    Whoever writes an action has its review locked, so the reviews are locked first, and only then
    the actions read: by a statement of their own, since one and the same would still see those
    that were done while it waited. Each mark is a version of the review of its own.
    """
    locked = await fetch(f"{_WITH_LATE_ACTIONS} {_locking()}", today.isoformat(), limit, simulated)
    if not locked:
        return []
    conditions = Conditions()
    conditions.among("r.id", [row["id"] for row in locked])
    conditions.compare("a.due_on", "<", today.isoformat())
    found = await fetch(
        f"{_ACTIONS} {conditions.where()} AND {_LATE} "
        f"ORDER BY a.due_on, a.id LIMIT {conditions.mark(limit)}",
        *conditions.values,
    )
    await execute_many(_MARK_ACTION, [(now, row["action_id"]) for row in found])
    await execute_many(_NEXT_VERSION, [(now, row["id"]) for row in found])
    return [
        LateAction(action_of(_action(row, now)), review_of(row), _owner(row))
        for row in _counted(found)
    ]


def _locking() -> str:
    return "FOR UPDATE OF r SKIP LOCKED" if dialect() == "postgres" else ""


def _counted(rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """The rows, each with the version of its review after its own mark."""
    versions: dict[object, int] = {}
    for row in rows:
        versions[row["id"]] = versions.get(row["id"], row["version"]) + 1
        yield {**row, "version": versions[row["id"]]}


def _action(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    prefix = "action_"
    own = {name.removeprefix(prefix): row[name] for name in row if name.startswith(prefix)}
    return {**own, "overdue_at": now}


def _owner(row: dict[str, Any]) -> PersonId | None:
    return PersonId(uuid(row["ticket_owner"])) if row["ticket_owner"] else None


_REVIEWS = f"""
SELECT r.*, t.owner_id AS ticket_owner
FROM review r LEFT JOIN ticket t ON t.id = r.ticket_id
WHERE r.state = 'OPEN' AND r.overdue_at IS NULL AND r.due_at <= $1
  AND {OURS.format(n=3)}
ORDER BY r.due_at, r.id
LIMIT $2
"""  # noqa: S608 - our own names and placeholders
_MARK_REVIEW = (
    "UPDATE review SET overdue_at = $1, updated_at = $1, version = version + 1 WHERE id = $2"
)

_LATE = "a.done_at IS NULL AND a.overdue_at IS NULL"
_WITH_LATE_ACTIONS = f"""
SELECT r.id
FROM review r
WHERE r.id IN (SELECT a.review_id FROM review_action a WHERE {_LATE} AND a.due_on < $1)
  AND {OURS.format(n=3)}
ORDER BY r.opened_at, r.id
LIMIT $2
"""  # noqa: S608 - the same
_ACTIONS = """
SELECT r.*, t.owner_id AS ticket_owner, a.id AS action_id, a.ordinal AS action_ordinal,
  a.description AS action_description, a.owner_id AS action_owner_id, a.due_on AS action_due_on,
  a.created_at AS action_created_at, a.created_by AS action_created_by,
  a.done_at AS action_done_at, a.done_by AS action_done_by, a.outcome AS action_outcome
FROM review_action a
JOIN review r ON r.id = a.review_id
LEFT JOIN ticket t ON t.id = r.ticket_id
"""
_MARK_ACTION = "UPDATE review_action SET overdue_at = $1 WHERE id = $2"
_NEXT_VERSION = "UPDATE review SET updated_at = $1, version = version + 1 WHERE id = $2"
