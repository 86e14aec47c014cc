"""The frame of every act on a review: lock, ask the domain, save, return."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from escgraph.commands.acting import Call, Written, must_be_as_seen, once
from escgraph.domain.permissions import Act, permit
from escgraph.domain.review import Review, ReviewChange
from escgraph.domain.terms import ReviewActionId, ReviewId
from escgraph.store import reviews

Decide = Callable[[Review, datetime], Awaitable[ReviewChange]]


async def act_on_review(
    review_id: ReviewId, decide: Decide, *, act: Act, call: Call, made: UUID | None = None
) -> Written:
    """Let `decide` change the review, alone with it; what it `made`, if not the review, is written.

    `decide` gets the review and the moment: never before the review's latest event.

    Raises:
        ForbiddenError: the role does not allow the act; asked before anything else, so that nobody
            learns of reviews that are not for them.
        NotFoundError: there is no such review.
        StaleVersionError: somebody changed the review since the actor saw it.
    """

    async def work() -> Written:
        permit(call.by, act)
        position = await _decided(review_id, decide, call)
        return Written(made or review_id, position)

    return await once(work, call=call)


async def act_on_action(
    action_id: ReviewActionId, decide: Decide, *, act: Act, call: Call
) -> Written:
    """The same for an act on one of a review's actions, which is what is written."""

    async def work() -> Written:
        permit(call.by, act)
        position = await _decided(await reviews.of_action(action_id), decide, call)
        return Written(action_id, position)

    return await once(work, call=call)


async def _decided(review_id: ReviewId, decide: Decide, call: Call) -> int:
    review = await reviews.locked(review_id)
    must_be_as_seen(call.version, now=review.version, what="review")
    change = await decide(review, max(call.at, review.updated_at))
    return await reviews.save(review, change)
