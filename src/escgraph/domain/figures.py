"""What the SOP is for, in figures (P4, §8): each is defined here, once.

A ticket counts under the priority, category, component, tier and team that it has now. What
happened counts in the bucket in which it happened: no figure of a bucket that is over changes
when a ticket is reopened later, but the time at tiers, which follows the resolution log.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Flag, StrEnum, auto

from escgraph.domain.periods import Bucket
from escgraph.domain.terms import DeadlineKind, Tier, Trigger

CLOCKS = (
    DeadlineKind.RESPONSE,
    DeadlineKind.LEVEL_2,
    DeadlineKind.LEVEL_3,
    DeadlineKind.MANAGEMENT,
)
"""What has a target."""


class Figure(Flag):
    """What to count; each costs a statement."""

    NOTHING = 0
    OPENED = auto()
    CANCELLED = auto()
    RESOLVED = auto()
    REOPENED = auto()
    FIRST_RESPONSE = auto()
    TARGETS = auto()
    ESCALATIONS = auto()
    AT_TIERS = auto()
    BACKLOG = auto()
    EVERYTHING = (
        OPENED
        | CANCELLED
        | RESOLVED
        | REOPENED
        | FIRST_RESPONSE
        | TARGETS
        | ESCALATIONS
        | AT_TIERS
        | BACKLOG
    )


class Dimension(StrEnum):
    """What tickets can be grouped by."""

    PRIORITY = "PRIORITY"
    CATEGORY = "CATEGORY"
    COMPONENT = "COMPONENT"
    TIER = "TIER"
    TEAM = "TEAM"


@dataclass(frozen=True, slots=True)
class Group:
    """Tickets that have these in common; `rest` are those of all groups that are not named."""

    keys: Mapping[Dimension, str]
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Spread:
    """Of how many, the median and the 90th percentile: between two of them, linearly."""

    count: int
    median: timedelta
    p90: timedelta


@dataclass(frozen=True, slots=True)
class Answers:
    """How many deadlines of one clock fell due or were answered, and how many of them in time.

    It counts in the bucket of the answer or, where none came by then, of the deadline. Moments are
    compared: what came after its deadline is late, even where a late engine let it pass (A13);
    at the very moment it is in time unless the deadline had fired. A rung is answered by the
    resolution. What a deadline asked for no longer, it does not count for: a rung that was
    reached by hand (A15), a target of a ticket that was cancelled.
    """

    count: int
    within: int

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.within / self.count


@dataclass(frozen=True, slots=True)
class Backlog:
    """The live tickets at `at`, the bucket's end or the present, and how long ago they opened.

    A ticket that was reopened counts from its opening.
    """

    at: datetime
    age: Spread | None

    @property
    def count(self) -> int:
        return 0 if self.age is None else self.age.count


@dataclass(frozen=True, slots=True)
class TierFigures:
    """The time at one tier of the tickets that stood there; a hold counts (see `tier_time`)."""

    spread: Spread
    total: timedelta


@dataclass(frozen=True, slots=True)
class Point:
    """The figures of one bucket. What was not wanted is 0, None or empty; so is what never was.

    Attributes:
        resolved: resolutions, each of a ticket that is resolved more than once.
        first_response: from the start of the clock to the acknowledgement, of those that came.
        resolution: from the start of the clock to the resolution, by the wall clock, of those
            that came.
        targets: by clock.
        escalations: by the tier that they led to, and what triggered them.
        at_tiers: of the tickets whose last resolution lies in the bucket and still stands, as in
            the resolution log.
    """

    bucket: Bucket
    opened: int = 0
    cancelled: int = 0
    resolved: int = 0
    reopened: int = 0
    first_response: Spread | None = None
    resolution: Spread | None = None
    targets: Mapping[DeadlineKind, Answers] = field(default_factory=dict)
    escalations: Mapping[tuple[Tier, Trigger], int] = field(default_factory=dict)
    at_tiers: Mapping[Tier, TierFigures] = field(default_factory=dict)
    backlog: Backlog | None = None

    @property
    def reopen_rate(self) -> float | None:
        """Reopenings by resolutions; above 1 where more came back than went. None: none went."""
        return self.reopened / self.resolved if self.resolved else None


@dataclass(frozen=True, slots=True)
class Series:
    """The points of one group, a point a bucket."""

    group: Group
    points: tuple[Point, ...]
