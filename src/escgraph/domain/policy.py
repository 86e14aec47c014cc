"""The timeframes of the SOP as data (§6, P5): one default policy, and what makes a policy valid."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

from escgraph.domain.calendar import ALWAYS, Calendar
from escgraph.domain.calendar_rules import validate_calendar, validate_wait
from escgraph.domain.catalogue import CATEGORIES as CATEGORIES  # noqa: PLC0414 - others know them
from escgraph.domain.catalogue import RECURRENCE as RECURRENCE  # noqa: PLC0414 - from here
from escgraph.domain.catalogue import REFERENCES as REFERENCES  # noqa: PLC0414
from escgraph.domain.catalogue import Category as Category  # noqa: PLC0414
from escgraph.domain.catalogue import Recurrence as Recurrence  # noqa: PLC0414
from escgraph.domain.catalogue import Reference as Reference  # noqa: PLC0414
from escgraph.domain.catalogue import Route as Route  # noqa: PLC0414
from escgraph.domain.catalogue import (
    validate_categories,
    validate_recurrence,
    validate_references,
    validate_routes,
)
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.terms import HoldReason, Priority, Tier
from escgraph.domain.zones import zone_named


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


UPDATE_CADENCE: Mapping[Priority, timedelta] = MappingProxyType(
    {
        Priority.HIGH: timedelta(hours=1),
        Priority.MEDIUM: timedelta(hours=4),
        Priority.LOW: timedelta(hours=24),
    }
)
"""How often stakeholders want word of a ticket that is open (R4, §5), in the SOP."""


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the SOP's figures. A ticket keeps the version it was opened under (P5).

    What has a default here is, where a document leaves it out, as in the SOP.

    Attributes:
        hold_cap: how long a single hold may stop the ladder (A7).
        backdating_cap: how far before its opening a ticket's clock may start (A1).
        reopening_grace: no rung fires sooner than this after a reopening (A20).
        escalating_reopening: which reopening escalates by itself (A20).
        reminders: after MANAGEMENT was reached, until a manager accepts (A19); three at most.
        review_working_days: for the post-issue review (D3).
        urgent_indicator: what marks an urgent ticket wherever it is shown (C4).
        hold_caps: for holds of these reasons, instead of `hold_cap`.
        calendars: business hours by their names.
        clocks: the name of the calendar by which a priority's time counts; 24x7 where absent, and
            always for HIGH (A6).
        zone: the organisation's IANA time zone: its days, weeks and quarters (A24).
        review_calendar: the calendar whose open days are working days (D3); None: Monday to
            Friday in the organisation's zone.
        update_cadence: how often the stakeholders of an open ticket are told how it stands; a
            priority that it lacks has no rhythm.
        routes: no two for the same category and component.
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
    hold_caps: Mapping[HoldReason, timedelta] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    clocks: Mapping[Priority, str] = field(default_factory=dict)
    zone: str = "UTC"
    review_calendar: str | None = None
    update_cadence: Mapping[Priority, timedelta] = field(default_factory=dict)
    categories: tuple[Category, ...] = CATEGORIES
    routes: tuple[Route, ...] = ()
    references: tuple[Reference, ...] = REFERENCES
    recurrence: Recurrence = RECURRENCE

    def calendar(self, priority: Priority) -> Calendar:
        """By which that priority's time counts."""
        name = self.clocks.get(priority)
        return ALWAYS if name is None else self.calendars[name]

    def cap(self, reason: HoldReason) -> timedelta:
        """How long a single hold of that reason may stop the ladder."""
        return self.hold_caps.get(reason, self.hold_cap)


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
    update_cadence=UPDATE_CADENCE,
)
"""The default policy: the table of SOP §6 in whole hours, and what was decided beside it."""


LONGEST = timedelta(days=3650)
"""No duration of a policy is longer: beyond the years of a calendar nothing can be armed."""

MOST_WORKING_DAYS = 366
"""No review waits longer (D3): a moment behind the years of a calendar could not be told."""


