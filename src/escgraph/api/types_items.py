"""What subscriptions send: something that happened, or a sign of where the stream stands."""

from datetime import datetime
from typing import Annotated

import strawberry

from escgraph.api.context import Info
from escgraph.api.events import event_of
from escgraph.api.ticket_link import TicketLink, linked_ticket
from escgraph.api.typed import field
from escgraph.api.types_board import Board, BoardCell
from escgraph.api.types_escalation import Escalation
from escgraph.api.types_event import Event
from escgraph.api.types_forecast import ForecastEntry, TierLoad
from escgraph.api.types_ticket import Ticket
from escgraph.queries.events import StoredEvent
from escgraph.stream import items
from escgraph.stream.cursor import Cursor
from escgraph.stream.items import ResyncReason

_KEEP = "Keep it: subscribe with it as `after` to go on from here."


@strawberry.type(description="An event.")
class EventItem:
    cursor: Cursor = strawberry.field(description=f"Right behind the event. {_KEEP}")
    event: Event = strawberry.field(description="What happened.")


@strawberry.type(description="All that had happened when the subscription began was told.")
class CaughtUp:
    cursor: Cursor = strawberry.field(description=f"Where that was. {_KEEP}")


@strawberry.type(description="Nothing to tell for a while; the connection is well.")
class Heartbeat:
    cursor: Cursor = strawberry.field(
        description=f"Behind all that was looked at meanwhile. {_KEEP}"
    )
    at: datetime = strawberry.field(description="The server's time.")


@strawberry.type(
    description="Events are missing and will not come: ask anew for all that you show. It goes on "
    "live."
)
class Resync:
    cursor: Cursor = strawberry.field(description=f"From where it goes on. {_KEEP}")
    reason: ResyncReason = strawberry.field(description="Why, for programs.")
    message: str = strawberry.field(description="Why, for people, and what to do next.")


@strawberry.type(description="A move of a ticket up a tier.")
class EscalationItem:
    stored: strawberry.Private[StoredEvent]
    cursor: Cursor = strawberry.field(description=f"Right behind it. {_KEEP}")
    escalation: Escalation = strawberry.field(description="The move, as documented.")

    @field(description="The ticket as it is now; null where you may no longer see it.")
    async def ticket(self, info: Info) -> TicketLink | None:
        assert self.stored.ticket_id is not None
        return await linked_ticket(info, self.stored.ticket_id)


@strawberry.type(description="The whole board; it replaces all that was shown.")
class BoardSnapshot:
    board: Board = strawberry.field(description="The board.")
    cursor: Cursor = strawberry.field(description="Where in the stream it is so.")


@strawberry.type(description="What is another way on the board now. All of it is absolute.")
class BoardChange:
    cells: list[BoardCell] = strawberry.field(
        description="The cells whose count changed; one that is empty now counts 0."
    )
    due_soon: list[Ticket] = strawberry.field(description="All that belong there now.")
    breached: list[Ticket] = strawberry.field(description="All that belong there now.")
    breached_count: int = strawberry.field(description="As it is now.")
    forecast: list[ForecastEntry] = strawberry.field(description="All that belongs there now.")
    load_by_tier: list[TierLoad] = strawberry.field(description="As it is now, all tiers.")
    cursor: Cursor = strawberry.field(description="Where in the stream it is so.")


EventStreamItem = Annotated[
    EventItem | CaughtUp | Heartbeat | Resync,
    strawberry.union("EventStreamItem", description="What a subscription to events sends."),
]
EscalationStreamItem = Annotated[
    EscalationItem | CaughtUp | Heartbeat | Resync,
    strawberry.union(
        "EscalationStreamItem", description="What a subscription to escalations sends."
    ),
]
BoardStreamItem = Annotated[
    BoardSnapshot | BoardChange | Heartbeat,
    strawberry.union(
        "BoardStreamItem",
        description="What a subscription to the board sends: a snapshot, then changes.",
    ),
]

Sign = CaughtUp | Heartbeat | Resync


def event_item_of(item: items.EventItem) -> EventItem:
    return EventItem(cursor=item.cursor, event=event_of(item.event))


def sign_of(item: items.CaughtUp | items.Heartbeat | items.Resync, *, at: datetime) -> Sign:
    """The sign as its type; `at` is the present."""
    match item:
        case items.CaughtUp():
            return CaughtUp(cursor=item.cursor)
        case items.Heartbeat():
            return Heartbeat(cursor=item.cursor, at=at)
        case items.Resync():
            return Resync(cursor=item.cursor, reason=item.reason, message=item.message)
