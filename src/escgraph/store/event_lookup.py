"""Single events by their ids, or by their places in the stream."""

from collections.abc import Collection

from escgraph.domain.terms import EventId
from escgraph.store.conditions import Conditions
from escgraph.store.database import fetch
from escgraph.store.event_tables import EVENTS
from escgraph.store.stream import StoredEvent, stored_event


async def by_id(event_id: EventId) -> StoredEvent | None:
    rows = await fetch(f"SELECT * FROM {EVENTS} WHERE id = $1", event_id)  # noqa: S608 - our own names
    return stored_event(rows[0]) if rows else None


async def by_positions(positions: Collection[int]) -> dict[int, StoredEvent]:
    """Those of them that are stored still, in the stream or in the archive."""
    if not positions:
        return {}
    conditions = Conditions()
    conditions.among("position", list(dict.fromkeys(positions)))
    rows = await fetch(
        f"SELECT * FROM {EVENTS} {conditions.where()}",  # noqa: S608 - placeholders
        *conditions.values,
    )
    return {event.position: event for event in map(stored_event, rows)}
