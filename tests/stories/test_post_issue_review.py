"""The review after a ticket that reached management, from its opening to its last action (D3)."""

from datetime import date, timedelta

import pytest

from escgraph.commands import ending, reviews
from escgraph.domain.errors import DocumentsMissingError
from escgraph.domain.events import KINDS
from escgraph.domain.review import Review
from escgraph.domain.terms import (
    Priority,
    ResolutionCode,
    ReviewActionId,
    ReviewSection,
    TicketId,
)
from escgraph.jobs.reviews import mark_overdue
from escgraph.queries import events
from escgraph.queries import reviews as look
from tests.queries.house import NINE, hours
from tests.stories.shift import Shift

WRITTEN = {
    ReviewSection.WENT_WELL: "Margaret had it in a minute",
    ReviewSection.WENT_BADLY: "Nobody looked for four hours",
    ReviewSection.ROOT_CAUSE: "A disk that nobody watched",
}
OVERDUE = NINE + timedelta(days=7, hours=15)
"""Resolved on Monday: the next Monday is over."""


async def _review(shift: Shift, ticket_id: TicketId) -> Review:
    (review,) = (await look.of_tickets([ticket_id], viewer=shift.agent))[ticket_id]
    return review


async def _of_reviews(shift: Shift) -> list[str]:
    """What everybody who works on tickets hears of reviews."""
    kinds = frozenset(name for name in KINDS if name.startswith("Review"))
    told = await events.read(None, events.EventFilter(kinds=kinds), first=200, viewer=shift.agent)
    return [event.kind for event in told.events]


async def test_a_ticket_that_reached_management_is_looked_back_on_until_all_is_done(
    shift: Shift,
) -> None:
    """D3, Q4: opened, completed too early, overdue once, completed, its action followed."""
    ticket_id = await shift.open("Mail is down", Priority.HIGH)
    await shift.until(NINE + hours(4))
    resolved = shift.call(shift.manager, NINE + hours(5))
    await ending.resolve_ticket(
        ticket_id, call=resolved, summary="New disk", code=ResolutionCode.FIXED, root_cause=""
    )
    review = await _review(shift, ticket_id)
    assert review.due_at == OVERDUE
    facts = await look.facts(review, viewer=shift.agent)
    assert facts is not None
    assert [breach.answered_after for breach in facts.breaches[1:]] == [hours(3), hours(1)]

    call = shift.call(shift.engineer, NINE + timedelta(days=1))
    action = await reviews.add_review_action(review.id, call=call, description="Watch the disks")
    with pytest.raises(DocumentsMissingError) as refused:
        await reviews.complete_review(review.id, call=shift.call(shift.agent, call.at))
    assert refused.value.missing == (
        "what went well",
        "what did not go well",
        "the root cause",
        "an owner of action 1",
        "a due date of action 1",
    )

    for minute in range(-1, 4):
        await mark_overdue(now=OVERDUE + timedelta(minutes=minute))
    assert (await _of_reviews(shift)).count("ReviewOverdue") == 1

    late = shift.call(shift.agent, OVERDUE + hours(9))
    for section, text in WRITTEN.items():
        await reviews.write_review_section(review.id, call=late, section=section, text=text)
    action_id = ReviewActionId(action.id)
    await reviews.revise_review_action(
        action_id, call=late, owner=shift.engineer.person, due_on=date(2026, 3, 11)
    )
    await reviews.complete_review(review.id, call=late)
    assert not (await _review(shift, ticket_id)).overdue

    await mark_overdue(now=NINE + timedelta(days=10))
    await reviews.complete_review_action(
        action_id,
        call=shift.call(shift.engineer, NINE + timedelta(days=11)),
        outcome="Every disk is watched",
    )

    assert await _of_reviews(shift) == [
        "ReviewOpened",
        "ReviewActionAdded",
        "ReviewOverdue",
        "ReviewSectionWritten",
        "ReviewSectionWritten",
        "ReviewSectionWritten",
        "ReviewActionRevised",
        "ReviewCompleted",
        "ReviewActionOverdue",
        "ReviewActionDone",
    ]
    assert await look.facts(await _review(shift, ticket_id), viewer=shift.agent) == facts
