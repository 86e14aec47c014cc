"""One event by its id."""

from escgraph.domain.terms import EventId
from escgraph.store.database import fetch
from escgraph.store.stream import StoredEvent, stored_event


async def by_id(event_id: EventId) -> StoredEvent | None:
    rows = await fetch("SELECT * FROM event WHERE id = $1", event_id)
    return stored_event(rows[0]) if rows else None
