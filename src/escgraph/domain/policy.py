"""The timeframes of the SOP as data (§6, P5): one default policy, and what makes a policy valid."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from escgraph.domain.calendar import ALWAYS, Calendar
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.terms import Priority, Tier


@dataclass(frozen=True, slots=True)
class Targets:
    """The time allowed from the start of a ticket's clock (A1); `level_3` None: no such rung."""

    respond: timedelta
    level_2: timedelta
    level_3: timedelta | None
    management: timedelta

    @property
    def rungs(self) -> tuple[tuple[Tier, timedelta], ...]:
        """The tiers that a deadline reaches, in climbing order."""
        third = () if self.level_3 is None else ((Tier.LEVEL_3, self.level_3),)
        return ((Tier.LEVEL_2, self.level_2), *third, (Tier.MANAGEMENT, self.management))

    @property
    def assessment(self) -> timedelta:
        """The SOP's [Y]: what LEVEL_2 and LEVEL_3 have before management is called (W2)."""
        return self.management - self.level_2


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the SOP's figures. A ticket keeps the version it was opened under (P5).

    Attributes:
        hold_cap: how long a single hold may stop the ladder (A7).
        backdating_cap: how far before its opening a ticket's clock may start (A1).
        reopening_grace: no rung fires sooner than this after a reopening (A20).
        escalating_reopening: which reopening escalates by itself (A20).
        reminders: after MANAGEMENT was reached, until a manager accepts (A19); three at most.
        review_working_days: for the post-issue review (D3).
        urgent_indicator: what marks an urgent ticket wherever it is shown (C4).
    """

    version: int
    name: str
    targets: Mapping[Priority, Targets]
    hold_cap: timedelta
    backdating_cap: timedelta
    reopening_grace: timedelta
    escalating_reopening: int
    reminders: tuple[timedelta, ...]
    review_working_days: int
    urgent_indicator: str

    def calendar(self, priority: Priority) -> Calendar:  # noqa: ARG002 - calendars differ by priority later
        return ALWAYS


def _targets(*, respond: int, level_2: int, management: int) -> Targets:
    hours = timedelta(hours=1)
    return Targets(respond * hours, level_2 * hours, None, management * hours)


SOP = Policy(
    version=1,
    name="Escalation workflow for unresolved technical issues",
    targets=MappingProxyType(
        {
            Priority.HIGH: _targets(respond=1, level_2=2, management=4),
            Priority.MEDIUM: _targets(respond=4, level_2=8, management=16),
            Priority.LOW: _targets(respond=24, level_2=48, management=72),
        }
    ),
    hold_cap=timedelta(days=14),
    backdating_cap=timedelta(days=7),
    reopening_grace=timedelta(minutes=15),
    escalating_reopening=3,
    reminders=(timedelta(hours=1), timedelta(hours=4), timedelta(hours=24)),
    review_working_days=5,
    urgent_indicator="[URGENT]",
)
"""The default policy: the table of SOP §6 in whole hours, and what was decided beside it."""


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of issue that suggests its priority (P3, T10)."""

    key: str
    name: str
    suggested_priority: Priority


LONGEST = timedelta(days=3650)
"""No duration of a policy is longer: beyond the years of a calendar nothing can be armed."""

CATEGORIES = (
    Category("system-outage", "System outage", Priority.HIGH),
    Category("security-issue", "Critical security issue", Priority.HIGH),
    Category("feature-not-working", "Major feature not working", Priority.MEDIUM),
    Category("degraded-performance", "Degraded performance", Priority.MEDIUM),
    Category("minor-bug", "Minor bug", Priority.LOW),
    Category("cosmetic-issue", "Cosmetic issue", Priority.LOW),
)
"""The six examples of SOP §6."""


def validate(policy: Policy) -> Policy:
    """The policy itself, if it can be worked by (T11).

    Raises:
        InvalidInputError: a priority is missing, or its targets are not positive and in order.
    """
    for priority in Priority:
        if priority not in policy.targets:
            raise InvalidInputError(f"the policy has no targets for {priority}; add them")
        _validate_targets(priority, policy.targets[priority])
    _validate_kinds(policy)
    _validate_rest(policy)
    return policy


def _validate_kinds(policy: Policy) -> None:
    """What a document may get wrong that no type checker sees."""
    counts = {
        "version": policy.version,
        "escalatingReopening": policy.escalating_reopening,
        "reviewWorkingDays": policy.review_working_days,
    }
    for name, count in counts.items():
        if type(count) is not int or count < 1:
            raise InvalidInputError(f"{name} is no whole number from 1 on; correct it")
    texts: dict[str, object] = {"name": policy.name, "urgentIndicator": policy.urgent_indicator}
    for name, text in texts.items():
        if not isinstance(text, str) or not text.strip():
            raise InvalidInputError(f"{name} is empty or no text; write it")
    durations = [policy.hold_cap, policy.backdating_cap, policy.reopening_grace, *policy.reminders]
    durations += [targets.management for targets in policy.targets.values()]
    if max(durations) > LONGEST:
        raise InvalidInputError(f"a duration is longer than {LONGEST.days} days; shorten it")


def _validate_targets(priority: Priority, targets: Targets) -> None:
    ladder = [targets.respond, *(after for _, after in targets.rungs)]
    if targets.respond <= timedelta(0):
        raise InvalidInputError(f"the response target of {priority} is not above zero; raise it")
    if ladder != sorted(ladder):
        raise InvalidInputError(
            f"the targets of {priority} are out of order; "
            "they must satisfy response ≤ LEVEL_2 ≤ (LEVEL_3) ≤ MANAGEMENT"
        )


def _validate_rest(policy: Policy) -> None:
    if policy.hold_cap <= timedelta(0):
        raise InvalidInputError("the hold cap is not above zero; raise it")
    if min(policy.backdating_cap, policy.reopening_grace) < timedelta(0):
        raise InvalidInputError(
            "the back-dating cap or the reopening grace is below zero; raise it"
        )
    if len(policy.reminders) > 3 or list(policy.reminders) != sorted(set(policy.reminders)):
        raise InvalidInputError(
            "the reminders must be three at most, each later than the one before"
        )
    if any(after <= timedelta(0) for after in policy.reminders):
        raise InvalidInputError("a reminder is not above zero; raise it")
