"""What lists of reviews and of their actions can be filtered by, as input types."""

from datetime import date

import strawberry

from escgraph.api.filters import all_of, person_id, ticket_id
from escgraph.api.identifiers import read_id
from escgraph.domain.terms import ReviewActionState, ReviewId, ReviewKind, ReviewState
from escgraph.queries import reviews


@strawberry.input(
    description="Which reviews are wanted; all conditions must hold; an empty list lets nothing "
    "pass, null everything."
)
class ReviewFilter:
    kinds: list[ReviewKind] | None = strawberry.field(
        default=None, description="It is of any of these kinds."
    )
    state: ReviewState | None = strawberry.field(
        default=None, description="Whether it is open or completed."
    )
    overdue: bool | None = strawberry.field(
        default=None, description="Whether it is open and late."
    )
    ticket: strawberry.ID | None = strawberry.field(
        default=None, description="The id of the ticket that it looks back on."
    )
    quarter: str | None = strawberry.field(
        default=None, description="The quarter that it looks back on, as in 2026-Q1."
    )


@strawberry.input(
    description="Which actions are wanted; all conditions must hold; an empty list lets nothing "
    "pass, null everything."
)
class ReviewActionFilter:
    states: list[ReviewActionState] | None = strawberry.field(
        default=None, description="It has any of these states."
    )
    owner: strawberry.ID | None = strawberry.field(
        default=None, description="The id of who does it."
    )
    review: strawberry.ID | None = strawberry.field(
        default=None, description="The id of the review that made it."
    )
    due_before: date | None = strawberry.field(
        default=None, description="It is due on an earlier day than this."
    )


def review_filter(given: ReviewFilter | None) -> reviews.ReviewFilter:
    """The filter as queries take it.

    Raises:
        InvalidInputError: an id is none, or a text is none that a database stores.
    """
    if given is None:
        return reviews.ANY_REVIEW
    return reviews.ReviewFilter(
        kinds=all_of(given.kinds),
        state=given.state,
        overdue=given.overdue,
        ticket=ticket_id(given.ticket),
        quarter=given.quarter,
    )


def action_filter(given: ReviewActionFilter | None) -> reviews.ActionFilter:
    """The same."""
    if given is None:
        return reviews.ANY_ACTION
    return reviews.ActionFilter(
        states=all_of(given.states),
        owner=person_id(given.owner, "owner"),
        review=None if given.review is None else ReviewId(read_id(given.review, field="review")),
        due_before=given.due_before,
    )
