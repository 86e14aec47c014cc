"""Drafts of policies to look up, for those who decide on them."""

from escgraph.domain.drafts import Draft, DraftState
from escgraph.domain.errors import ForbiddenError
from escgraph.domain.permissions import Act, permit
from escgraph.domain.terms import PolicyDraftId
from escgraph.domain.ticket import Actor
from escgraph.queries.sight import OVERSEEING
from escgraph.store import policy_drafts

__all__ = ["Draft", "DraftState", "by_id", "everything", "of_reviews"]


async def everything(*, viewer: Actor) -> list[Draft]:
    """All drafts, the newest first, also those that were published or discarded.

    Raises:
        ForbiddenError: the viewer decides on none.
    """
    _permit(viewer)
    return await policy_drafts.everything()


async def of_reviews(*, viewer: Actor) -> list[Draft]:
    """Those that name a review as their cause, the newest first; none for who decides on none."""
    permit(viewer, Act.READ)
    if viewer.role not in OVERSEEING:
        return []
    return [one for one in await policy_drafts.everything() if one.review is not None]


async def by_id(draft_id: PolicyDraftId, *, viewer: Actor) -> Draft:
    """One draft.

    Raises:
        ForbiddenError: the viewer decides on none.
        NotFoundError: there is none with that id.
    """
    _permit(viewer)
    return await policy_drafts.by_id(draft_id)


def _permit(viewer: Actor) -> None:
    permit(viewer, Act.READ)
    if viewer.role not in OVERSEEING:
        raise ForbiddenError(
            f"drafts of policies are for {' and '.join(sorted(OVERSEEING))}; ask there"
        )
