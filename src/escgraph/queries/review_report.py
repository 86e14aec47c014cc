"""The report of a review: gathered here, drawn and written off the event loop."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from escgraph.documents.blocks import Document
from escgraph.documents.forms import FORMS, DocumentFormat
from escgraph.documents.post_issue_report import PostIssueBrief, post_issue_report
from escgraph.documents.quarterly_report import (
    FindingGroup,
    Outcome,
    QuarterlyBrief,
    quarterly_report,
)
from escgraph.documents.report_words import day
from escgraph.domain.errors import NotFoundError
from escgraph.domain.policy_diff import differences
from escgraph.domain.review import Review
from escgraph.domain.terms import PersonId, ReviewId
from escgraph.domain.ticket import Actor
from escgraph.queries.quarterly import found_out
from escgraph.queries.sight import among_colleagues
from escgraph.store import (
    people,
    policies,
    quarterly_facts,
    review_cases,
    review_facts,
    review_follow_ups,
    review_outcomes,
    review_search,
    tickets,
)
from escgraph.store.review_cases import CaseCounts
from escgraph.store.review_outcomes import Caused

MOST_FINDINGS = 30
NAMED = 3


@dataclass(frozen=True, slots=True)
class Written:
    """The report in the form that was asked for."""

    review: ReviewId
    form: DocumentFormat
    text: str


async def written(
    review_id: ReviewId, *, form: DocumentFormat, viewer: Actor, at: datetime
) -> Written:
    """The report of a review of either kind.

    Raises:
        ForbiddenError: the viewer does not work on tickets.
        NotFoundError: there is no such review.
    """
    among_colleagues(viewer, what="the report of a review")
    return Written(review_id, form, await text(review_id, form=form, at=at))


async def text(review_id: ReviewId, *, form: DocumentFormat, at: datetime) -> str:
    """The same, for whoever has a shell here."""
    review = (await review_search.of_ids([review_id])).get(review_id)
    if review is None:
        raise NotFoundError(
            f"there is no review with the id {review_id}; see reviews", field=("id",)
        )
    if review.ticket is not None:
        post_issue = await _post_issue(review)
        return await asyncio.to_thread(lambda: _written(post_issue_report(post_issue), form))
    quarterly = await _quarterly(review, at=at)
    return await asyncio.to_thread(lambda: _written(quarterly_report(quarterly), form))


def _written(document: Document, form: DocumentFormat) -> str:
    return FORMS[form].write(document)


async def _quarterly(review: Review, *, at: datetime) -> QuarterlyBrief:
    facts = await quarterly_facts.kept(review.id) or await found_out(review, at=at)
    counted = await review_cases.counted([review.id])
    counts = counted.get(review.id, CaseCounts(0, 0))
    findings = await review_cases.grouped(review.id, limit=MOST_FINDINGS, named=NAMED)
    done_at = review.completed_at
    own = await review_follow_ups.own(review.id) if done_at else []
    return QuarterlyBrief(
        review=review,
        facts=facts,
        completed_by=await _name(review.completed_by),
        findings=tuple(FindingGroup(one.finding, one.count, one.tickets) for one in findings),
        others=counts.read - sum(one.count for one in findings),
        unread=counts.unread,
        first_unread=tuple(await review_cases.first_unread(review.id, limit=NAMED)),
        since=tuple(one for one in own if one.done_at and done_at and one.done_at > done_at),
        outcomes=await _outcomes(review.id, zone=facts.zone),
    )


async def _post_issue(review: Review) -> PostIssueBrief:
    assert review.ticket is not None
    facts = await review_facts.frozen(review.id) or await review_facts.gathered(review.ticket)
    timeline = await review_facts.told(review.ticket, until=facts.ticket_version)
    approvers = [one.approved_by for one in facts.holds if one.approved_by]
    wanted = [*facts.people, *approvers, *(one.owner for one in review.actions if one.owner)]
    known = await people.by_ids([*wanted, *((review.completed_by,) if review.completed_by else ())])
    return PostIssueBrief(
        review=review,
        ticket=await tickets.facts(review.ticket),
        facts=facts,
        timeline=tuple(timeline),
        names={person_id: person.name for person_id, person in known.items()},
        zone=(await policies.in_force()).zone,
        outcomes=await _outcomes(review.id, zone=(await policies.in_force()).zone),
    )


async def _name(person_id: PersonId | None) -> str:
    if person_id is None:
        return ""
    return (await people.by_ids([person_id]))[person_id].name


async def _outcomes(review_id: ReviewId, *, zone: str) -> tuple[Outcome, ...]:
    return tuple(
        [await _outcome(one, zone=zone) for one in await review_outcomes.caused_by(review_id)]
    )


async def _outcome(caused: Caused, *, zone: str) -> Outcome:
    by = f" by {caused.author}" if caused.author else ""
    why = f": {caused.reason}" if caused.reason else ""
    when = day(caused.at, zone)
    if caused.version is None:
        said = f'The draft "{caused.name}" of {when}{by} came of this review{why}'
        return Outcome(None, caused.name, said, ())
    said = f"Policy version {caused.version} came of this review, published on {when}{by}{why}"
    return Outcome(caused.version, caused.name, said, await _changes(caused.version))


async def _changes(version: int) -> tuple[str, ...]:
    """What it changed of the version before, in words."""
    if version == 1:
        return ()
    before, after = await policies.of_version(version - 1), await policies.of_version(version)
    return tuple(change.words for change in differences(before, after))
