"""Reading the stream through a filter, for readers that come with a position and no socket."""

from dataclasses import dataclass

from escgraph.domain.terms import PersonId, Priority, TicketId, Tier
from escgraph.store.conditions import Conditions
from escgraph.store.database import dialect, fetch
from escgraph.store.stream import StoredEvent, stored_event


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events are wanted; what is empty, None or False asks for nothing.

    Tiers, priorities and urgency are the ticket's right after the event; an event that belongs to
    no ticket has none of them.
    """

    kinds: frozenset[str] = frozenset()
    ticket: TicketId | None = None
    tiers: frozenset[Tier] = frozenset()
    priorities: frozenset[Priority] = frozenset()
    urgent_only: bool = False


EVERY_EVENT = EventFilter()


async def filtered(
    after: int, wanted: EventFilter, *, limit: int, named: PersonId | None
) -> list[StoredEvent]:
    """Up to `limit` events that pass the filter behind the position `after`, in their order.

    `named` leaves those of tickets that name this stakeholder right after the event.
    """
    conditions = Conditions()
    conditions.compare("position", ">", after)
    conditions.among("kind", sorted(wanted.kinds))
    conditions.compare("ticket_id", "=", wanted.ticket)
    conditions.among("state ->> 'tier'", sorted(wanted.tiers))
    conditions.among("state ->> 'priority'", sorted(wanted.priorities))
    if wanted.urgent_only:
        conditions.add(_URGENT[dialect()])
    conditions.names("(state -> 'stakeholders')", named)
    rows = await fetch(
        f"SELECT * FROM event {conditions.where()} ORDER BY position "  # noqa: S608 - placeholders
        f"LIMIT {conditions.mark(limit)}",
        *conditions.values,
    )
    return [stored_event(row) for row in rows]


_URGENT = {
    "sqlite": "state ->> 'urgent' = 1",
    "postgres": "state @> '{\"urgent\": true}'",
}
