"""A review as a type: what it looks back on, what people wrote, what is to be done."""

from datetime import date, datetime

import strawberry

from escgraph.api.context import Info
from escgraph.api.identifiers import id_text
from escgraph.api.review_link import ReviewLink, linked_review
from escgraph.api.ticket_link import TicketLink, linked_ticket
from escgraph.api.typed import field
from escgraph.api.types_node import Node
from escgraph.api.types_people import Person, person
from escgraph.api.types_policy_draft import PolicyDraft, PolicyVersion, draft_of, version_of
from escgraph.api.types_quarterly import QuarterlyFacts, quarterly_facts_of
from escgraph.api.types_review_cases import (
    CaseAfter,
    Read,
    ReviewCaseConnection,
    ReviewCaseCounts,
    case_connection,
)
from escgraph.api.types_review_facts import ReviewFacts, facts_of
from escgraph.api.types_timeline import First
from escgraph.domain.terms import (
    PersonId,
    ReviewActionState,
    ReviewId,
    ReviewKind,
    ReviewSection,
    ReviewState,
)
from escgraph.queries import review_cases, reviews


@strawberry.type(description="What people write into a review under one heading.")
class ReviewText:
    section: ReviewSection = strawberry.field(description="Which section it is.")
    text: str = strawberry.field(description="What was written; empty until then.")


@strawberry.type(
    description="What a review wants done. It belongs to the review that made it, and is followed "
    "from any other until it is done."
)
class ReviewAction(Node):
    row: strawberry.Private[reviews.Action]
    review_id: strawberry.Private[ReviewId]
    ordinal: int = strawberry.field(description="Its place among the review's actions, from 1.")
    description: str = strawberry.field(description="What is to be done.")
    due_on: date | None = strawberry.field(
        description="The last day on which it is in time, by the organisation's zone; null: no "
        "day is named yet."
    )
    state: ReviewActionState = strawberry.field(description="Whether it is done.")
    overdue_at: datetime | None = strawberry.field(
        description="When its day was found to be over; null until then. Another day takes it back."
    )
    done_at: datetime | None = strawberry.field(description="When it was done; null until then.")
    outcome: str = strawberry.field(description="What came of it; empty until it is done.")
    created_at: datetime = strawberry.field(description="When it was added.")

    @field(description="Who does it; null: nobody is named yet.")
    async def owner(self, info: Info) -> Person | None:
        return await _maybe(info, self.row.owner)

    @field(description="Who said that it is done; null until then.")
    async def done_by(self, info: Info) -> Person | None:
        return await _maybe(info, self.row.done_by)

    @field(description="Who added it; null for what opened by itself.")
    async def created_by(self, info: Info) -> Person | None:
        return await _maybe(info, self.row.created_by)

    @field(description="The review that made it.")
    async def review(self, info: Info) -> ReviewLink | None:
        return await linked_review(info, self.review_id)


