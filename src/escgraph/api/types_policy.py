"""The policy and the categories as types."""

from datetime import timedelta

import strawberry

from escgraph.api.context import Info
from escgraph.api.typed import field
from escgraph.api.types_calendar import Calendar, calendar_of
from escgraph.api.types_catalogue import (
    Category,
    Recurrence,
    Reference,
    Route,
    category_of,
    recurrence_of,
    reference_of,
    route_of,
)
from escgraph.domain import policy
from escgraph.domain.permissions import may_see_internal
from escgraph.domain.terms import HoldReason, Priority, Tier
from escgraph.queries import policies


@strawberry.type(description="A tier that a deadline reaches.")
class Rung:
    tier: Tier = strawberry.field(description="The tier.")
    after: timedelta = strawberry.field(description="The time from the start of the clock.")


@strawberry.type(description="The time allowed to tickets of one priority.")
class Targets:
    priority: Priority = strawberry.field(description="Which priority.")
    respond: timedelta = strawberry.field(description="For the first human response.")
    rungs: list[Rung] = strawberry.field(description="In climbing order.")
    assessment: timedelta = strawberry.field(
        description="What LEVEL_2 and LEVEL_3 have before management is called; derived."
    )


@strawberry.type(description="By which calendar the time of a priority counts.")
class PriorityClock:
    priority: Priority = strawberry.field(description="Which priority.")
    calendar: Calendar | None = strawberry.field(
        description="Its business hours; null where time counts around the clock."
    )


@strawberry.type(description="How often stakeholders of open tickets of a priority want word.")
class UpdateCadence:
    priority: Priority = strawberry.field(description="Which priority.")
    every: timedelta | None = strawberry.field(
        description="The time by the priority's clock; null for no fixed rhythm."
    )


@strawberry.type(description="How long a hold of one reason lasts at most.")
class HoldCap:
    reason: HoldReason = strawberry.field(description="For whom or what the ticket waits.")
    cap: timedelta = strawberry.field(description="The time, by the wall clock.")


@strawberry.type(
    description="One version of the SOP's figures. A ticket keeps the version it was opened under."
)
class Policy:
    figures: strawberry.Private[policy.Policy]
    source: strawberry.Private[str | None]
    version: int = strawberry.field(description="Its number; of a draft, one that says nothing.")
    name: str = strawberry.field(description="What to call it.")
    targets: list[Targets] = strawberry.field(description="One entry for each priority.")
    hold_cap: timedelta = strawberry.field(description="How long a single hold lasts at most.")
    backdating_cap: timedelta = strawberry.field(
        description="How far before its opening a ticket's clock may start."
    )
    reopening_grace: timedelta = strawberry.field(
        description="No rung fires sooner than this after a reopening."
    )
    escalating_reopening: int = strawberry.field(
        description="Which reopening escalates by itself, counted from 1."
    )
    reminders: list[timedelta] = strawberry.field(
        description="After MANAGEMENT was reached, until a manager accepts."
    )
    review_working_days: int = strawberry.field(
        description="Within how many working days a post-issue review is due."
    )
    urgent_indicator: str = strawberry.field(
        description="What marks an urgent ticket wherever it is shown."
    )
    update_cadence: list[UpdateCadence] = strawberry.field(
        description="One entry for each priority."
    )
    hold_caps: list[HoldCap] = strawberry.field(description="One entry for each reason.")
    zone: str = strawberry.field(
        description="The organisation's IANA time zone: its days, weeks and quarters."
    )
    calendars: list[Calendar] = strawberry.field(description="Business hours, by name.")
    clocks: list[PriorityClock] = strawberry.field(description="One entry for each priority.")
    review_calendar: str | None = strawberry.field(
        description="The calendar whose open days are working days; null for Monday to Friday."
    )
    recurrence: Recurrence = strawberry.field(description="What counts as recurring.")
    categories: list[Category] = strawberry.field(description="The kinds of issue, as listed.")
    references: list[Reference] = strawberry.field(description="The documents it refers to.")

    @field(description="Where tickets go, and who owns what scripts open; the most exact wins.")
    def routes(self, info: Info) -> list[Route]:
        inside = may_see_internal(info.context.session.actor)
        return [route_of(route, with_owner=inside) for route in self.figures.routes]

    @field(
        description="The whole as a file, byte for byte as its author wrote it; null for "
        "stakeholders and wallboards, since addresses of people stand in it."
    )
    async def yaml(self, info: Info) -> str | None:
        viewer = info.context.session.actor
        if not may_see_internal(viewer):
            return None
        if self.source is not None:
            return self.source
        return policies.text_of(await policies.version_of(self.version, viewer=viewer))


def policy_of(figures: policy.Policy, source: str | None = None) -> Policy:
    """`source` is its text where that is at hand; a published one looks its own up."""
    return Policy(
        figures=figures,
        source=source,
        version=figures.version,
        name=figures.name,
        targets=[_targets_of(priority, figures.targets[priority]) for priority in Priority],
        hold_cap=figures.hold_cap,
        backdating_cap=figures.backdating_cap,
        reopening_grace=figures.reopening_grace,
        escalating_reopening=figures.escalating_reopening,
        reminders=list(figures.reminders),
        review_working_days=figures.review_working_days,
        urgent_indicator=figures.urgent_indicator,
        update_cadence=[
            UpdateCadence(priority=priority, every=figures.update_cadence.get(priority))
            for priority in Priority
        ],
        hold_caps=[HoldCap(reason=reason, cap=figures.cap(reason)) for reason in HoldReason],
        zone=figures.zone,
        calendars=[calendar_of(figures.calendars[name]) for name in sorted(figures.calendars)],
        clocks=[_clock_of(figures, priority) for priority in Priority],
        review_calendar=figures.review_calendar,
        recurrence=recurrence_of(figures.recurrence),
        categories=[category_of(category) for category in figures.categories],
        references=[reference_of(reference) for reference in figures.references],
    )


def _clock_of(figures: policy.Policy, priority: Priority) -> PriorityClock:
    name = figures.clocks.get(priority)
    calendar = None if name is None else calendar_of(figures.calendars[name])
    return PriorityClock(priority=priority, calendar=calendar)


def _targets_of(priority: Priority, targets: policy.Targets) -> Targets:
    return Targets(
        priority=priority,
        respond=targets.respond,
        rungs=[Rung(tier=tier, after=after) for tier, after in targets.rungs],
        assessment=targets.assessment,
    )
