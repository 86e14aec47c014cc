"""Following the stream for one subscription: only what its viewer may see, always read anew."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace

from escgraph.api.context import Info
from escgraph.api.types_items import EventItem, Sign, event_item_of, sign_of
from escgraph.queries.escalations import EscalationFilter
from escgraph.queries.events import EventFilter, StoredEvent, as_seen, matches, visible
from escgraph.stream import items
from escgraph.stream.cursor import Cursor
from escgraph.stream.subscription import Accept


async def followed(
    info: Info, after: Cursor | None, *, accept: Accept
) -> AsyncGenerator[items.Item, None]:
    """What the hub says, without the texts that are not for the viewer.

    Whatever hangs on an item is read after it came, never before.
    """
    around, viewer = info.context.surroundings, info.context.permitted()
    items_behind = around.hub.subscribe(after, accept=accept, heartbeat=around.heartbeat)
    async with aclosing(items_behind) as stream:
        async for item in stream:
            info.context.forget()
            if isinstance(item, items.EventItem):
                yield replace(item, event=as_seen(item.event, viewer))
            else:
                yield item


async def followed_events(
    info: Info, after: Cursor | None, *, which: EventFilter
) -> AsyncGenerator[EventItem | Sign, None]:
    """The events that pass the filter and that the viewer may see, and signs."""
    viewer, clock = info.context.permitted(), info.context.surroundings.clock

    def accept(stored: StoredEvent) -> bool:
        return matches(stored, which) and visible(stored, viewer)

    async with aclosing(followed(info, after, accept=accept)) as stream:
        async for item in stream:
            if isinstance(item, items.EventItem):
                yield event_item_of(item)
            else:
                yield sign_of(item, at=clock.now())


def escalations_of(info: Info, which: EscalationFilter) -> Callable[[StoredEvent], bool]:
    """Accepts the escalations that pass the filter and that the viewer may see."""
    viewer = info.context.permitted()

    def accept(stored: StoredEvent) -> bool:
        return (
            stored.kind == "TicketEscalated" and _passes(stored, which) and visible(stored, viewer)
        )

    return accept


def _passes(stored: StoredEvent, which: EscalationFilter) -> bool:
    """What the query of the same name asks the database."""
    assert stored.state is not None
    return (
        (which.tiers is None or stored.payload["to_tier"] in which.tiers)
        and (which.priorities is None or stored.state["priority"] in which.priorities)
        and (which.triggers is None or stored.payload["trigger"] in which.triggers)
        and (which.critical is None or stored.state["critical"] is which.critical)
        and (which.since is None or stored.at >= which.since)
        and (which.until is None or stored.at < which.until)
        and (which.ticket is None or stored.ticket_id == which.ticket)
    )
