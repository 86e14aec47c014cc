"""Reading timelines: the events of one ticket, or the first of many tickets in one statement."""

from collections.abc import Collection, Sequence
from typing import Any

from escgraph.domain.terms import TicketId
from escgraph.store.conditions import Conditions
from escgraph.store.database import fetch
from escgraph.store.event_tables import EVENTS
from escgraph.store.stream import StoredEvent, stored_event


async def of_ticket(ticket_id: TicketId, *, after: int, limit: int) -> list[StoredEvent]:
    """Up to `limit` events of the ticket behind the position `after`, in their order."""
    rows = await fetch(
        f"SELECT * FROM {EVENTS} "  # noqa: S608 - our own names
        "WHERE ticket_id = $1 AND position > $2 ORDER BY position LIMIT $3",
        ticket_id,
        after,
        limit,
    )
    return [stored_event(row) for row in rows]


async def until_version(ticket_id: TicketId, version: int) -> list[StoredEvent]:
    """The events of the ticket up to and including the one that made that version."""
    rows = await fetch(
        f"SELECT * FROM {EVENTS} "  # noqa: S608 - the same
        "WHERE ticket_id = $1 AND ticket_version <= $2 ORDER BY ticket_version",
        ticket_id,
        version,
    )
    return [stored_event(row) for row in rows]


async def first_of_each(
    ids: Sequence[TicketId], *, limit: int
) -> dict[TicketId, list[StoredEvent]]:
    """Up to `limit` events from the beginning of each ticket."""
    conditions = Conditions()
    conditions.among("ticket_id", ids)
    numbered = (
        "SELECT event.*, row_number() OVER (PARTITION BY ticket_id ORDER BY position) AS turn "  # noqa: S608 - placeholders
        f"FROM {EVENTS} {conditions.where()}"
    )
    return await _grouped(
        f"SELECT * FROM ({numbered}) AS numbered WHERE turn <= {conditions.mark(limit)} "  # noqa: S608 - the same
        "ORDER BY position",
        ids,
        conditions.values,
    )


async def of_kinds(
    ids: Sequence[TicketId], kinds: Collection[str]
) -> dict[TicketId, list[StoredEvent]]:
    """All events of those kinds of each ticket, in their order."""
    conditions = Conditions()
    conditions.among("ticket_id", ids)
    conditions.among("kind", kinds)
    return await _grouped(
        f"SELECT * FROM {EVENTS} {conditions.where()} ORDER BY position",  # noqa: S608 - the same
        ids,
        conditions.values,
    )


async def _grouped(
    sql: str, ids: Sequence[TicketId], values: Sequence[Any]
) -> dict[TicketId, list[StoredEvent]]:
    if not ids:
        return {}
    grouped: dict[TicketId, list[StoredEvent]] = {ticket_id: [] for ticket_id in ids}
    for row in await fetch(sql, *values):
        event = stored_event(row)
        assert event.ticket_id is not None
        grouped[event.ticket_id].append(event)
    return grouped
