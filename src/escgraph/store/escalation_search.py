"""Escalations by filter, the latest first: the statement behind the list of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from escgraph.domain.terms import PersonId, Priority, TicketId, Tier, Trigger
from escgraph.store.conditions import Conditions
from escgraph.store.database import fetch
from escgraph.store.escalations import EscalationRow, escalation_of
from escgraph.store.keyset import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationFilter:
    """Which escalations are wanted; None asks for nothing, an empty tuple for none at all.

    Attributes:
        tiers: to which they led.
        priorities: what the ticket had just before.
        critical: whether the ticket was just before.
        since: fired at this moment or later.
        until: fired earlier than this.
    """

    tiers: tuple[Tier, ...] | None = None
    priorities: tuple[Priority, ...] | None = None
    triggers: tuple[Trigger, ...] | None = None
    critical: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    ticket: TicketId | None = None


ANY_ESCALATION = EscalationFilter()

_ORDER = Order("fired-", (("e.fired_at", datetime), ("e.id", UUID)), descending=True)


@dataclass(frozen=True, slots=True)
class FoundEscalation:
    """An escalation, and the cursor of a page that ends with it."""

    row: EscalationRow
    cursor: str


async def found(
    wanted: EscalationFilter, *, limit: int, after: str | None, named: PersonId | None
) -> list[FoundEscalation]:
    """The latest escalations; `named` leaves those of tickets that name this stakeholder now.

    Raises:
        InvalidInputError: `after` is no cursor of this list.
    """
    conditions = Conditions()
    conditions.among("e.to_tier", wanted.tiers)
    conditions.among("e.facts ->> 'priority'", wanted.priorities)
    conditions.among("e.trigger", wanted.triggers)
    conditions.compare("CAST(e.facts ->> 'critical' AS boolean)", "=", wanted.critical)
    conditions.compare("e.fired_at", ">=", wanted.since)
    conditions.compare("e.fired_at", "<", wanted.until)
    conditions.compare("e.ticket_id", "=", wanted.ticket)
    conditions.names("t.stakeholders", named)
    _ORDER.go_on(conditions, after=after)
    rows = await fetch(
        f"SELECT e.*, {_ORDER.selected} FROM escalation e "  # noqa: S608 - our own names and placeholders
        f"JOIN ticket t ON t.id = e.ticket_id {conditions.where()} "
        f"ORDER BY {_ORDER.by} LIMIT {conditions.mark(limit)}",
        *conditions.values,
    )
    return [FoundEscalation(escalation_of(row), _ORDER.cursor(row)) for row in rows]
