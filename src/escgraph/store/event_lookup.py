"""Single events by their ids, or by their places in the stream."""

from collections.abc import Collection

from escgraph.domain.terms import EventId
from escgraph.store.conditions import Conditions
from escgraph.store.database import fetch
from escgraph.store.stream import StoredEvent, stored_event


async def by_id(event_id: EventId) -> StoredEvent | None:
    rows = await fetch("SELECT * FROM event WHERE id = $1", event_id)
    return stored_event(rows[0]) if rows else None


async def by_positions(positions: Collection[int]) -> dict[int, StoredEvent]:
    """Those of them that are stored still."""
    if not positions:
        return {}
    conditions = Conditions()
    conditions.among("position", list(dict.fromkeys(positions)))
    rows = await fetch(f"SELECT * FROM event {conditions.where()}", *conditions.values)  # noqa: S608 - placeholders
    return {event.position: event for event in map(stored_event, rows)}
