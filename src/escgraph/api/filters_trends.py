"""Which tickets trends count, as an input type."""

import strawberry

from escgraph.api.filters import all_of
from escgraph.domain.terms import Priority, Tier
from escgraph.queries import trends


@strawberry.input(
    description="Which tickets are counted, as they are now; all conditions must hold; an empty "
    "list lets nothing pass, null everything."
)
class TrendFilter:
    priorities: list[Priority] | None = strawberry.field(
        default=None, description="It has any of these priorities."
    )
    categories: list[str] | None = strawberry.field(
        default=None, description="It is of any of these categories, by key."
    )
    components: list[str] | None = strawberry.field(
        default=None, description="Any of these is affected, exactly."
    )
    tiers: list[Tier] | None = strawberry.field(
        default=None, description="Any of these tiers works on it, or did so last."
    )
    teams: list[str] | None = strawberry.field(
        default=None, description="It was routed to any of these teams; empty for none."
    )
    critical: bool | None = strawberry.field(
        default=None, description="Whether it is marked as critical."
    )


def trends_filter(given: TrendFilter | None) -> trends.TrendsFilter:
    """The filter as queries take it."""
    if given is None:
        return trends.EVERY_TICKET
    return trends.TrendsFilter(
        priorities=all_of(given.priorities),
        categories=all_of(given.categories),
        components=all_of(given.components),
        tiers=all_of(given.tiers),
        teams=all_of(given.teams),
        critical=given.critical,
    )
