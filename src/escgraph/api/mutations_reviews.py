"""Reviews: what people write into them, what they want done, and that they are complete."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import TypeVar

import strawberry

from escgraph.api.acting import Given, Outcome, Payload, ReviewInput, attempt, may_read
from escgraph.api.context import Info
from escgraph.api.identifiers import read_id, read_ids
from escgraph.api.typed import mutation
from escgraph.api.types_review import Review, ReviewAction, review_action_of, review_of
from escgraph.commands import quarterly as quarterly_commands
from escgraph.commands import reviews as commands
from escgraph.commands.acting import Call, Written
from escgraph.domain.permissions import Act
from escgraph.domain.terms import EscalationId, PersonId, ReviewActionId, ReviewId, ReviewSection
from escgraph.queries import quarterly, reviews


@strawberry.input(description="What a section of a review says.")
class WriteReviewSectionInput(ReviewInput):
    review_id: strawberry.ID = strawberry.field(description="The review's id.")
    section: ReviewSection = strawberry.field(description="Which section.")
    text: str = strawberry.field(description="What it says from now on.")


@strawberry.input(description="Something to be done; who does it, and by when, may come later.")
class AddReviewActionInput(ReviewInput):
    review_id: strawberry.ID = strawberry.field(description="The review's id.")
    description: str = strawberry.field(description="What is to be done.")
    owner_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id of who does it."
    )
    due_on: date | None = strawberry.field(
        default=None,
        description="The last day on which it is in time: today or later, by the organisation's "
        "zone.",
    )


@strawberry.input(
    description="An action as it is from now on; what is null stays. Of a completed review only "
    "the owner and the day move."
)
class ReviseReviewActionInput(ReviewInput):
    action_id: strawberry.ID = strawberry.field(description="The action's id.")
    description: str | None = strawberry.field(default=None, description="What is to be done.")
    owner_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id of who does it."
    )
    due_on: date | None = strawberry.field(
        default=None, description="The last day on which it is in time: today or later."
    )


@strawberry.input(description="That an action is done, before its review is completed or after.")
class CompleteReviewActionInput(ReviewInput):
    action_id: strawberry.ID = strawberry.field(description="The action's id.")
    outcome: str = strawberry.field(description="What came of it.")


@strawberry.input(description="That a review is whole.")
class CompleteReviewInput(ReviewInput):
    review_id: strawberry.ID = strawberry.field(description="The review's id.")
    no_actions: bool = strawberry.field(
        default=False, description='The explicit "none", where the review has no actions.'
    )


@strawberry.input(
    description="That escalations of a quarter were read, all with one finding; in an open review "
    "also anew."
)
class MarkCasesReadInput(ReviewInput):
    review_id: strawberry.ID = strawberry.field(description="The quarterly review's id.")
    escalation_ids: list[strawberry.ID] = strawberry.field(
        description="The ids of 1 to 200 escalations of its quarter."
    )
    finding: str = strawberry.field(description="What was found in each of them.")


@strawberry.type
class ReviewPayload(Payload):
    review: Review | None = strawberry.field(
        description="The review as it is now; null where nothing was written, or where the token "
        "lacks the scope READ."
    )


@strawberry.type
class ReviewActionPayload(Payload):
    action: ReviewAction | None = strawberry.field(
        description="The action as it is now; null where nothing was written, or where the token "
        "lacks the scope READ."
    )


@strawberry.type(description="What came of writing.")
class WriteReviewSectionPayload(ReviewPayload):
    pass


@strawberry.type(description="What came of adding it.")
class AddReviewActionPayload(ReviewActionPayload):
    pass


@strawberry.type(description="What came of revising it.")
class ReviseReviewActionPayload(ReviewActionPayload):
    pass


@strawberry.type(description="What came of completing the action.")
class CompleteReviewActionPayload(ReviewActionPayload):
    pass


@strawberry.type(description="What came of marking them.")
class MarkCasesReadPayload(ReviewPayload):
    pass


@strawberry.type(description="What came of completing the review.")
class CompleteReviewPayload(ReviewPayload):
    pass


Command = Callable[[Call], Awaitable[Written]]
R = TypeVar("R", bound=ReviewPayload)
A = TypeVar("A", bound=ReviewActionPayload)


@strawberry.type
class ReviewMutations:
    @mutation(description="Write a section of an open review, or write it anew.")
    async def write_review_section(
        self, info: Info, given: Given[WriteReviewSectionInput]
    ) -> WriteReviewSectionPayload:
        async def act(call: Call) -> Written:
            return await commands.write_review_section(
                _review_id(given.review_id), call=call, section=given.section, text=given.text
            )

        return await _on_review(
            info, Act.WRITE_REVIEW_SECTION, given, act, WriteReviewSectionPayload
        )

    @mutation(description="Say what an open review wants done.")
    async def add_review_action(
        self, info: Info, given: Given[AddReviewActionInput]
    ) -> AddReviewActionPayload:
        async def act(call: Call) -> Written:
            return await commands.add_review_action(
                _review_id(given.review_id),
                call=call,
                description=given.description,
                owner=_owner(given.owner_id),
                due_on=given.due_on,
            )

        return await _on_action(info, Act.ADD_REVIEW_ACTION, given, act, AddReviewActionPayload)

    @mutation(description="Put an action another way that is not done yet.")
    async def revise_review_action(
        self, info: Info, given: Given[ReviseReviewActionInput]
    ) -> ReviseReviewActionPayload:
        async def act(call: Call) -> Written:
            return await commands.revise_review_action(
                _action_id(given.action_id),
                call=call,
                description=given.description,
                owner=_owner(given.owner_id),
                due_on=given.due_on,
            )

        return await _on_action(
            info, Act.REVISE_REVIEW_ACTION, given, act, ReviseReviewActionPayload
        )

    @mutation(description="Say that an action is done, and what came of it.")
    async def complete_review_action(
        self, info: Info, given: Given[CompleteReviewActionInput]
    ) -> CompleteReviewActionPayload:
        async def act(call: Call) -> Written:
            return await commands.complete_review_action(
                _action_id(given.action_id), call=call, outcome=given.outcome
            )

        return await _on_action(
            info, Act.COMPLETE_REVIEW_ACTION, given, act, CompleteReviewActionPayload
        )

    @mutation(
        description="Say that escalations of a quarter were read, and what was found; for managers."
    )
    async def mark_cases_read(
        self, info: Info, given: Given[MarkCasesReadInput]
    ) -> MarkCasesReadPayload:
        async def act(call: Call) -> Written:
            ids = read_ids(given.escalation_ids, field="escalationIds")
            return await quarterly_commands.mark_cases_read(
                _review_id(given.review_id),
                call=call,
                escalations=[EscalationId(one) for one in ids],
                finding=given.finding,
            )

        return await _on_review(info, Act.MARK_CASES_READ, given, act, MarkCasesReadPayload)

    @mutation(
        description="Confirm that a review is whole; for the ticket's owner, and managers. "
        "DOCUMENTS_MISSING names every unread case, every empty section and every action without "
        "owner or due date."
    )
    async def complete_review(
        self, info: Info, given: Given[CompleteReviewInput]
    ) -> CompleteReviewPayload:
        async def act(call: Call) -> Written:
            review_id = _review_id(given.review_id)
            facts = await quarterly.to_freeze(review_id, at=call.at, viewer=call.by)
            return await commands.complete_review(
                review_id, call=call, no_actions=given.no_actions, facts=facts
            )

        return await _on_review(info, Act.COMPLETE_REVIEW, given, act, CompleteReviewPayload)


def _review_id(text: str) -> ReviewId:
    return ReviewId(read_id(text, field="reviewId"))


def _action_id(text: str) -> ReviewActionId:
    return ReviewActionId(read_id(text, field="actionId"))


def _owner(text: str | None) -> PersonId | None:
    return None if text is None else PersonId(read_id(text, field="ownerId"))


async def _on_review(
    info: Info, act: Act, given: ReviewInput, command: Command, payload: type[R]
) -> R:
    """Attempt it; the payload has the review as it is then."""
    outcome = await attempt(info, act, given, command)
    review = await _review(info, outcome)
    return payload(review=review, errors=outcome.errors, cursor=outcome.cursor)


async def _on_action(
    info: Info, act: Act, given: ReviewInput, command: Command, payload: type[A]
) -> A:
    """The same with an action."""
    outcome = await attempt(info, act, given, command)
    action = await _action(info, outcome)
    return payload(action=action, errors=outcome.errors, cursor=outcome.cursor)


async def _review(info: Info, outcome: Outcome) -> Review | None:
    if outcome.written is None or not may_read(info):
        return None
    viewer = info.context.session.actor
    return review_of(await reviews.by_id(ReviewId(outcome.written.id), viewer=viewer))


async def _action(info: Info, outcome: Outcome) -> ReviewAction | None:
    if outcome.written is None or not may_read(info):
        return None
    viewer = info.context.session.actor
    found = await reviews.action_by_id(ReviewActionId(outcome.written.id), viewer=viewer)
    return review_action_of(found.action, found.review)
