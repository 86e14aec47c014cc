"""A simulated policy as types: what it would have made of past tickets, beside what was (Q5)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

import strawberry

from escgraph.api.typed import field
from escgraph.domain import what_if
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.figures import Spread
from escgraph.domain.terms import Priority, Tier, Trigger
from escgraph.queries import simulation

MOST_LISTED = 1000

First = Annotated[
    int, strawberry.argument(description=f"How many to list at most: 1 to {MOST_LISTED:,}.")
]


@strawberry.type(description="How late people were after a deadline that they missed.")
class Lateness:
    count: int = strawberry.field(description="How often it came after all; never 0.")
    median: timedelta = strawberry.field(description="Half of them came no later.")
    p90: timedelta = strawberry.field(description="Nine in ten of them came no later.")


@strawberry.type(description="How often a tier was reached by something else than by hand.")
class SimulatedRung:
    tier: Tier = strawberry.field(description="The tier.")
    trigger: Trigger = strawberry.field(description="What moved the tickets.")
    count: int = strawberry.field(description="How many; never 0.")


@strawberry.type(description="What one policy makes of some tickets.")
class SimulatedOutcome:
    response_breaches: int = strawberry.field(
        description="Tickets whose first response did not come in time."
    )
    rungs: list[SimulatedRung] = strawberry.field(description="By tier and trigger.")
    reminders: int = strawberry.field(
        description="How often management was reminded that no manager had accepted yet."
    )
    response_lateness: Lateness | None = strawberry.field(
        description="From the missed deadline to the first response; null where none came."
    )
    resolution_lateness: Lateness | None = strawberry.field(
        description="From the first rung that a ticket missed to its next resolution; null where "
        "none came."
    )


@strawberry.type(
    description="The tickets of one priority and category, under their own policies and under the "
    "simulated one."
)
class SimulatedGroup:
    priority: Priority | None = strawberry.field(
        description="That of the opening; null: of any priority."
    )
    category: str | None = strawberry.field(description="Its key; null: of any category.")
    tickets: int = strawberry.field(description="How many there are.")
    was: SimulatedOutcome = strawberry.field(
        description="Under the policy that each was opened under."
    )
    would_be: SimulatedOutcome = strawberry.field(description="Under the simulated policy.")


@strawberry.type(description="A ticket that reaches a tier under one of both policies only.")
class SimulatedDifference:
    number: str = strawberry.field(description="What people call it: ESC-000123.")
    priority: Priority = strawberry.field(description="That of its opening.")
    category: str = strawberry.field(description="Key of its category.")
    tiers: list[Tier] = strawberry.field(description="The tiers, in the order of their rungs.")


@strawberry.type(description="Tickets in the order in which they were opened, from the first on.")
class SimulatedDifferences:
    count: int = strawberry.field(description="How many there are, listed or not.")
    tickets: list[SimulatedDifference] = strawberry.field(description="Those listed.")


@strawberry.type(description="Numbers of tickets in the order of their opening.")
class SimulatedNumbers:
    count: int = strawberry.field(description="How many there are, listed or not.")
    numbers: list[str] = strawberry.field(description="Those listed.")


@strawberry.type(
    description="What another policy would have made of past tickets, if people had done what "
    "they did. Nothing is written."
)
class PolicySimulation:
    policy_name: str = strawberry.field(description="The name of the simulated policy.")
    changes: list[str] = strawberry.field(
        description="What it changes from the policy in force, in words."
    )
    at: datetime = strawberry.field(
        description="The present: live tickets are replayed up to this moment."
    )
    groups: list[SimulatedGroup] = strawberry.field(
        description="All tickets first, then by priority, by category, and by both."
    )
    caveats: list[str] = strawberry.field(
        description="What a replay cannot know, and what it takes for granted."
    )
    found: strawberry.Private[simulation.Simulation]

    @field(description="Tickets that would have reached a tier and did not.")
    def would_escalate(self, first: First = 100) -> SimulatedDifferences:
        return _differences_of(self.found.what_if.would_escalate, first)

    @field(description="Tickets that reached a tier and would not have.")
    def would_not_escalate(self, first: First = 100) -> SimulatedDifferences:
        return _differences_of(self.found.what_if.would_not, first)

    @field(
        description="Tickets whose record differs from what their own policy says, since an engine "
        "was late. They count by their policy."
    )
    def recorded_otherwise(self, first: First = 100) -> SimulatedNumbers:
        numbers = self.found.otherwise
        return SimulatedNumbers(count=len(numbers), numbers=list(numbers[: _checked(first)]))


def simulation_of(found: simulation.Simulation) -> PolicySimulation:
    return PolicySimulation(
        policy_name=found.policy.name,
        changes=list(found.changes),
        at=found.at,
        groups=[_group_of(one) for one in found.what_if.compared],
        caveats=list(simulation.CAVEATS),
        found=found,
    )


def _group_of(compared: what_if.Compared) -> SimulatedGroup:
    return SimulatedGroup(
        priority=compared.priority,
        category=compared.category,
        tickets=compared.tickets,
        was=_outcome_of(compared.was),
        would_be=_outcome_of(compared.would_be),
    )


def _outcome_of(outcome: what_if.Outcome) -> SimulatedOutcome:
    return SimulatedOutcome(
        response_breaches=outcome.response_breaches,
        rungs=[
            SimulatedRung(tier=tier, trigger=trigger, count=many)
            for (tier, trigger), many in outcome.rungs.items()
        ],
        reminders=outcome.reminders,
        response_lateness=_lateness_of(outcome.response_lateness),
        resolution_lateness=_lateness_of(outcome.resolution_lateness),
    )


def _lateness_of(spread: Spread | None) -> Lateness | None:
    if spread is None:
        return None
    return Lateness(count=spread.count, median=spread.median, p90=spread.p90)


def _differences_of(found: Sequence[what_if.Difference], first: int) -> SimulatedDifferences:
    return SimulatedDifferences(
        count=len(found),
        tickets=[
            SimulatedDifference(
                number=one.name,
                priority=one.priority,
                category=one.category,
                tiers=list(one.tiers),
            )
            for one in found[: _checked(first)]
        ],
    )


def _checked(first: int) -> int:
    if not 1 <= first <= MOST_LISTED:
        raise InvalidInputError(f"first is {first}; ask for 1 to {MOST_LISTED:,}", field=("first",))
    return first
