"""Pages of tickets, escalations and events as types."""

import strawberry

from escgraph.api.context import Info
from escgraph.api.events import event_of
from escgraph.api.typed import field
from escgraph.api.types_escalation import Escalation, escalation_of
from escgraph.api.types_event import Event
from escgraph.api.types_node import PageInfo, page_info
from escgraph.api.types_people import Known
from escgraph.api.types_ticket import Ticket, tickets_of
from escgraph.queries import tickets
from escgraph.queries.escalations import EscalationPage
from escgraph.queries.events import Replay
from escgraph.queries.tickets import TicketFilter, TicketPage
from escgraph.stream.cursor import Cursor


@strawberry.type(description="A ticket in a list and where it stands there.")
class TicketEdge:
    cursor: str = strawberry.field(description="Pass it as `after` to go on behind this ticket.")
    node: Ticket = strawberry.field(description="The ticket.")


@strawberry.type(description="A page of tickets, all as of one moment.")
class TicketConnection:
    filter: strawberry.Private[TicketFilter]
    edges: list[TicketEdge] = strawberry.field(description="The tickets with their cursors.")
    nodes: list[Ticket] = strawberry.field(description="The tickets alone.")
    page_info: PageInfo = strawberry.field(description="Where the page ends.")
    cursor: Cursor = strawberry.field(
        description="Where in the stream the page is true; subscribe from there."
    )

    @field(
        description="How many tickets pass the filter on all pages; counted only when asked for."
    )
    async def total_count(self, info: Info) -> int:
        return await tickets.count(self.filter, viewer=info.context.session.actor)


@strawberry.type(description="An escalation in a list and where it stands there.")
class EscalationEdge:
    cursor: str = strawberry.field(
        description="Pass it as `after` to go on behind this escalation."
    )
    node: Escalation = strawberry.field(description="The escalation.")


@strawberry.type(description="A page of escalations, the latest first.")
class EscalationConnection:
    edges: list[EscalationEdge] = strawberry.field(
        description="The escalations with their cursors."
    )
    nodes: list[Escalation] = strawberry.field(description="The escalations alone.")
    page_info: PageInfo = strawberry.field(description="Where the page ends.")


@strawberry.type(description="An event in the stream and where it stands there.")
class EventEdge:
    cursor: Cursor = strawberry.field(description="Pass it as `after` to go on behind this event.")
    node: Event = strawberry.field(description="The event.")


@strawberry.type(
    description="A part of the stream of events. It may hold fewer than asked for, even none, "
    "although more follow: go on until `hasNextPage` is false."
)
class EventConnection:
    edges: list[EventEdge] = strawberry.field(description="The events with their cursors.")
    nodes: list[Event] = strawberry.field(description="The events alone.")
    page_info: PageInfo = strawberry.field(description="Where the part ends.")
    cursor: Cursor = strawberry.field(
        description="Up to where the stream was read; pass it as `after` to go on, at any time."
    )
    archived: int = strawberry.field(
        description="How many events came before the oldest that the stream still holds, as "
        "`ESCGRAPH_EVENT_DAYS` says. They are in no part of it: each ticket's timeline has them."
    )


def ticket_connection(page: TicketPage, *, filter: TicketFilter) -> TicketConnection:  # noqa: A002 - the word of the API
    nodes = tickets_of(page.views)
    return TicketConnection(
        filter=filter,
        edges=[
            TicketEdge(cursor=at, node=node) for at, node in zip(page.cursors, nodes, strict=True)
        ],
        nodes=nodes,
        page_info=page_info(page.cursors, has_next=page.has_next),
        cursor=Cursor(page.true_at.epoch, page.true_at.position, page.true_at.tag),
    )


def escalation_connection(page: EscalationPage) -> EscalationConnection:
    known = Known(page.people)
    nodes = [escalation_of(row, known) for row in page.rows]
    return EscalationConnection(
        edges=[
            EscalationEdge(cursor=at, node=node)
            for at, node in zip(page.cursors, nodes, strict=True)
        ],
        nodes=nodes,
        page_info=page_info(page.cursors, has_next=page.has_next),
    )


def event_connection(replay: Replay) -> EventConnection:
    nodes = [event_of(stored) for stored in replay.events]
    epoch = replay.cursor.epoch
    cursors = [Cursor(epoch, stored.position, stored.tag) for stored in replay.events]
    return EventConnection(
        edges=[EventEdge(cursor=at, node=node) for at, node in zip(cursors, nodes, strict=True)],
        nodes=nodes,
        page_info=PageInfo(has_next_page=replay.has_next, end_cursor=replay.cursor.encode()),
        cursor=replay.cursor,
        archived=replay.archived,
    )
