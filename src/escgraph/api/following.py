"""Following the stream for one subscription: only what its viewer may see, always read anew."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable
from dataclasses import replace

from escgraph.api.context import Context, Info
from escgraph.api.sharing import Source
from escgraph.api.types_escalation import escalation_of_event
from escgraph.api.types_items import EscalationItem, EventItem, Sign, event_item_of, sign_of
from escgraph.queries.escalations import EscalationFilter
from escgraph.queries.events import EventFilter, StoredEvent, as_seen, matches, visible
from escgraph.stream import items
from escgraph.stream.cursor import Cursor
from escgraph.stream.subscription import Accept

Made = Callable[[items.Item, Context], Awaitable[object | None]]

TOGETHER = 16
"""How many events are read up together, where a burst of them has come."""


def followed(
    info: Info, after: Cursor | None, *, accept: Accept
) -> AsyncGenerator[items.Item, None]:
    """What the hub says, if the viewer may read at all.

    Whatever hangs on an item is read after it came, never before.
    """
    info.context.permitted()
    around = info.context.surroundings
    return around.hub.subscribe(after, accept=accept, heartbeat=around.heartbeat)


def followed_events(info: Info, after: Cursor | None, *, which: EventFilter) -> Source[items.Item]:
    """The events that pass the filter and that the viewer may see, and signs."""
    viewer = info.context.permitted()

    def accept(stored: StoredEvent) -> bool:
        return matches(stored, which) and visible(stored, viewer)

    return _source(info, after, accept=accept, made=_event_item)


def followed_escalations(
    info: Info, after: Cursor | None, *, which: EscalationFilter
) -> Source[items.Item]:
    """The same for escalations."""
    return _source(info, after, accept=escalations_of(info, which), made=_escalation_item)


def _source(
    info: Info, after: Cursor | None, *, accept: Callable[[StoredEvent], bool], made: Made
) -> Source[items.Item]:
    hub = info.context.surroundings.hub

    def ahead(item: items.Item) -> list[items.Item]:
        return [one for one in hub.ahead(item.cursor, limit=TOGETHER) if accept(one.event)]

    stream = followed(info, after, accept=accept)
    return Source(stream, key=same_item, made=made, ahead=ahead)


def same_item(item: items.Item) -> Hashable | None:
    """What is told of an event hangs on the event alone; a heartbeat says when it was."""
    if isinstance(item, items.EventItem):
        return item.cursor.epoch, item.event.id
    if isinstance(item, items.CaughtUp):
        return item.cursor.encode()
    return None


async def _event_item(item: items.Item, context: Context) -> EventItem | Sign:
    if isinstance(item, items.EventItem):
        return event_item_of(_seen(item, context))
    return sign_of(item, at=context.surroundings.clock.now())


async def _escalation_item(item: items.Item, context: Context) -> EscalationItem | Sign | None:
    if not isinstance(item, items.EventItem):
        return sign_of(item, at=context.surroundings.clock.now())
    seen = _seen(item, context)
    escalation = await escalation_of_event(context, seen.event)
    if escalation is None:
        return None
    return EscalationItem(stored=seen.event, cursor=seen.cursor, escalation=escalation)


def _seen(item: items.EventItem, context: Context) -> items.EventItem:
    """Without the texts that are not for the viewer."""
    return replace(item, event=as_seen(item.event, context.permitted()))


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
