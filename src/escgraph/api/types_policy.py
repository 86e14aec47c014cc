"""The policy and the categories as types."""

from datetime import timedelta

import strawberry

from escgraph.domain import policy
from escgraph.domain.terms import Priority, Tier


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


@strawberry.type(
    description="One version of the SOP's figures. A ticket keeps the version it was opened under."
)
class Policy:
    version: int = strawberry.field(description="Its number.")
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


@strawberry.type(description="A kind of issue.")
class Category:
    key: str = strawberry.field(description="What tickets name it by.")
    name: str = strawberry.field(description="What to call it.")
    suggested_priority: Priority = strawberry.field(
        description="What to propose to whoever opens a ticket; they decide."
    )


def policy_of(figures: policy.Policy) -> Policy:
    return Policy(
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
    )


def category_of(category: policy.Category) -> Category:
    return Category(
        key=category.key, name=category.name, suggested_priority=category.suggested_priority
    )


def _targets_of(priority: Priority, targets: policy.Targets) -> Targets:
    return Targets(
        priority=priority,
        respond=targets.respond,
        rungs=[Rung(tier=tier, after=after) for tier, after in targets.rungs],
        assessment=targets.assessment,
    )
