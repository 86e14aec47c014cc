"""How many live tickets stand at each tier, priority and status: one grouped statement."""

from dataclasses import dataclass

from escgraph.domain.terms import PersonId, Priority, Status, Tier
from escgraph.store.conditions import Conditions
from escgraph.store.database import fetch


@dataclass(frozen=True, slots=True)
class Cell:
    tier: Tier
    priority: Priority
    status: Status
    count: int


async def cells(*, named: PersonId | None) -> tuple[Cell, ...]:
    """The cells that are not empty; `named` counts only what names this stakeholder."""
    conditions = Conditions()
    conditions.add("status IN ('OPEN', 'IN_PROGRESS', 'ON_HOLD')")
    conditions.names("stakeholders", named)
    rows = await fetch(
        "SELECT tier, priority, status, count(*) AS tickets FROM ticket "  # noqa: S608 - placeholders
        f"{conditions.where()} GROUP BY tier, priority, status ORDER BY tier, priority, status",
        *conditions.values,
    )
    return tuple(
        Cell(Tier(row["tier"]), Priority(row["priority"]), Status(row["status"]), row["tickets"])
        for row in rows
    )
