"""What can be listened to: events, one ticket, escalations, the board."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

import strawberry

from escgraph.api import filters
from escgraph.api.context import Info
from escgraph.api.following import followed_escalations, followed_events
from escgraph.api.identifiers import read_id
from escgraph.api.selection import wanted
from escgraph.api.sharing import told
from escgraph.api.typed import subscription
from escgraph.api.types_items import (
    BoardStreamItem,
    EscalationStreamItem,
    EventStreamItem,
)
from escgraph.api.watching import watched_board
from escgraph.domain.terms import TicketId
from escgraph.queries import events, tickets
from escgraph.stream.cursor import Cursor

After = Annotated[
    Cursor | None,
    strawberry.argument(
        description="Go on behind this place, from a query, a mutation or an earlier item; null to "
        "begin now."
    ),
]


@strawberry.type(
    description="What can be listened to, over graphql-transport-ws or as an event stream. Every "
    "item has a cursor: keep the last one, and nothing is missed when the connection breaks."
)
class Subscription:
    @subscription(
        description="Everything that happens, in order: first what happened since `after`, then "
        "CaughtUp, then what happens from now on."
    )
    async def events(
        self,
        info: Info,
        after: After = None,
        filter: Annotated[  # noqa: A002 - the word of the API
            filters.EventFilter | None,
            strawberry.argument(description="Which ones; null for all."),
        ] = None,
    ) -> AsyncGenerator[EventStreamItem, None]:
        which = filters.event_filter(filter)
        async with aclosing(told(info, followed_events(info, after, which=which))) as stream:
            async for item in stream:
                yield item

    @subscription(
        description="What happens to one ticket, as `events` tells it; `event.ticket` is "
        "the ticket as it is now."
    )
    async def ticket_changed(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The ticket's id.")],  # noqa: A002 - the word of the API
        after: After = None,
    ) -> AsyncGenerator[EventStreamItem, None]:
        viewer, ticket_id = info.context.permitted(), TicketId(read_id(id, field="id"))
        await tickets.by_id(ticket_id, viewer=viewer)
        which = events.EventFilter(ticket=ticket_id)
        async with aclosing(told(info, followed_events(info, after, which=which))) as stream:
            async for item in stream:
                yield item

    @subscription(description="Moves up a tier, each as documented; told as `events` tells.")
    async def escalations(
        self,
        info: Info,
        after: After = None,
        filter: Annotated[  # noqa: A002 - the word of the API
            filters.EscalationFilter | None,
            strawberry.argument(description="Which ones; null for all."),
        ] = None,
    ) -> AsyncGenerator[EscalationStreamItem, None]:
        which = filters.escalation_filter(filter)
        async with aclosing(told(info, followed_escalations(info, after, which=which))) as stream:
            async for item in stream:
                yield item

    @subscription(
        description="The board: as it is, and then whenever it is another, a few times a second at "
        "most. After a pause it begins with a new snapshot, so it takes no cursor."
    )
    async def board(self, info: Info) -> AsyncGenerator[BoardStreamItem, None]:
        viewer = info.context.permitted()
        with info.context.surroundings.boards.watched(viewer, wanted(info)) as shared:
            async with aclosing(watched_board(info, shared)) as stream:
                async for item in stream:
                    yield item
