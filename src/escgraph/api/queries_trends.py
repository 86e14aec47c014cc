"""What can be asked about time past: trends."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import strawberry

from escgraph.api.context import Info
from escgraph.api.filters_trends import TrendFilter, trends_filter
from escgraph.api.selection import names
from escgraph.api.typed import field
from escgraph.api.types_trends import Trends, trends_of
from escgraph.domain.figures import Dimension, Figure
from escgraph.domain.periods import Period
from escgraph.queries import trends
from escgraph.queries.trends import TrendsQuestion

_FIGURES: Mapping[str, Figure] = {
    "opened": Figure.OPENED,
    "cancelled": Figure.CANCELLED,
    "resolved": Figure.RESOLVED,
    "reopened": Figure.REOPENED,
    "reopenRate": Figure.RESOLVED | Figure.REOPENED,
    "firstResponse": Figure.FIRST_RESPONSE,
    "resolution": Figure.RESOLVED,
    "targets": Figure.TARGETS,
    "escalations": Figure.ESCALATIONS,
    "timeAtTiers": Figure.AT_TIERS,
    "backlog": Figure.BACKLOG,
}
"""What is counted for which field: what nobody selects costs nothing."""


@strawberry.type
class TrendQueries:
    @field(
        description="What happened to tickets, by day, week, month or quarter of the "
        "organisation, and by group. Buckets are whole: those in which `since` and `until` lie "
        "are counted from their first moment to their last, at most 400 of them. Null for a "
        "stakeholder, with FORBIDDEN in `errors`."
    )
    async def trends(
        self,
        info: Info,
        since: Annotated[
            datetime | None,
            strawberry.argument(
                description="Begin with the bucket that this lies in; null for the last 30 days, "
                "13 weeks, 12 months or 5 quarters."
            ),
        ] = None,
        until: Annotated[
            datetime | None,
            strawberry.argument(
                description="End with the last bucket that begins before this; null for the "
                "present one."
            ),
        ] = None,
        by: Annotated[
            Period, strawberry.argument(description="How long a bucket is.")
        ] = Period.MONTH,
        group_by: Annotated[
            list[Dimension] | None,
            strawberry.argument(
                description="A series for each combination that there is; null for one of all."
            ),
        ] = None,
        filter: Annotated[  # noqa: A002 - the word of the API
            TrendFilter | None,
            strawberry.argument(description="Which tickets are counted; null for all."),
        ] = None,
        top: Annotated[
            int,
            strawberry.argument(
                description="How many groups are named, the largest: 1 to 50. The others are "
                "counted together."
            ),
        ] = 10,
    ) -> Trends | None:
        viewer, at = info.context.permitted(), info.context.surroundings.clock.now()
        question = TrendsQuestion(
            since=since,
            until=until,
            by=by,
            group_by=tuple(group_by or ()),
            where=trends_filter(filter),
            top=top,
            wanted=_wanted(info),
        )
        return trends_of(await trends.ask(question, at=at, viewer=viewer))


def _wanted(info: Info) -> Figure:
    figures = Figure.NOTHING
    for name in names(info):
        figures |= _FIGURES.get(name, Figure.NOTHING)
    return figures
