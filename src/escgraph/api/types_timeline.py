"""A ticket's timeline as pages of events."""

from typing import Annotated

import strawberry

from escgraph.api.context import Info
from escgraph.api.events import event_of
from escgraph.api.nesting import refuse_within
from escgraph.api.types_event import Event
from escgraph.api.types_node import PageInfo, page_info
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.terms import TicketId
from escgraph.queries import timeline
from escgraph.queries.timeline import TimelinePage

First = Annotated[int, strawberry.argument(description="How many at most: 1 to 200.")]
TimelineAfter = Annotated[
    str | None,
    strawberry.argument(description="Go on behind this cursor of the same timeline."),
]


@strawberry.type(description="An entry of a timeline and where it stands.")
class TimelineEdge:
    cursor: str = strawberry.field(description="Pass it as `after` to go on behind this entry.")
    node: Event = strawberry.field(description="The entry.")


@strawberry.type(description="A page of a timeline, in the order in which things happened.")
class TimelineConnection:
    edges: list[TimelineEdge] = strawberry.field(description="The entries with their cursors.")
    nodes: list[Event] = strawberry.field(description="The entries alone.")
    page_info: PageInfo = strawberry.field(description="Where the page ends.")


async def timeline_of(
    info: Info, ticket_id: TicketId, *, first: int, after: str | None
) -> TimelineConnection:
    """The page; the first pages of all tickets of a level are read in one statement.

    Raises:
        InvalidInputError: `after` is no cursor of a timeline, `first` is out of bounds, or the
            ticket stands within another already.
    """
    refuse_within(info, "Ticket", times=2)
    if after is None:
        page = await info.context.loaders.timelines.load((ticket_id, first))
    else:
        viewer = info.context.session.actor
        page = await timeline.page(ticket_id, first=first, after=_position(after), viewer=viewer)
    return _connection(page or TimelinePage((), has_next=False))


def _connection(page: TimelinePage) -> TimelineConnection:
    nodes = [event_of(entry) for entry in page.entries]
    cursors = tuple(str(entry.position) for entry in page.entries)
    return TimelineConnection(
        edges=[TimelineEdge(cursor=at, node=node) for at, node in zip(cursors, nodes, strict=True)],
        nodes=nodes,
        page_info=page_info(cursors, has_next=page.has_next),
    )


def _position(after: str) -> int:
    if not (after.isascii() and after.isdigit() and len(after) < 19):
        raise InvalidInputError(
            "this is no cursor of a timeline; go on with one that it gave, or leave after out",
            field=("after",),
        )
    return int(after)
