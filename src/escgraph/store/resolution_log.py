"""Resolved and closed tickets by filter, the latest resolution first: the resolution log's rows."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from escgraph.domain.terms import PersonId, Priority, ResolutionCode
from escgraph.store.conditions import Conditions
from escgraph.store.database import fetch
from escgraph.store.keyset import Order
from escgraph.store.search import Found
from escgraph.store.ticket_rows import ticket_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionFilter:
    """Which resolutions are wanted; None asks for nothing, an empty tuple for none at all.

    Attributes:
        since: resolved at this moment or later.
        until: resolved earlier than this.
    """

    since: datetime | None = None
    until: datetime | None = None
    codes: tuple[ResolutionCode, ...] | None = None
    category: str | None = None
    component: str | None = None
    priorities: tuple[Priority, ...] | None = None


ANY_RESOLUTION = ResolutionFilter()

_ORDER = Order("resolved-", (("t.resolved_at", datetime), ("t.id", UUID)), descending=True)


async def found(
    wanted: ResolutionFilter, *, limit: int, after: str | None, named: PersonId | None
) -> list[Found]:
    """The tickets last resolved; `named` leaves those that name this stakeholder.

    Raises:
        InvalidInputError: `after` is no cursor of this list.
    """
    conditions = Conditions()
    conditions.add("t.status IN ('RESOLVED', 'CLOSED')")
    conditions.compare("t.resolved_at", ">=", wanted.since)
    conditions.compare("t.resolved_at", "<", wanted.until)
    conditions.among("t.resolution ->> 'code'", wanted.codes)
    conditions.compare("t.category", "=", wanted.category)
    conditions.compare("t.component", "=", wanted.component)
    conditions.among("t.priority", wanted.priorities)
    conditions.names("t.stakeholders", named)
    _ORDER.go_on(conditions, after=after)
    rows = await fetch(
        f"SELECT t.*, {_ORDER.selected} FROM ticket t {conditions.where()} "  # noqa: S608 - our own names and placeholders
        f"ORDER BY {_ORDER.by} LIMIT {conditions.mark(limit)}",
        *conditions.values,
    )
    return [Found(ticket_of(row), _ORDER.cursor(row)) for row in rows]
