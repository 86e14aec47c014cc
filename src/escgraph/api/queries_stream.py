"""What can be asked about what happened: escalations, and the stream of events."""

from typing import Annotated

import strawberry

from escgraph.api import filters
from escgraph.api.context import Info
from escgraph.api.queries_tickets import After
from escgraph.api.typed import field
from escgraph.api.types_lists import (
    EscalationConnection,
    EventConnection,
    escalation_connection,
    event_connection,
)
from escgraph.api.types_timeline import First
from escgraph.queries import escalations, events
from escgraph.stream.cursor import Cursor


@strawberry.type
class StreamQueries:
    @field(description="Escalations by filter, the latest first.")
    async def escalations(
        self,
        info: Info,
        filter: Annotated[  # noqa: A002 - the word of the API
            filters.EscalationFilter | None,
            strawberry.argument(description="Which ones; null for all."),
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> EscalationConnection:
        viewer, which = info.context.permitted(), filters.escalation_filter(filter)
        page = await escalations.page(which, first=first, after=after, viewer=viewer)
        return escalation_connection(page)

    @field(
        description="Events in the order in which they happened, for scripts without a socket: "
        "pass the last `cursor` as `after` to get what came since."
    )
    async def events(
        self,
        info: Info,
        after: Annotated[
            Cursor | None,
            strawberry.argument(
                description="Go on behind this place; null for the oldest event that is kept: "
                "`archived` says how many came before it."
            ),
        ] = None,
        filter: Annotated[  # noqa: A002 - the word of the API
            filters.EventFilter | None,
            strawberry.argument(description="Which ones; null for all."),
        ] = None,
        first: First = 50,
    ) -> EventConnection:
        viewer, which = info.context.permitted(), filters.event_filter(filter)
        return event_connection(await events.read(after, which, first=first, viewer=viewer))
