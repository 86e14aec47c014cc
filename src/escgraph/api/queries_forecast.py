"""What can be asked about what comes: the forecast, and the load of each tier."""

from datetime import timedelta
from typing import Annotated

import strawberry

from escgraph.api.context import Info
from escgraph.api.selection import wanted
from escgraph.api.typed import field
from escgraph.api.types_forecast import ForecastEntry, TierLoad, entries_of, loads_of
from escgraph.queries import forecast

Within = Annotated[
    timedelta,
    strawberry.argument(description="How far ahead to look, such as PT4H; 366 days at most."),
]


@strawberry.type
class ForecastQueries:
    @field(
        description="What will be missed and what will escalate, and when, if nobody acts: in the "
        "order in which it fires, what is overdue first. Reminders are left out."
    )
    async def forecast(
        self,
        info: Info,
        within: Within,
        first: Annotated[
            int, strawberry.argument(description="How many entries at most, 1 to 200.")
        ] = 50,
    ) -> list[ForecastEntry]:
        viewer, at = info.context.permitted(), info.context.surroundings.clock.now()
        return entries_of(
            await forecast.forecast(within, at=at, first=first, viewer=viewer, wanted=wanted(info))
        )

    @field(
        description="How many live tickets each tier has now, and will have after that time if "
        "nobody acts; in climbing order."
    )
    async def load_by_tier(self, info: Info, within: Within) -> list[TierLoad]:
        viewer, at = info.context.permitted(), info.context.surroundings.clock.now()
        return loads_of(await forecast.load_by_tier(within, at=at, viewer=viewer))
