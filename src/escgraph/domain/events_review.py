"""What happens to reviews, in the past tense; these events belong to no ticket.

Each says which review it is, that review's version after it, and the ticket that it looks back on,
None for a quarterly review. What it says is absolute, so applying it twice does no harm.
"""

from dataclasses import dataclass
from datetime import date, datetime

from escgraph.domain.event import Event
from escgraph.domain.terms import (
    EscalationId,
    PersonId,
    ReviewActionId,
    ReviewId,
    ReviewKind,
    ReviewSection,
    TicketId,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOpened(Event):
    """`by` is who resolved the ticket, None for what opened by itself; `quarter` as in 2026-Q1."""

    review: ReviewId
    version: int
    ticket: TicketId | None
    review_kind: ReviewKind
    quarter: str | None
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSectionWritten(Event):
    """`text` takes the place of what was there."""

    review: ReviewId
    version: int
    ticket: TicketId | None
    section: ReviewSection
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewActionAdded(Event):
    """Something is to be done; None: nobody, or no day, is named yet."""

    review: ReviewId
    version: int
    ticket: TicketId | None
    action: ReviewActionId
    description: str
    owner: PersonId | None
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewActionRevised(Event):
    """All of it as it is now; the event before says what it was."""

    review: ReviewId
    version: int
    ticket: TicketId | None
    action: ReviewActionId
    description: str
    owner: PersonId | None
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewActionDone(Event):
    review: ReviewId
    version: int
    ticket: TicketId | None
    action: ReviewActionId
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewCompleted(Event):
    """`no_actions` is the explicit "none"."""

    review: ReviewId
    version: int
    ticket: TicketId | None
    review_kind: ReviewKind
    no_actions: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOverdue(Event):
    """It was not complete by `due_at`. `told` are the ticket's owner and the managers (D3)."""

    review: ReviewId
    version: int
    ticket: TicketId | None
    review_kind: ReviewKind
    due_at: datetime
    told: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewActionOverdue(Event):
    """Its day `due_on` is over. `told` are its owner, the ticket's, and the managers (Q4)."""

    review: ReviewId
    version: int
    ticket: TicketId | None
    action: ReviewActionId
    description: str
    owner: PersonId | None
    due_on: date | None
    told: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewCasesRead(Event):
    """A quarter's escalations were read with one finding (Q1); so many remain `unread`."""

    review: ReviewId
    version: int
    ticket: TicketId | None
    escalations: tuple[EscalationId, ...]
    finding: str
    unread: int
