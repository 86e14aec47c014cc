"""What another policy would have made of past tickets, beside the one that was in force (Q5)."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import quantiles

from escgraph.domain.course import Course
from escgraph.domain.figures import Spread
from escgraph.domain.history import History
from escgraph.domain.terms import Priority, Tier, Trigger

CAVEATS = (
    (
        "People do here what they did, when they did it. Under other deadlines they would have "
        "answered, held and resolved at other moments."
    ),
    (
        "What an escalation leads to is not replayed: a tier that is reached earlier might have "
        "resolved earlier."
    ),
    (
        "A ticket keeps its priority, and what was done by hand is taken to have been done under "
        "any policy; a deed that makes no sense any more is left out."
    ),
    "Every deadline fires at its moment here, as if an engine had run all the time.",
)
"""What a replay cannot know, and what it takes for granted."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one policy made of some tickets.

    Attributes:
        response_breaches: tickets whose first response did not come in time.
        rungs: how often a tier was reached, and by which trigger; never by hand, and what never
            was is absent.
        reminders: that no manager had accepted yet.
        response_lateness: from the missed deadline to the response, of those that came.
        resolution_lateness: from the first rung that a ticket missed to its next resolution, of
            those that came.
    """

    response_breaches: int
    rungs: Mapping[tuple[Tier, Trigger], int]
    reminders: int
    response_lateness: Spread | None
    resolution_lateness: Spread | None


@dataclass(frozen=True, slots=True)
class Compared:
    """The tickets of one priority and category; None: of all of them."""

    priority: Priority | None
    category: str | None
    tickets: int
    was: Outcome
    would_be: Outcome


@dataclass(frozen=True, slots=True)
class Difference:
    """A ticket by its name, and the tiers that it reached under one policy only."""

    name: str
    priority: Priority
    category: str
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Tickets are in the order in which they were opened; a priority is that of the opening.

    Attributes:
        compared: all together first, then by priority, by category, and by both.
        would_escalate: reach a tier that they did not reach; `would_not`: the reverse.
    """

    compared: tuple[Compared, ...]
    would_escalate: tuple[Difference, ...]
    would_not: tuple[Difference, ...]

    @property
    def all(self) -> Compared:
        return self.compared[0]


class Comparison:
    """A what-if in the making, ticket by ticket: what it remembers is small."""

    def __init__(self) -> None:
        self._sides: dict[_Key, tuple[_Side, _Side]] = {(None, None): (_Side(), _Side())}
        self._would_escalate: list[Difference] = []
        self._would_not: list[Difference] = []

    def add(self, history: History, *, was: Course, would_be: Course) -> None:
        """Take in one ticket, under the policy that was in force and under the other."""
        for key in _keys(history):
            before, after = self._sides.setdefault(key, (_Side(), _Side()))
            before.add(was)
            after.add(would_be)
        self._would_escalate += _difference(history, would_be, without=was)
        self._would_not += _difference(history, was, without=would_be)

    def result(self) -> WhatIf:
        return WhatIf(
            compared=tuple(
                Compared(*key, was.tickets, was.outcome(), would_be.outcome())
                for key, (was, would_be) in sorted(self._sides.items(), key=_order)
            ),
            would_escalate=tuple(self._would_escalate),
            would_not=tuple(self._would_not),
        )


def spread(durations: Collection[timedelta]) -> Spread | None:
    """None of none; a percentile between two durations is taken linearly."""
    if not durations:
        return None
    if len(durations) == 1:
        (only,) = durations
        return Spread(1, only, only)
    tenths = quantiles(durations, n=10, method="inclusive")  # type: ignore[type-var]  # as good as numbers
    return Spread(len(durations), tenths[4], tenths[8])


_Key = tuple[Priority | None, str | None]


def _keys(history: History) -> tuple[_Key, ...]:
    priority, category = history.priority, history.category
    return (None, None), (priority, None), (None, category), (priority, category)


def _order(side: tuple[_Key, object]) -> tuple[int, int, str]:
    (priority, category), _ = side
    grouped = (priority is not None) + 2 * (category is not None)
    return grouped, list(Priority).index(priority) if priority else 0, category or ""


def _difference(history: History, course: Course, *, without: Course) -> list[Difference]:
    reached = {rung.tier for rung in without.rungs}
    tiers = tuple(rung.tier for rung in course.rungs if rung.tier not in reached)
    return [Difference(history.name, history.priority, history.category, tiers)] if tiers else []


@dataclass(slots=True)
class _Side:
    """An outcome in the making."""

    tickets: int = 0
    response_breaches: int = 0
    reminders: int = 0
    rungs: Counter[tuple[Tier, Trigger]] = field(default_factory=Counter)
    responses_late: list[timedelta] = field(default_factory=list)
    resolutions_late: list[timedelta] = field(default_factory=list)

    def add(self, course: Course) -> None:
        self.tickets += 1
        self.reminders += course.reminders
        self.rungs.update((rung.tier, rung.trigger) for rung in course.rungs)
        if course.response is not None:
            self.response_breaches += 1
            _note(self.responses_late, course.response.late)
        if course.first_missed is not None:
            _note(self.resolutions_late, course.first_missed.late)

    def outcome(self) -> Outcome:
        return Outcome(
            response_breaches=self.response_breaches,
            rungs=dict(sorted(self.rungs.items())),
            reminders=self.reminders,
            response_lateness=spread(self.responses_late),
            resolution_lateness=spread(self.resolutions_late),
        )


def _note(late: list[timedelta], lateness: timedelta | None) -> None:
    if lateness is not None:
        late.append(lateness)
