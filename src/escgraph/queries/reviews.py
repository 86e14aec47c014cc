"""Reviews to read, and what they want done; only for those who work on tickets (P2)."""

from collections.abc import Sequence
from dataclasses import dataclass

from escgraph.domain.errors import NotFoundError
from escgraph.domain.permissions import may_see_internal
from escgraph.domain.review import SECTIONS, Action, Review
from escgraph.domain.review_actions import unknown_action
from escgraph.domain.review_facts import Facts
from escgraph.domain.terms import ReviewActionId, ReviewId, TicketId
from escgraph.domain.ticket import Actor
from escgraph.queries.sight import among_colleagues
from escgraph.store import review_facts, review_search, timeline_read
from escgraph.store.keyset import cut, page_size
from escgraph.store.review_search import (
    ANY_ACTION,
    ANY_REVIEW,
    ActionFilter,
    FoundAction,
    FoundReview,
    ReviewFilter,
)
from escgraph.store.stream import StoredEvent
from escgraph.store.transactions import snapshot

__all__ = [
    "ANY_ACTION",
    "ANY_REVIEW",
    "SECTIONS",
    "Action",
    "ActionFilter",
    "ActionPage",
    "Facts",
    "FoundAction",
    "FoundReview",
    "Review",
    "ReviewFilter",
    "ReviewPage",
    "action_by_id",
    "actions_page",
    "by_id",
    "by_ids",
    "facts",
    "of_tickets",
    "page",
    "timeline",
]

_WHAT = "a review"


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """One page of a list of reviews, each with its actions."""

    found: Sequence[FoundReview]
    has_next: bool


@dataclass(frozen=True, slots=True)
class ActionPage:
    """One page of a list of actions."""

    found: Sequence[FoundAction]
    has_next: bool


async def by_id(review_id: ReviewId, *, viewer: Actor) -> Review:
    """One review.

    Raises:
        ForbiddenError: the viewer does not work on tickets.
        NotFoundError: there is none with that id.
    """
    among_colleagues(viewer, what=_WHAT)
    found = await snapshot(lambda: review_search.of_ids([review_id]))
    if review_id not in found:
        raise NotFoundError(
            f"there is no review with the id {review_id}; see reviews", field=("id",)
        )
    return found[review_id]


async def by_ids(ids: Sequence[ReviewId], *, viewer: Actor) -> dict[ReviewId, Review]:
    """Those of them that exist; none for those who do not work on tickets."""
    if not may_see_internal(viewer):
        return {}
    return await snapshot(lambda: review_search.of_ids(ids))


async def of_tickets(ids: Sequence[TicketId], *, viewer: Actor) -> dict[TicketId, list[Review]]:
    """The reviews of each of those tickets, the first opened first; none for those outside."""
    if not may_see_internal(viewer):
        return {}
    return await snapshot(lambda: review_search.of_tickets(ids))


async def page(
    which: ReviewFilter = ANY_REVIEW, *, first: int, after: str | None = None, viewer: Actor
) -> ReviewPage:
    """The latest reviews.

    Raises:
        ForbiddenError: the viewer does not work on tickets.
        InvalidInputError: `first` is out of bounds, or `after` is no cursor of this list.
    """
    among_colleagues(viewer, what="the list of reviews")
    size = page_size(first)

    async def read() -> ReviewPage:
        found = await review_search.found(which, limit=size + 1, after=after)
        return ReviewPage(*cut(found, first=size))

    return await snapshot(read)


async def actions_page(
    which: ActionFilter = ANY_ACTION, *, first: int, after: str | None = None, viewer: Actor
) -> ActionPage:
    """Actions of all reviews, those due first at the beginning. Raises as `page` does."""
    among_colleagues(viewer, what="the list of actions")
    size = page_size(first)
    found = await review_search.found_actions(which, limit=size + 1, after=after)
    return ActionPage(*cut(found, first=size))


async def action_by_id(action_id: ReviewActionId, *, viewer: Actor) -> FoundAction:
    """One action with the review that made it.

    Raises:
        ForbiddenError: the viewer does not work on tickets.
        NotFoundError: there is none with that id.
    """
    among_colleagues(viewer, what="an action of a review")
    found = await review_search.action_of_id(action_id)
    if found is None:
        raise unknown_action(action_id)
    return found


async def facts(review: Review, *, viewer: Actor) -> Facts | None:
    """What it found out about its ticket: as it was when it was completed, or is now.

    None for a review without a ticket.

    Raises:
        ForbiddenError: the viewer does not work on tickets.
    """
    among_colleagues(viewer, what="the facts of a review")
    ticket_id = review.ticket
    if ticket_id is None:
        return None

    async def read() -> Facts:
        frozen = await review_facts.frozen(review.id)
        return frozen or await review_facts.gathered(ticket_id)

    return await snapshot(read)


async def timeline(ticket_id: TicketId, *, until: int, viewer: Actor) -> list[StoredEvent]:
    """The ticket's timeline up to that version of it. Raises as `facts` does."""
    among_colleagues(viewer, what="the timeline of a review")
    return await timeline_read.until_version(ticket_id, until)
