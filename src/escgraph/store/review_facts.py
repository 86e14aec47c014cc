"""What reviews found out about their tickets: gathered from the timeline, frozen when complete."""

from typing import Any

from pydantic import TypeAdapter

from escgraph.domain.event import Event
from escgraph.domain.review_facts import Documented, Entry, Facts, gather
from escgraph.domain.terms import ReviewId, TicketId
from escgraph.store import escalations, timeline_read
from escgraph.store.codec import event_of, read_state
from escgraph.store.database import execute, fetch
from escgraph.store.stream import StoredEvent
from escgraph.store.values import parsed

_WHOLE = 2**31 - 1
"""A version that no ticket has."""

_adapter: TypeAdapter[Facts] = TypeAdapter(Facts)


async def gathered(ticket_id: TicketId) -> Facts:
    """The ticket's story as it stands."""
    entries = [_entry(one) for one in await timeline_read.until_version(ticket_id, _WHOLE)]
    rows = await escalations.of_tickets([ticket_id])
    documented = [Documented(row.id, row.ticket_version, row.facts) for row in rows]
    return gather(entries, documented)


async def told(ticket_id: TicketId, *, until: int) -> list[Event]:
    """The ticket's timeline up to that version of it, from which the facts follow."""
    return [_event(one) for one in await timeline_read.until_version(ticket_id, until)]


async def freeze(review_id: ReviewId, facts: Facts) -> None:
    """Keep them as they are now; the review is locked."""
    written: dict[str, Any] = _adapter.dump_python(facts, mode="json")
    await execute("UPDATE review SET facts = $1 WHERE id = $2", written, review_id)


async def frozen(review_id: ReviewId) -> Facts | None:
    """What was kept, None where nothing was yet."""
    rows = await fetch("SELECT facts FROM review WHERE id = $1", review_id)
    written = parsed(rows[0]["facts"]) if rows else None
    return None if written is None else _adapter.validate_python(written)


def _entry(stored: StoredEvent) -> Entry:
    assert stored.state is not None
    assert stored.ticket_version is not None
    return Entry(_event(stored), stored.ticket_version, read_state(stored.state))


def _event(stored: StoredEvent) -> Event:
    return event_of(stored.kind, stored.payload, at=stored.at, by=stored.by)
