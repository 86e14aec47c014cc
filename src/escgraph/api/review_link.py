"""From something that belongs to a review to the review: read for all of a level in one go."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from escgraph.api.context import Info
from escgraph.api.nesting import refuse_within
from escgraph.domain.terms import ReviewId

if TYPE_CHECKING:
    from escgraph.api.types_review import Review

ReviewLink = Annotated["Review", strawberry.lazy("escgraph.api.types_review")]


async def linked_review(info: Info, review_id: ReviewId) -> "Review | None":
    """The review; None where the viewer does not work on tickets.

    Raises:
        InvalidInputError: this is the review of an action of a review.
    """
    from escgraph.api.types_review import review_of  # noqa: PLC0415 - the types name each other

    refuse_within(info, "Review", times=2)
    found = await info.context.loaders.reviews.load(review_id)
    return None if found is None else review_of(found)
