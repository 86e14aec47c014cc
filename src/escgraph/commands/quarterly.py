"""Quarterly reviews (Q1): opening them, gathering their cases, reading those."""

from collections.abc import Sequence
from datetime import datetime

from uuid_utils.compat import uuid7

from escgraph.commands.acting import Call, Written
from escgraph.commands.acting_on_reviews import act_on_review
from escgraph.domain.errors import StaleVersionError
from escgraph.domain.events_review import ReviewCasesRead
from escgraph.domain.permissions import Act
from escgraph.domain.quarter import Quarter
from escgraph.domain.quarterly import QuarterlyFacts
from escgraph.domain.review import Review, ReviewChange
from escgraph.domain.review_cases import open_quarterly, read_cases
from escgraph.domain.terms import EscalationId, ReviewId, ReviewKind
from escgraph.store import (
    policies,
    quarterly_facts,
    quarterly_reviews,
    review_cases,
    reviews,
    timeline,
)
from escgraph.store.quarterly_reviews import Span
from escgraph.store.review_cases import Reading
from escgraph.store.transactions import unit_of_work


async def open_quarterly_review(quarter: Quarter, *, at: datetime) -> Written | None:
    """Open the review of a quarter that is over, with a case for each of its escalations.

    None where it has one already: however often, and by however many, this is tried, there is one.
    """

    async def work() -> Written | None:
        policy = await policies.in_force()
        ends = await quarterly_reviews.reviewed()
        starts_at = ends.get(quarter.before.name) or quarter.starts_at(policy.zone)
        change = open_quarterly(
            ReviewId(uuid7()), quarter, starts_at=starts_at, at=at, policy=policy
        )
        if not await quarterly_reviews.insert(change.review):
            return None
        await quarterly_reviews.gather(_span(change.review))
        assert change.event is not None
        return Written(change.review.id, await timeline.append_alone(change.event))

    return await unit_of_work(work)


async def gather_cases(review_id: ReviewId) -> int:
    """Add what was escalated in the quarter and committed after its review opened; how many."""

    async def work() -> int:
        review = await reviews.locked(review_id)
        return await quarterly_reviews.gather(_span(review)) if review.open else 0

    return await unit_of_work(work)


async def mark_cases_read(
    review_id: ReviewId, *, call: Call, escalations: Sequence[EscalationId], finding: str
) -> Written:
    """Say of escalations that they were read, and what was found in them.

    Raises:
        ForbiddenError: the actor is no manager.
        WrongStatusError: the review is completed.
        NotFoundError: there is no such review, or an escalation is none of its cases.
    """

    async def decide(review: Review, at: datetime) -> ReviewChange:
        counts = await review_cases.counted([review_id])
        change = read_cases(
            review,
            await review_cases.findings(review_id, escalations),
            escalations,
            by=call.by,
            at=at,
            finding=finding,
            unread=counts[review_id].unread if review_id in counts else 0,
        )
        if isinstance(change.event, ReviewCasesRead):
            reading = Reading(change.event.finding, at, call.by.person)
            await review_cases.mark(review_id, change.event.escalations, reading)
        return change

    return await act_on_review(review_id, decide, act=Act.MARK_CASES_READ, call=call)


async def unread(review: Review) -> tuple[str, ...]:
    """What completing the review wants of its cases, in words; also of one just committed."""
    if review.kind is not ReviewKind.QUARTERLY:
        return ()
    await quarterly_reviews.gather(_span(review))
    return (await review_cases.unread([review.id])).get(review.id, ())


async def freeze(review: Review, facts: QuarterlyFacts) -> None:
    """Keep what was found out about the quarter as its manager saw it.

    Raises:
        StaleVersionError: the review changed after that was looked at.
    """
    if facts.version != review.version:
        raise StaleVersionError(
            "the review was changed while it was being completed; look at it and complete it again",
            current=review.version,
        )
    await quarterly_facts.keep(review.id, facts)


def _span(review: Review) -> Span:
    assert review.starts_at is not None
    assert review.ends_at is not None
    return Span(review.id, review.starts_at, review.ends_at)
