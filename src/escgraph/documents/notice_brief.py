"""What a letter is written from: one notice with its facts, as the person who reads it sees them.

Nobody may write more into a letter than stands here: what is not for the reader is left out before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from escgraph.domain.event import Event
from escgraph.domain.notice import Hearer, NoticeKind
from escgraph.domain.state import TicketState
from escgraph.domain.terms import DeadlineKind, PersonId, Priority, ReviewKind


@dataclass(frozen=True, slots=True)
class PackageSummary:
    """What an escalation's package holds, in a few lines (C3).

    `tried` are the last actions, with `tried_before` more; `missing` is what nobody wrote. `whole`
    says that the reader sees what colleagues write to each other, of which all three are.
    """

    description: str
    tried: tuple[str, ...]
    tried_before: int
    missing: tuple[str, ...]
    worked_on_it: tuple[PersonId, ...]
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFacts:
    """Which review it is about; `quarter` as in 2026-Q1, None for one of a ticket."""

    kind: ReviewKind
    quarter: str | None
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """One notice.

    Attributes:
        events: what it tells of, in order, without what is not for the reader.
        state: the ticket as it stood afterwards; None where it is about none.
        awaited: what falls at the state's `next_due_at`.
        reader: who reads it.
        names: of everybody who stands in it.
        zone: the reader's.
        at: the moment from which it counts: that of the first attempt, the same for each.
        package: of the last escalation that it tells of.
        description: what the ticket is about, as it was reported.
        unreached: who did not get what it tells of, in their order.
    """

    kind: NoticeKind
    hearer: Hearer
    pressing: bool
    priority: Priority | None
    events: tuple[Event, ...]
    state: TicketState | None
    awaited: DeadlineKind | None
    review: ReviewFacts | None
    reader: PersonId
    names: Mapping[PersonId, str]
    zone: str
    at: datetime
    package: PackageSummary | None = None
    description: str = ""
    unreached: tuple[PersonId, ...] = ()

    def name(self, person: PersonId | None) -> str:
        """Who it is, to the reader."""
        if person is None:
            return "nobody"
        return "you" if person == self.reader else self.names.get(person, "somebody unknown")

    @property
    def outside(self) -> bool:
        """Whether it is read by somebody who does not work on tickets: calm, without internals."""
        return self.hearer in {Hearer.STAKEHOLDER, Hearer.REPORTER}
