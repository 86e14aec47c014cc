"""Near-duplicates of a report: tickets that may be of the same issue, for a person to judge."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from escgraph.domain.catalogue import category_named
from escgraph.domain.terms import TicketId
from escgraph.domain.ticket import Actor
from escgraph.queries import similarity, tickets
from escgraph.queries.sight import confined_to, not_on_the_wall
from escgraph.queries.views import TicketView, Wanted
from escgraph.store import policies, subjects
from escgraph.store.keyset import page_size

__all__ = ["BEST", "Similar", "Subject", "similar"]

BEST = 5
"""How many are suggested unless more are asked for."""

COMPARED = 500
"""The latest of a subject; more of one within a quarter is a recurring issue, not a duplicate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is or was reported, about what."""

    title: str
    description: str
    category: str
    component: str


@dataclass(frozen=True, slots=True)
class Similar:
    """`score` is 1 for the same words, and never below `similarity.NEAR`."""

    view: TicketView
    score: float


async def similar(
    subject: Subject,
    *,
    at: datetime,
    viewer: Actor,
    first: int = BEST,
    but: TicketId | None = None,
    wanted: Wanted = Wanted.NOTHING,
) -> list[Similar]:
    """The tickets most like it that the viewer may see; `but` is not among them.

    They have its category and component, and are live, or were resolved within the time in which
    the policy in force says that an issue recurs.

    Raises:
        InvalidInputError: `first` is out of bounds.
        NotFoundError: the policy in force has no such category.
        ForbiddenError: the viewer hangs on the wall, and descriptions are compared.
    """
    not_on_the_wall(viewer, what="what is like a report")
    size = page_size(first)
    policy = await policies.in_force()
    category_named(subject.category, policy.categories)
    found = await subjects.reported(
        subject.category,
        subject.component.strip(),
        since=at - policy.recurrence.within,
        but=but,
        length=similarity.LONGEST,
        limit=COMPARED,
        named=confined_to(viewer),
    )
    near = await asyncio.to_thread(
        similarity.nearest,
        (subject.title, subject.description),
        [(one.title, one.description) for one in found],
        most=size,
    )
    views = await tickets.by_ids([found[n].id for n, _ in near], viewer=viewer, wanted=wanted)
    return [Similar(views[found[n].id], score) for n, score in near if found[n].id in views]
