"""What was reported of one subject, a category and a component: where duplicates are looked for."""

from dataclasses import dataclass
from datetime import datetime

from escgraph.domain.terms import PersonId, TicketId
from escgraph.store.conditions import Conditions
from escgraph.store.database import fetch
from escgraph.store.values import uuid


@dataclass(frozen=True, slots=True)
class Reported:
    """`description` is its beginning only."""

    id: TicketId
    title: str
    description: str


async def reported(
    category: str,
    component: str,
    *,
    since: datetime,
    but: TicketId | None,
    length: int,
    limit: int,
    named: PersonId | None,
) -> list[Reported]:
    """The latest tickets of that subject that are live or were resolved since; `but` is left out.

    `length` is how much of each description is read; `named` leaves those that name this
    stakeholder.
    """
    conditions = Conditions()
    conditions.compare("t.category", "=", category)
    conditions.compare("t.component", "=", component)
    conditions.compare("t.id", "<>", but)
    conditions.names("t.stakeholders", named)
    conditions.add(
        "(t.status IN ('OPEN', 'IN_PROGRESS', 'ON_HOLD') OR "
        f"(t.status IN ('RESOLVED', 'CLOSED') AND t.resolved_at >= {conditions.mark(since)}))"
    )
    beginning = f"substr(t.description, 1, {int(length)})"
    rows = await fetch(
        f"SELECT t.id, t.title, {beginning} AS description FROM ticket t "  # noqa: S608 - a number and placeholders
        f"{conditions.where()} ORDER BY t.opened_at DESC, t.id DESC LIMIT {conditions.mark(limit)}",
        *conditions.values,
    )
    return [Reported(TicketId(uuid(row["id"])), row["title"], row["description"]) for row in rows]
