"""A review: what it looks back on, what people write into it, what it wants done (D3, Q1, Q4).

An open review may be written and corrected; a completed one stays as it is, but for the progress of
its actions: each of them is still done, or moved to another owner or day.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType

from escgraph.domain.errors import WrongStatusError
from escgraph.domain.event import Event
from escgraph.domain.events_review import ReviewOpened
from escgraph.domain.policy import Policy
from escgraph.domain.terms import (
    PersonId,
    ReviewActionId,
    ReviewActionState,
    ReviewId,
    ReviewKind,
    ReviewSection,
    ReviewState,
    TicketId,
    Tier,
)
from escgraph.domain.ticket import Ticket
from escgraph.domain.working_days import working_days_after

SECTIONS: Mapping[ReviewKind, Mapping[ReviewSection, str]] = MappingProxyType(
    {
        ReviewKind.POST_ISSUE: MappingProxyType(
            {
                ReviewSection.WENT_WELL: "what went well",
                ReviewSection.WENT_BADLY: "what did not go well",
                ReviewSection.ROOT_CAUSE: "the root cause",
            }
        ),
        ReviewKind.QUARTERLY: MappingProxyType(
            {
                ReviewSection.FINDINGS: "what was found",
                ReviewSection.IMPROVEMENTS: "what is to be improved",
                ReviewSection.SOP_CHANGE: 'what the SOP should change, or "none"',
            }
        ),
    }
)
"""Which sections a kind of review wants, in their order, and how one asks for each (D3, Q5)."""


@dataclass(frozen=True, slots=True)
class Action:
    """What a review wants done. It belongs to that review, and is followed from any other.

    Attributes:
        ordinal: its place among the review's actions, from 1.
        owner: None: nobody is named yet.
        due_on: the last day on which it is in time, None: no day is named yet.
        overdue_at: when that day was found to be over, None until then; a new day takes it back.
        outcome: what came of it, empty until it is done.
    """

    id: ReviewActionId
    ordinal: int
    description: str
    owner: PersonId | None
    due_on: date | None
    created_at: datetime
    created_by: PersonId | None
    overdue_at: datetime | None = None
    done_at: datetime | None = None
    done_by: PersonId | None = None
    outcome: str = ""

    @property
    def state(self) -> ReviewActionState:
        if self.done_at is not None:
            return ReviewActionState.DONE
        return ReviewActionState.OPEN if self.overdue_at is None else ReviewActionState.OVERDUE


@dataclass(frozen=True, slots=True)
class Review:
    """A look back.

    Attributes:
        ticket: what it looks back on, with `cycle`; None for a quarterly review.
        quarter: as in 2026-Q1, with `starts_at` and `ends_at`; None for a post-issue review.
        version: counts its events.
        due_at: it is overdue from this moment on.
        overdue_at: when that was found, None until then.
    """

    id: ReviewId
    kind: ReviewKind
    version: int
    state: ReviewState
    opened_at: datetime
    due_at: datetime
    updated_at: datetime
    ticket: TicketId | None = None
    cycle: int | None = None
    quarter: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    sections: Mapping[ReviewSection, str] = field(default_factory=dict)
    actions: tuple[Action, ...] = ()
    overdue_at: datetime | None = None
    completed_at: datetime | None = None
    completed_by: PersonId | None = None

    @property
    def open(self) -> bool:
        return self.state is ReviewState.OPEN

    @property
    def overdue(self) -> bool:
        """Whether it is late still; one that was completed late is not."""
        return self.open and self.overdue_at is not None

    @property
    def unwritten(self) -> tuple[str, ...]:
        """What it lacks, in words, but for the question whether there are actions at all."""
        wanted = SECTIONS[self.kind].items()
        sections = tuple(words for section, words in wanted if not self.sections.get(section))
        return (*sections, *_unassigned(self.actions))


@dataclass(frozen=True, slots=True)
class ReviewChange:
    """What an act made of a review; None, without an event, where nothing changed."""

    review: Review
    event: Event | None


def wants_review(ticket: Ticket) -> bool:
    """Whether resolving that ticket opens a review (D3)."""
    return ticket.critical or ticket.reached is Tier.MANAGEMENT


def open_post_issue(
    review_id: ReviewId, ticket: Ticket, *, by: PersonId, at: datetime, policy: Policy
) -> ReviewChange:
    """The review of a ticket that was just resolved, due in the policy's working days (D3)."""
    review = Review(
        id=review_id,
        kind=ReviewKind.POST_ISSUE,
        version=1,
        state=ReviewState.OPEN,
        opened_at=at,
        due_at=working_days_after(at, days=policy.review_working_days, policy=policy),
        updated_at=at,
        ticket=ticket.id,
        cycle=ticket.cycle,
    )
    return ReviewChange(review, opened(review, by=by))


def opened(review: Review, *, by: PersonId | None) -> ReviewOpened:
    """The event of a review that is new."""
    return ReviewOpened(
        at=review.opened_at,
        by=by,
        review=review.id,
        version=review.version,
        ticket=review.ticket,
        review_kind=review.kind,
        quarter=review.quarter,
        due_at=review.due_at,
    )


def must_be_open(review: Review, doing: str) -> None:
    """Pass if the review is open.

    Raises:
        WrongStatusError: names what cannot be done any more.
    """
    if not review.open:
        raise WrongStatusError(
            f"cannot {doing} a review that is {review.state}; it stays as it is, and only its "
            "actions get another owner or day, or are done"
        )


def following(review: Review, *, at: datetime, **facts: object) -> Review:
    """The review with those facts, one version further."""
    return replace(review, version=review.version + 1, updated_at=at, **facts)  # type: ignore[arg-type]  # checked by replace


def _unassigned(actions: tuple[Action, ...]) -> Iterator[str]:
    """What actions lack that are not done; who did one that is, and when, is known."""
    for action in actions:
        if action.done_at is None and action.owner is None:
            yield f"an owner of action {action.ordinal}"
        if action.done_at is None and action.due_on is None:
            yield f"a due date of action {action.ordinal}"
