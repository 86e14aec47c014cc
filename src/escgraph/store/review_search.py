"""Reviews and their actions by filter: the statements behind the lists of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from escgraph.domain.review import Action, Review
from escgraph.domain.terms import (
    PersonId,
    ReviewActionId,
    ReviewActionState,
    ReviewId,
    ReviewKind,
    ReviewState,
    TicketId,
)
from escgraph.store.conditions import Conditions
from escgraph.store.database import fetch
from escgraph.store.keyset import Order
from escgraph.store.review_rows import action_of
from escgraph.store.reviews import whole
from escgraph.store.values import uuid


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFilter:
    """Which reviews are wanted; None asks for nothing, an empty tuple for none at all.

    Attributes:
        overdue: whether it is open and was found to be late.
        quarter: as in 2026-Q1.
    """

    kinds: tuple[ReviewKind, ...] | None = None
    state: ReviewState | None = None
    overdue: bool | None = None
    ticket: TicketId | None = None
    quarter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionFilter:
    """Which actions are wanted, the same way; `due_before` asks for those due on earlier days."""

    states: tuple[ReviewActionState, ...] | None = None
    owner: PersonId | None = None
    review: ReviewId | None = None
    due_before: date | None = None


ANY_REVIEW = ReviewFilter()
ANY_ACTION = ActionFilter()

_NO_DAY = "9999-12-31"
"""Actions without a day come last."""

_LATEST = Order("reviews-", (("r.opened_at", datetime), ("r.id", UUID)), descending=True)
_MOST_URGENT = Order(
    "actions+", ((f"coalesce(a.due_on, '{_NO_DAY}')", str), ("a.id", UUID)), descending=False
)
_OVERDUE = "(r.state = 'OPEN' AND r.overdue_at IS NOT NULL)"
_OF_A_TICKET = "r.kind = 'POST_ISSUE'"
"""As text, without which their index by ticket is not used."""

_STATE = (
    "CASE WHEN a.done_at IS NOT NULL THEN 'DONE' "
    "WHEN a.overdue_at IS NOT NULL THEN 'OVERDUE' ELSE 'OPEN' END"
)
"""What `Action.state` says; a test holds one to the other."""


@dataclass(frozen=True, slots=True)
class FoundReview:
    """A review, and the cursor of a page that ends with it."""

    review: Review
    cursor: str


@dataclass(frozen=True, slots=True)
class FoundAction:
    """An action with the review that made it, and the cursor of a page that ends with it."""

    action: Action
    review: ReviewId
    cursor: str


async def found(wanted: ReviewFilter, *, limit: int, after: str | None) -> list[FoundReview]:
    """The latest reviews.

    Raises:
        InvalidInputError: `after` is no cursor of this list.
    """
    conditions = Conditions()
    conditions.among("r.kind", wanted.kinds)
    conditions.compare("r.state", "=", wanted.state)
    conditions.compare(_OVERDUE, "=", wanted.overdue)
    if wanted.ticket is not None:
        conditions.add(_OF_A_TICKET)
        conditions.compare("r.ticket_id", "=", wanted.ticket)
    conditions.compare("r.quarter", "=", wanted.quarter)
    _LATEST.go_on(conditions, after=after)
    rows = await fetch(
        f"SELECT r.*, {_LATEST.selected} FROM review r {conditions.where()} "  # noqa: S608 - our own names and placeholders
        f"ORDER BY {_LATEST.by} LIMIT {conditions.mark(limit)}",
        *conditions.values,
    )
    reviews = await whole(rows)
    return [
        FoundReview(review, _LATEST.cursor(row)) for review, row in zip(reviews, rows, strict=True)
    ]


async def found_actions(
    wanted: ActionFilter, *, limit: int, after: str | None
) -> list[FoundAction]:
    """Actions of all reviews, those due first at the beginning, those without a day last.

    Raises:
        InvalidInputError: `after` is no cursor of this list.
    """
    due_before = None if wanted.due_before is None else wanted.due_before.isoformat()
    conditions = Conditions()
    conditions.among(_STATE, wanted.states)
    conditions.compare("a.owner_id", "=", wanted.owner)
    conditions.compare("a.review_id", "=", wanted.review)
    conditions.compare("a.due_on", "<", due_before)
    _MOST_URGENT.go_on(conditions, after=after)
    rows = await fetch(
        f"SELECT a.*, {_MOST_URGENT.selected} FROM review_action a {conditions.where()} "  # noqa: S608 - the same
        f"ORDER BY {_MOST_URGENT.by} LIMIT {conditions.mark(limit)}",
        *conditions.values,
    )
    return [
        FoundAction(action_of(row), ReviewId(uuid(row["review_id"])), _MOST_URGENT.cursor(row))
        for row in rows
    ]


async def of_ids(ids: Sequence[ReviewId]) -> dict[ReviewId, Review]:
    """Those of them that exist."""
    return {review.id: review for review in await _among("r.id", ids)}


async def of_tickets(ids: Sequence[TicketId]) -> dict[TicketId, list[Review]]:
    """The reviews of each of those tickets, in the order in which they were opened."""
    grouped: dict[TicketId, list[Review]] = {ticket_id: [] for ticket_id in ids}
    for review in await _among("r.ticket_id", ids, _OF_A_TICKET):
        assert review.ticket is not None
        grouped[review.ticket].append(review)
    return grouped


async def action_of_id(action_id: ReviewActionId) -> FoundAction | None:
    """The action of that id with the review that made it, or None."""
    rows = await fetch("SELECT * FROM review_action WHERE id = $1", action_id)
    if not rows:
        return None
    return FoundAction(action_of(rows[0]), ReviewId(uuid(rows[0]["review_id"])), "")


async def _among(column: str, ids: Sequence[UUID], *more: str) -> list[Review]:
    if not ids:
        return []
    conditions = Conditions()
    for clause in more:
        conditions.add(clause)
    conditions.among(column, list(dict.fromkeys(ids)))
    rows = await fetch(
        f"SELECT r.* FROM review r {conditions.where()} ORDER BY r.opened_at, r.id",  # noqa: S608 - the same
        *conditions.values,
    )
    return await whole(rows)
