"""Reading the stream through a filter, for readers that come with a position and no socket."""

from dataclasses import dataclass

from escgraph.domain.terms import PersonId, Priority, TicketId, Tier
from escgraph.store.conditions import Conditions
from escgraph.store.database import dialect, fetch
from escgraph.store.stream import StoredEvent, stored_event


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events are wanted; None or False asks for nothing, an empty set for no event.

    Tiers, priorities, urgency and the critical mark are the ticket's right after the event; an
    event that belongs to no ticket has none of them.
    """

    kinds: frozenset[str] | None = None
    ticket: TicketId | None = None
    tiers: frozenset[Tier] | None = None
    priorities: frozenset[Priority] | None = None
    urgent_only: bool = False
    critical: bool | None = None


EVERY_EVENT = EventFilter()


async def filtered(
    after: int, wanted: EventFilter, *, limit: int, named: PersonId | None
) -> list[StoredEvent]:
    """Up to `limit` events that pass the filter behind the position `after`, in their order.

    `named` leaves those of tickets that name this stakeholder right after the event.
    """
    conditions = Conditions()
    conditions.compare("position", ">", after)
    conditions.among("kind", _in_order(wanted.kinds))
    conditions.compare("ticket_id", "=", wanted.ticket)
    conditions.among("state ->> 'tier'", _in_order(wanted.tiers))
    conditions.among("state ->> 'priority'", _in_order(wanted.priorities))
    if wanted.urgent_only:
        conditions.add(_URGENT[dialect()])
    conditions.compare("CAST(state ->> 'critical' AS boolean)", "=", wanted.critical)
    conditions.names("(state -> 'stakeholders')", named)
    rows = await fetch(
        f"SELECT * FROM event {conditions.where()} ORDER BY position "  # noqa: S608 - placeholders
        f"LIMIT {conditions.mark(limit)}",
        *conditions.values,
    )
    return [stored_event(row) for row in rows]


def _in_order(values: frozenset[str] | None) -> list[str] | None:
    """Always the same statement for the same filter."""
    return None if values is None else sorted(values)


_URGENT = {
    "sqlite": "state ->> 'urgent' = 1",
    "postgres": "state @> '{\"urgent\": true}'",
}
