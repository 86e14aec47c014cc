"""Reviews at rest: lock one, load one, save what an act made of it, with its event.

Lock order: ticket, review, counter.
"""

from collections.abc import Sequence
from typing import Any

from escgraph.domain.errors import NotFoundError
from escgraph.domain.review import Action, Review, ReviewChange
from escgraph.domain.review_actions import unknown_action
from escgraph.domain.terms import ReviewActionId, ReviewId, TicketId
from escgraph.store import stream, timeline
from escgraph.store.conditions import Conditions
from escgraph.store.database import dialect, execute, fetch
from escgraph.store.review_rows import (
    ACTION_COLUMNS,
    ACTION_MUTABLE,
    COLUMNS,
    MUTABLE,
    action_of,
    action_values_of,
    review_of,
    values_of,
)
from escgraph.store.values import uuid


async def locked(review_id: ReviewId) -> Review:
    """The review, locked until the unit of work ends.

    Raises:
        NotFoundError: there is none with that id.
    """
    lock = " FOR UPDATE" if dialect() == "postgres" else ""
    rows = await fetch(f"SELECT * FROM review WHERE id = $1{lock}", review_id)  # noqa: S608 - a literal
    return (await whole([_only(rows, review_id)]))[0]


async def load(review_id: ReviewId) -> Review:
    """The review as it stands.

    Raises:
        NotFoundError: there is none with that id.
    """
    rows = await fetch("SELECT * FROM review WHERE id = $1", review_id)
    return (await whole([_only(rows, review_id)]))[0]


async def of_action(action_id: ReviewActionId) -> ReviewId:
    """Which review wants that done; it never changes.

    Raises:
        NotFoundError: there is no such action.
    """
    rows = await fetch("SELECT review_id FROM review_action WHERE id = $1", action_id)
    if not rows:
        raise unknown_action(action_id)
    return ReviewId(uuid(rows[0]["review_id"]))


async def still_open_of(ticket_id: TicketId) -> bool:
    """Whether a review of any cycle of the ticket is open, and stays so in this unit of work."""
    lock = " FOR UPDATE" if dialect() == "postgres" else ""
    return bool(await fetch(f"{_OPEN_OF_TICKET}{lock}", ticket_id))


async def insert(review: Review) -> None:
    """Store a new review; its event is for the caller, who locks the counter last."""
    await execute(_INSERT, *values_of(review, COLUMNS))


async def save(before: Review, change: ReviewChange) -> int:
    """Store what the act made of it; returns the stream position of its event.

    `before` was locked in this unit of work. An act that changed nothing writes nothing, and the
    position is the stream's present one.
    """
    if change.event is None:
        return (await stream.head()).place
    review = change.review
    written = await execute(_UPDATE, *values_of(review, MUTABLE), review.id, before.version)
    assert written == 1, "the locked review changed under its lock"
    known = {action.id: action for action in before.actions}
    for action in review.actions:
        await _save_action(review, action, known.get(action.id))
    return await timeline.append_alone(change.event)


async def actions_of(review_ids: Sequence[ReviewId]) -> dict[ReviewId, list[Action]]:
    """The actions of each of those reviews, in their order."""
    found: dict[ReviewId, list[Action]] = {review_id: [] for review_id in review_ids}
    if not found:
        return found
    conditions = Conditions()
    conditions.among("review_id", list(found))
    rows = await fetch(
        f"SELECT * FROM review_action {conditions.where()} ORDER BY review_id, ordinal",  # noqa: S608 - placeholders
        *conditions.values,
    )
    for row in rows:
        found[ReviewId(uuid(row["review_id"]))].append(action_of(row))
    return found


async def whole(rows: Sequence[dict[str, Any]]) -> list[Review]:
    """The reviews that those rows say, each with its actions."""
    actions = await actions_of([ReviewId(uuid(row["id"])) for row in rows])
    return [review_of(row, actions[ReviewId(uuid(row["id"]))]) for row in rows]


async def _save_action(review: Review, action: Action, before: Action | None) -> None:
    if before is None:
        await execute(_INSERT_ACTION, *action_values_of(review, action, ACTION_COLUMNS))
    elif before != action:
        values = action_values_of(review, action, ACTION_MUTABLE)
        await execute(_UPDATE_ACTION, *values, action.id)


def _only(rows: list[dict[str, Any]], review_id: ReviewId) -> dict[str, Any]:
    if not rows:
        raise NotFoundError(
            f"there is no review with the id {review_id}; see reviews", field=("reviewId",)
        )
    return rows[0]


def _marks(columns: Sequence[str]) -> str:
    return ", ".join(f"${n}" for n in range(1, len(columns) + 1))


def _settings(columns: Sequence[str]) -> str:
    return ", ".join(f"{name} = ${n}" for n, name in enumerate(columns, 1))


_OPEN_OF_TICKET = (
    "SELECT id FROM review WHERE ticket_id = $1 AND kind = 'POST_ISSUE' AND state = 'OPEN'"
)
_INSERT = f"INSERT INTO review ({', '.join(COLUMNS)}) VALUES ({_marks(COLUMNS)})"  # noqa: S608 - names of our own columns
_UPDATE = (
    f"UPDATE review SET {_settings(MUTABLE)} "  # noqa: S608 - the same
    f"WHERE id = ${len(MUTABLE) + 1} AND version = ${len(MUTABLE) + 2}"
)
_INSERT_ACTION = (
    f"INSERT INTO review_action ({', '.join(ACTION_COLUMNS)}) VALUES ({_marks(ACTION_COLUMNS)})"  # noqa: S608 - the same
)
_UPDATE_ACTION = (
    f"UPDATE review_action SET {_settings(ACTION_MUTABLE)} WHERE id = ${len(ACTION_MUTABLE) + 1}"  # noqa: S608 - the same
)
