"""Reviews: opened by resolving, written, acted upon, completed (D3, Q4)."""

from collections.abc import Sequence
from datetime import date, datetime

from uuid_utils.compat import uuid7

from escgraph.commands import quarterly
from escgraph.commands.acting import Call, Written
from escgraph.commands.acting_on_reviews import act_on_action, act_on_review
from escgraph.commands.work import WORKING
from escgraph.domain import review as reviewing
from escgraph.domain import review_actions, review_writing
from escgraph.domain.event import Event
from escgraph.domain.permissions import Act
from escgraph.domain.policy import Policy
from escgraph.domain.quarterly import QuarterlyFacts
from escgraph.domain.review import Review, ReviewChange
from escgraph.domain.terms import PersonId, ReviewActionId, ReviewId, ReviewSection
from escgraph.domain.ticket import Actor, Ticket
from escgraph.domain.working_days import civil_day
from escgraph.store import people, policies, review_facts, reviews, tickets


async def open_post_issue(
    ticket: Ticket, *, by: Actor, at: datetime, policy: Policy
) -> Sequence[Event]:
    """Store the review that the ticket, just resolved and locked, wants; its event, if any.

    One that is open since an earlier cycle goes on in its stead, with its due date.
    """
    if not reviewing.wants_review(ticket) or await reviews.still_open_of(ticket.id):
        return ()
    change = reviewing.open_post_issue(
        ReviewId(uuid7()), ticket, by=by.person, at=at, policy=policy
    )
    await reviews.insert(change.review)
    assert change.event is not None
    return (change.event,)


async def write_review_section(
    review_id: ReviewId, *, call: Call, section: ReviewSection, text: str
) -> Written:
    """Write a section, or write it anew."""

    async def decide(review: Review, at: datetime) -> ReviewChange:
        return review_writing.write_section(review, by=call.by, at=at, section=section, text=text)

    return await act_on_review(review_id, decide, act=Act.WRITE_REVIEW_SECTION, call=call)


async def add_review_action(
    review_id: ReviewId,
    *,
    call: Call,
    description: str,
    owner: PersonId | None = None,
    due_on: date | None = None,
) -> Written:
    """Say what is to be done. The id that was written is the action's.

    Raises:
        NotFoundError, InvalidInputError: its owner cannot work on it.
    """
    action_id = ReviewActionId(uuid7())

    async def decide(review: Review, at: datetime) -> ReviewChange:
        await _must_work(owner)
        return review_actions.add_action(
            review,
            action_id,
            by=call.by,
            at=at,
            today=await _today(at),
            description=description,
            owner=owner,
            due_on=due_on,
        )

    return await act_on_review(
        review_id, decide, act=Act.ADD_REVIEW_ACTION, call=call, made=action_id
    )


async def revise_review_action(
    action_id: ReviewActionId,
    *,
    call: Call,
    description: str | None = None,
    owner: PersonId | None = None,
    due_on: date | None = None,
) -> Written:
    """Put an action another way; what is None stays.

    Raises:
        NotFoundError, InvalidInputError: its new owner cannot work on it.
    """

    async def decide(review: Review, at: datetime) -> ReviewChange:
        await _must_work(owner)
        return review_actions.revise_action(
            review,
            action_id,
            by=call.by,
            at=at,
            today=await _today(at),
            description=description,
            owner=owner,
            due_on=due_on,
        )

    return await act_on_action(action_id, decide, act=Act.REVISE_REVIEW_ACTION, call=call)


async def complete_review_action(action_id: ReviewActionId, *, call: Call, outcome: str) -> Written:
    """Say that it is done, and what came of it."""

    async def decide(review: Review, at: datetime) -> ReviewChange:
        return review_actions.complete_action(review, action_id, by=call.by, at=at, outcome=outcome)

    return await act_on_action(action_id, decide, act=Act.COMPLETE_REVIEW_ACTION, call=call)


async def complete_review(
    review_id: ReviewId,
    *,
    call: Call,
    no_actions: bool = False,
    facts: QuarterlyFacts | None = None,
) -> Written:
    """Confirm that a review is whole; what was found out about its ticket stays as it is now.

    `facts` are what was found out about its quarter, None for a post-issue review: from now on
    the review says that for ever.

    Raises:
        DocumentsMissingError: names every unread case, every empty section and every action
            without owner or day.
        StaleVersionError: the review changed after `facts` were looked at.
    """

    async def decide(review: Review, at: datetime) -> ReviewChange:
        ticket = None if review.ticket is None else await tickets.facts(review.ticket)
        change = review_writing.complete(
            review,
            by=call.by,
            at=at,
            ticket=ticket,
            no_actions=no_actions,
            unread=await quarterly.unread(review),
        )
        if ticket is not None:
            await review_facts.freeze(review.id, await review_facts.gathered(ticket.id))
        if facts is not None:
            await quarterly.freeze(review, facts)
        return change

    return await act_on_review(review_id, decide, act=Act.COMPLETE_REVIEW, call=call)


async def _must_work(owner: PersonId | None) -> None:
    if owner is not None:
        await people.must_be_active((owner,), field="ownerId", roles=WORKING)


async def _today(at: datetime) -> date:
    """The day by the organisation's calendar as it is now, whatever a ticket's policy says."""
    return civil_day(at, await policies.in_force())
