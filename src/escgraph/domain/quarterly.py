"""What a quarterly review looks at, found out by itself (Q1 to Q4): living, then frozen.

While the review is open this is computed whenever somebody asks. Its completion stores it, and from
then on it says for ever what the manager saw.
"""

from dataclasses import dataclass
from datetime import date, datetime

from escgraph.domain.figures import Spread
from escgraph.domain.policy import Recurrence
from escgraph.domain.process_gaps import Gap
from escgraph.domain.recurring import Alike, Recurring
from escgraph.domain.terms import DeadlineKind, ReviewActionId, Tier, Trigger


@dataclass(frozen=True, slots=True)
class Kept:
    """How many deadlines of one clock were answered or fell due, and how many in time."""

    clock: DeadlineKind
    count: int
    within: int

    @property
    def share(self) -> float | None:
        """From 0 to 1; None where there were none."""
        return self.within / self.count if self.count else None


@dataclass(frozen=True, slots=True)
class Climbs:
    """How many escalations led there, by what."""

    to_tier: Tier
    trigger: Trigger
    count: int


@dataclass(frozen=True, slots=True)
class QuarterFigures:
    """One quarter in figures (P4), as `domain.figures` defines each."""

    quarter: str
    opened: int
    cancelled: int
    resolved: int
    reopened: int
    response: Spread | None
    resolution: Spread | None
    kept: tuple[Kept, ...]
    climbs: tuple[Climbs, ...]

    @property
    def reopen_rate(self) -> float | None:
        return self.reopened / self.resolved if self.resolved else None

    @property
    def escalations(self) -> int:
        return sum(one.count for one in self.climbs)

    def to(self, tier: Tier) -> int:
        """How many escalations led to that tier."""
        return sum(one.count for one in self.climbs if one.to_tier is tier)

    def by(self, trigger: Trigger) -> int:
        """How many escalations that triggered."""
        return sum(one.count for one in self.climbs if one.trigger is trigger)

    def share(self, clock: DeadlineKind) -> float | None:
        """How much of that clock's deadlines was kept; None where there were none."""
        return next((one.share for one in self.kept if one.clock is clock), None)


@dataclass(frozen=True, slots=True)
class Week:
    """The escalations of a week, or of the part of it that lies in the quarter."""

    begins: date
    climbs: tuple[Climbs, ...]


@dataclass(frozen=True, slots=True)
class Followed:
    """An action as it stood when it was looked at.

    Attributes:
        origin: the quarter or the ticket of the review that wanted it.
        owner: the name; empty while nobody is named.
    """

    id: ReviewActionId
    origin: str
    description: str
    owner: str
    due_on: date | None
    overdue: bool
    done_at: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True)
class QuarterlyFacts:
    """What was found out.

    Attributes:
        version: that of the review when it was looked at.
        zone: in which the quarter was counted.
        as_of: when it was looked at.
        figures: of this quarter, the last one, and the four before it, the oldest first.
        weeks: those of the quarter.
        rule: what counted as recurring.
        recurring: the most frequent first.
        actions: what this review itself wants done.
        carried: actions of earlier reviews that were not done when the quarter ended (Q4).
        alike: tickets of whatever category and component that say nearly the same, the largest
            group first; None where that was not looked for yet when the review was completed.
    """

    quarter: str
    version: int
    zone: str
    as_of: datetime
    figures: tuple[QuarterFigures, ...]
    weeks: tuple[Week, ...]
    rule: Recurrence
    recurring: tuple[Recurring, ...]
    gaps: tuple[Gap, ...]
    actions: tuple[Followed, ...]
    carried: tuple[Followed, ...]
    alike: tuple[Alike, ...] | None = None

    @property
    def now(self) -> QuarterFigures:
        return self.figures[-1]

    @property
    def before(self) -> QuarterFigures:
        return self.figures[-2]
