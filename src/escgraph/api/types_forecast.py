"""The forecast as types: what comes next, and whom it reaches, if nobody acts."""

from collections.abc import Iterable
from datetime import datetime

import strawberry

from escgraph.api.types_ticket import Ticket, tickets_of
from escgraph.domain.terms import DeadlineKind, Priority, Tier
from escgraph.queries import forecast


@strawberry.type(description="What happens to a ticket next, or after that, if nobody acts.")
class ForecastEntry:
    at: datetime = strawberry.field(description="When; in the past for what is overdue.")
    kind: DeadlineKind = strawberry.field(description="The response or rung that falls due.")
    to_tier: Tier | None = strawberry.field(
        description="Where the ticket climbs to; null for a first response, which moves no tier."
    )
    response_breach: bool = strawberry.field(
        description="Whether it is a first response that will have been missed, and no escalation."
    )
    overdue: bool = strawberry.field(description="Whether it is due already, and fires any moment.")
    ticket: Ticket = strawberry.field(
        description="The ticket as it is now; it stands here once for each rung that is left."
    )


@strawberry.type(description="How many live tickets of one priority a tier has.")
class PriorityLoad:
    priority: Priority = strawberry.field(description="The priority.")
    now: int = strawberry.field(description="How many it has now.")
    then: int = strawberry.field(description="How many it will have, if nobody acts.")


@strawberry.type(description="How many live tickets a tier has now, and will have.")
class TierLoad:
    tier: Tier = strawberry.field(description="The tier.")
    now: int = strawberry.field(description="How many it has now.")
    then: int = strawberry.field(
        description="How many it will have, if nobody acts and no ticket is opened."
    )
    priorities: list[PriorityLoad] = strawberry.field(
        description="The same by priority, all three."
    )


def entries_of(expected: Iterable[forecast.Expected]) -> list[ForecastEntry]:
    found = list(expected)
    return [
        ForecastEntry(
            at=one.at,
            kind=one.kind,
            to_tier=one.to_tier,
            response_breach=one.kind is DeadlineKind.RESPONSE,
            overdue=one.overdue,
            ticket=ticket,
        )
        for one, ticket in zip(found, tickets_of([one.view for one in found]), strict=True)
    ]


def loads_of(loads: Iterable[forecast.TierLoad]) -> list[TierLoad]:
    return [
        TierLoad(
            tier=load.tier,
            now=sum(load.now.values()),
            then=sum(load.then.values()),
            priorities=[
                PriorityLoad(priority=one, now=load.now[one], then=load.then[one])
                for one in Priority
            ],
        )
        for load in loads
    ]