def validate(policy: Policy) -> Policy:
    """The policy itself, if it can be worked by (T11).

    Raises:
        InvalidInputError: says what is wrong; `field` is the path to it, as documents name it.
    """
    _validate_kinds(policy)
    for priority in Priority:
        if priority not in policy.targets:
            raise InvalidInputError(
                f"the policy has no targets for {priority}; add them", field=("targets",)
            )
        _validate_targets(priority, policy.targets[priority])
    _validate_durations(policy)
    _validate_clocks(policy)
    validate_categories(policy.categories)
    validate_routes(policy.routes, categories=policy.categories)
    validate_references(policy.references)
    validate_recurrence(policy.recurrence, longest=LONGEST)
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
            raise InvalidInputError(
                f"{name} is no whole number from 1 on; correct it", field=(name,)
            )
    if policy.review_working_days > MOST_WORKING_DAYS:
        raise InvalidInputError(
            f"reviewWorkingDays is above {MOST_WORKING_DAYS}, a year of days; lower it",
            field=("reviewWorkingDays",),
        )
    texts: dict[str, object] = {"name": policy.name, "urgentIndicator": policy.urgent_indicator}
    for name, text in texts.items():
        if not isinstance(text, str) or not text.strip():
            raise InvalidInputError(f"{name} is empty or no text; write it", field=(name,))


def _validate_targets(priority: Priority, targets: Targets) -> None:
    place = ("targets", str(priority))
    ladder = [targets.respond, *(after for _, after in targets.rungs)]
    if targets.respond <= timedelta(0):
        raise InvalidInputError(
            f"the response target of {priority} is not above zero; raise it",
            field=(*place, "respond"),
        )
    if ladder != sorted(ladder):
        raise InvalidInputError(
            f"the targets of {priority} are out of order; "
            "they must satisfy response ≤ LEVEL_2 ≤ (LEVEL_3) ≤ MANAGEMENT",
            field=place,
        )
    _validate_length(targets.management, (*place, "management"))


def _validate_durations(policy: Policy) -> None:
    _validate_above_zero(policy.hold_cap, ("holdCap",), "the hold cap")
    for reason, cap in policy.hold_caps.items():
        _validate_above_zero(cap, ("holdCaps", reason), f"the hold cap for {reason}")
    for name, length in {
        "backdatingCap": policy.backdating_cap,
        "reopeningGrace": policy.reopening_grace,
    }.items():
        if length < timedelta(0):
            raise InvalidInputError(
                "the back-dating cap or the reopening grace is below zero; raise it", field=(name,)
            )
        _validate_length(length, (name,))
    if len(policy.reminders) > 3 or list(policy.reminders) != sorted(set(policy.reminders)):
        raise InvalidInputError(
            "the reminders must be three at most, each later than the one before",
            field=("reminders",),
        )
    for priority, every in policy.update_cadence.items():
        _validate_above_zero(every, ("updateCadence", priority), f"the cadence of {priority}")
    for at, after in enumerate(policy.reminders):
        _validate_above_zero(after, ("reminders", str(at)), "a reminder")


def _validate_above_zero(length: timedelta, field: tuple[str, ...], said: str) -> None:
    if length <= timedelta(0):
        raise InvalidInputError(f"{said} is not above zero; raise it", field=field)
    _validate_length(length, field)


def _validate_length(length: timedelta, field: tuple[str, ...]) -> None:
    if length > LONGEST:
        raise InvalidInputError(
            f"a duration is longer than {LONGEST.days} days; shorten it", field=field
        )


def _validate_clocks(policy: Policy) -> None:
    zone_named(policy.zone, ("zone",))
    for name, calendar in policy.calendars.items():
        _validate_name(name, ("calendars", name))
        validate_calendar(calendar, place=("calendars", name))
    for priority, name in policy.clocks.items():
        if priority is Priority.HIGH:
            raise InvalidInputError(
                "HIGH counts around the clock, since an outage does not wait for opening hours; "
                f"write 24x7 instead of {name}, or leave it out",
                field=("clocks", priority),
            )
        _validate_known(policy, name, ("clocks", priority), f"the clock of {priority}")
        place = ("targets", str(priority), "management")
        validate_wait(policy.calendar(priority), policy.targets[priority].management, place=place)
    if policy.review_calendar is not None:
        _validate_known(policy, policy.review_calendar, ("reviewCalendar",), "the clock of reviews")


def _validate_name(name: str, field: tuple[str, ...]) -> None:
    if not name.strip() or name == ALWAYS.name:
        raise InvalidInputError(
            f'no calendar may be called "{name}"; give it another name', field=field
        )


def _validate_known(policy: Policy, name: str, field: tuple[str, ...], said: str) -> None:
    if name not in policy.calendars:
        known = ", ".join(sorted(policy.calendars)) or "none"
        raise InvalidInputError(
            f'{said} is the calendar "{name}", which the policy does not have ({known}); '
            "add it or name another",
            field=field,
        )