@strawberry.type(
    description="A look back: on one ticket that was critical or had reached management when it "
    "was resolved, or on a quarter. A ticket that is resolved again while its review is open gets "
    "no other: that one goes on, with its due date."
)
class Review(Node):
    row: strawberry.Private[reviews.Review]
    kind: ReviewKind = strawberry.field(description="What it looks back on.")
    state: ReviewState = strawberry.field(description="Whether it may still be written.")
    version: int = strawberry.field(
        description="Counts its events. Pass it as `expectedVersion` to act on what you saw."
    )
    cycle: int | None = strawberry.field(
        description="In which cycle of its ticket it was opened; null for a quarterly review."
    )
    quarter: str | None = strawberry.field(
        description="As in 2026-Q1; null for a post-issue review."
    )
    starts_at: datetime | None = strawberry.field(
        description="When its quarter began; null for a post-issue review."
    )
    ends_at: datetime | None = strawberry.field(
        description="When its quarter ended; null for a post-issue review."
    )
    opened_at: datetime = strawberry.field(description="When it was opened.")
    due_at: datetime = strawberry.field(
        description="It is overdue from this moment on: the end of the last working day for it."
    )
    updated_at: datetime = strawberry.field(description="When it last changed.")
    overdue: bool = strawberry.field(description="Whether it is open and late.")
    overdue_at: datetime | None = strawberry.field(
        description="When it was found to be late; null unless it was, completed since or not."
    )
    completed_at: datetime | None = strawberry.field(
        description="When it was completed; null until then."
    )
    sections: list[ReviewText] = strawberry.field(
        description="Every section that it wants, in their order."
    )
    actions: list[ReviewAction] = strawberry.field(description="What it wants done, in order.")

    @field(
        description="What completing still wants, in words: a finding on each case of a quarter, "
        "empty sections, and actions without owner or due date. Whether there are any actions is "
        "asked when it is completed."
    )
    async def missing(self, info: Info) -> list[str]:
        if not self.row.open:
            return []
        quarterly = self.row.kind is ReviewKind.QUARTERLY
        cases = await info.context.loaders.unread.load(self.row.id) if quarterly else ()
        return [*cases, *self.row.unwritten]

    @field(description="Who completed it; null until then.")
    async def completed_by(self, info: Info) -> Person | None:
        return await _maybe(info, self.row.completed_by)

    @field(description="The published policies that name it as their cause, the newest first.")
    async def policies(self, info: Info) -> list[PolicyVersion]:
        found = await info.context.loaders.policies_of_reviews.load(self.row.id)
        return [version_of(one) for one in found]

    @field(
        description="The drafts of policies that name it as their cause, published and discarded "
        "ones too, the newest first; empty for all but administrators and managers."
    )
    async def policy_drafts(self, info: Info) -> list[PolicyDraft]:
        found = await info.context.loaders.drafts_of_reviews.load(self.row.id)
        return [draft_of(one) for one in found]

    @field(
        description="The escalations of its quarter in the order in which they happened, each to "
        "be read with a finding; null for a post-issue review."
    )
    async def cases(
        self, info: Info, read: Read = None, first: First = 50, after: CaseAfter = None
    ) -> ReviewCaseConnection | None:
        if self.row.kind is not ReviewKind.QUARTERLY:
            return None
        page = await review_cases.page(
            self.row.id, read=read, first=first, after=after, viewer=info.context.session.actor
        )
        return case_connection(page)

    @field(description="How far the cases are read; null for a post-issue review.")
    async def case_counts(self, info: Info) -> ReviewCaseCounts | None:
        if self.row.kind is not ReviewKind.QUARTERLY:
            return None
        counts = await info.context.loaders.cases.load(self.row.id)
        if counts is None:
            return None
        return ReviewCaseCounts(read=counts.read, unread=counts.unread)

    @field(description="What was found out about its quarter; null for a post-issue review.")
    async def quarterly_facts(self, info: Info) -> QuarterlyFacts | None:
        if self.row.kind is not ReviewKind.QUARTERLY:
            return None
        at = info.context.surroundings.clock.now()
        return quarterly_facts_of(await info.context.loaders.quarters.load((self.row, at)))

    @field(description="The ticket as it is now; null for a quarterly review.")
    async def ticket(self, info: Info) -> TicketLink | None:
        return None if self.row.ticket is None else await linked_ticket(info, self.row.ticket)

    @field(
        description="What it found out by itself about its ticket: as it is now while the review "
        "is open, and as it was then once it is completed. Null for a quarterly review."
    )
    async def facts(self, info: Info) -> ReviewFacts | None:
        return await facts_of(info, self.row)


def review_of(row: reviews.Review) -> Review:
    return Review(
        row=row,
        id=id_text(row.id),
        sections=[
            ReviewText(section=section, text=row.sections.get(section, ""))
            for section in reviews.SECTIONS[row.kind]
        ],
        actions=[review_action_of(action, row.id) for action in row.actions],
        **{name: getattr(row, name) for name in _PLAIN},
    )


def review_action_of(row: reviews.Action, review_id: ReviewId) -> ReviewAction:
    return ReviewAction(
        row=row,
        review_id=review_id,
        id=id_text(row.id),
        **{name: getattr(row, name) for name in _PLAIN_OF_ACTION},
    )


async def _maybe(info: Info, person_id: PersonId | None) -> Person | None:
    return None if person_id is None else await person(info, person_id)


_PLAIN = (
    "kind",
    "state",
    "version",
    "cycle",
    "quarter",
    "starts_at",
    "ends_at",
    "opened_at",
    "due_at",
    "updated_at",
    "overdue",
    "overdue_at",
    "completed_at",
)
_PLAIN_OF_ACTION = (
    "ordinal",
    "description",
    "due_on",
    "state",
    "overdue_at",
    "done_at",
    "outcome",
    "created_at",
)
"""What is the same here as in the domain, by name."""
