"""The kinds of event that tell what happens to reviews; they belong to no ticket."""

from datetime import date, datetime
from typing import Any

import strawberry

from escgraph.api.context import Info
from escgraph.api.review_link import ReviewLink, linked_review
from escgraph.api.types_event import (
    Event,
    id_of_event,
    ids_of_event,
    people_of_event,
    person_of_event,
)
from escgraph.api.types_people import Person
from escgraph.domain.terms import ReviewKind, ReviewSection

_ID = "The review's id."
_TICKET = "The id of the ticket that it looks back on; null for a quarterly review."
_ACTION = "The action's id."


def _review_of_event() -> Any:  # noqa: ANN401 - a field of any type
    async def resolve(root: Event, info: Info) -> ReviewLink | None:
        return await linked_review(info, root.fact.review)  # type: ignore[attr-defined]  # each of these has one

    return strawberry.field(resolver=resolve, description="The review as it is now.")


def _version_of_event() -> Any:  # noqa: ANN401 - the same
    def resolve(root: Event) -> int:
        version: int = root.fact.version  # type: ignore[attr-defined]  # the same
        return version

    return strawberry.field(resolver=resolve, description="The review's version right after it.")


@strawberry.type(description="A review was opened: somebody has to look back.")
class ReviewOpened(Event):
    review_id: strawberry.ID = id_of_event("review", description=_ID)
    review: ReviewLink | None = _review_of_event()
    review_version: int = _version_of_event()
    ticket_id: strawberry.ID | None = id_of_event("ticket", description=_TICKET)
    review_kind: ReviewKind = strawberry.field(description="What the review looks back on.")
    quarter: str | None = strawberry.field(
        description="As in 2026-Q1; null for a post-issue review."
    )
    due_at: datetime = strawberry.field(description="It is overdue from this moment on.")


@strawberry.type(description="A section was written, or written anew.")
class ReviewSectionWritten(Event):
    review_id: strawberry.ID = id_of_event("review", description=_ID)
    review: ReviewLink | None = _review_of_event()
    review_version: int = _version_of_event()
    ticket_id: strawberry.ID | None = id_of_event("ticket", description=_TICKET)
    section: ReviewSection = strawberry.field(description="Which.")
    text: str = strawberry.field(description="What it says from now on.")


@strawberry.type(description="Something is to be done.")
class ReviewActionAdded(Event):
    review_id: strawberry.ID = id_of_event("review", description=_ID)
    review: ReviewLink | None = _review_of_event()
    review_version: int = _version_of_event()
    ticket_id: strawberry.ID | None = id_of_event("ticket", description=_TICKET)
    action_id: strawberry.ID = id_of_event("action", description=_ACTION)
    description: str = strawberry.field(description="What is to be done.")
    owner: Person | None = person_of_event(
        "owner", description="Who does it; null: nobody is named yet."
    )
    due_on: date | None = strawberry.field(
        description="The last day on which it is in time; null: no day is named yet."
    )


@strawberry.type(description="An action was put another way; all of it as it is from now on.")
class ReviewActionRevised(Event):
    review_id: strawberry.ID = id_of_event("review", description=_ID)
    review: ReviewLink | None = _review_of_event()
    review_version: int = _version_of_event()
    ticket_id: strawberry.ID | None = id_of_event("ticket", description=_TICKET)
    action_id: strawberry.ID = id_of_event("action", description=_ACTION)
    description: str = strawberry.field(description="What is to be done.")
    owner: Person | None = person_of_event(
        "owner", description="Who does it; null: nobody is named yet."
    )
    due_on: date | None = strawberry.field(
        description="The last day on which it is in time; null: no day is named yet."
    )


@strawberry.type(description="An action is done.")
class ReviewActionDone(Event):
    review_id: strawberry.ID = id_of_event("review", description=_ID)
    review: ReviewLink | None = _review_of_event()
    review_version: int = _version_of_event()
    ticket_id: strawberry.ID | None = id_of_event("ticket", description=_TICKET)
    action_id: strawberry.ID = id_of_event("action", description=_ACTION)
    outcome: str = strawberry.field(description="What came of it.")


@strawberry.type(description="Escalations of a quarter were read, all with one finding.")
class ReviewCasesRead(Event):
    review_id: strawberry.ID = id_of_event("review", description=_ID)
    review: ReviewLink | None = _review_of_event()
    review_version: int = _version_of_event()
    ticket_id: strawberry.ID | None = id_of_event("ticket", description=_TICKET)
    escalation_ids: list[strawberry.ID] = ids_of_event(
        "escalations", description="The ids of the escalations."
    )
    finding: str = strawberry.field(description="What was found.")
    unread: int = strawberry.field(description="How many cases of the review wait still.")


@strawberry.type(description="A review is whole, and stays as it is.")
class ReviewCompleted(Event):
    review_id: strawberry.ID = id_of_event("review", description=_ID)
    review: ReviewLink | None = _review_of_event()
    review_version: int = _version_of_event()
    ticket_id: strawberry.ID | None = id_of_event("ticket", description=_TICKET)
    review_kind: ReviewKind = strawberry.field(description="What the review looks back on.")
    no_actions: bool = strawberry.field(
        description="Whether it was said that nothing is to be done."
    )


@strawberry.type(description="A review was not complete in time.")
class ReviewOverdue(Event):
    review_id: strawberry.ID = id_of_event("review", description=_ID)
    review: ReviewLink | None = _review_of_event()
    review_version: int = _version_of_event()
    ticket_id: strawberry.ID | None = id_of_event("ticket", description=_TICKET)
    review_kind: ReviewKind = strawberry.field(description="What the review looks back on.")
    due_at: datetime = strawberry.field(description="When it should have been.")
    told: list[Person] = people_of_event("told", description="The ticket's owner and the managers.")


@strawberry.type(description="An action was not done in time.")
class ReviewActionOverdue(Event):
    review_id: strawberry.ID = id_of_event("review", description=_ID)
    review: ReviewLink | None = _review_of_event()
    review_version: int = _version_of_event()
    ticket_id: strawberry.ID | None = id_of_event("ticket", description=_TICKET)
    action_id: strawberry.ID = id_of_event("action", description=_ACTION)
    description: str = strawberry.field(description="What is to be done.")
    owner: Person | None = person_of_event(
        "owner", description="Who does it; null: nobody is named yet."
    )
    due_on: date | None = strawberry.field(
        description="The last day on which it is in time; null: no day is named yet."
    )
    told: list[Person] = people_of_event(
        "told", description="Its owner, the ticket's, and the managers."
    )
