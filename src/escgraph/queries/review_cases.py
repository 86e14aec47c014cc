"""The cases of a quarterly review to read: its escalations, and how each was read (Q1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from escgraph.domain.permissions import may_see_internal
from escgraph.domain.terms import PersonId, ReviewId
from escgraph.domain.ticket import Actor
from escgraph.queries.sight import among_colleagues
from escgraph.queries.views import of_escalation
from escgraph.store import people, review_cases
from escgraph.store.keyset import cut, page_size
from escgraph.store.people import Person
from escgraph.store.review_cases import Case, CaseCounts
from escgraph.store.transactions import snapshot

__all__ = ["Case", "CaseCounts", "CasePage", "counts", "page", "unread"]


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page of a list; `people` is everybody whose id stands in a case."""

    cases: tuple[Case, ...]
    has_next: bool
    people: Mapping[PersonId, Person]


async def page(
    review_id: ReviewId, *, read: bool | None, first: int, after: str | None, viewer: Actor
) -> CasePage:
    """The escalations of the quarter in the order in which they happened; `read` None for all.

    Raises:
        ForbiddenError: the viewer does not work on tickets.
        InvalidInputError: `first` is out of bounds, or `after` is no cursor of this list.
    """
    among_colleagues(viewer, what="a case of a review")
    size = page_size(first)

    async def look() -> CasePage:
        found, has_next = cut(
            await review_cases.found(review_id, read=read, limit=size + 1, after=after),
            first=size,
        )
        named = (person for case in found for person in _named(case))
        known = await people.by_ids(list(dict.fromkeys(named)))
        return CasePage(tuple(found), has_next, known)

    return await snapshot(look)


async def counts(ids: Sequence[ReviewId], *, viewer: Actor) -> dict[ReviewId, CaseCounts]:
    """How many cases each of the reviews has; 0 and 0 for one without any."""
    if not may_see_internal(viewer):
        return {}
    found = await review_cases.counted(ids)
    return {review_id: found.get(review_id, CaseCounts(0, 0)) for review_id in ids}


async def unread(ids: Sequence[ReviewId], *, viewer: Actor) -> dict[ReviewId, tuple[str, ...]]:
    """What completing each of them wants of its cases, in the words of its refusal (Q1)."""
    return await review_cases.unread(ids) if may_see_internal(viewer) else {}


def _named(case: Case) -> Sequence[PersonId]:
    reader = case.reading.read_by
    return (*of_escalation(case.escalation), *((reader,) if reader else ()))
