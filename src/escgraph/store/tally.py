"""What happened to all tickets together, per priority: the counts that playing a log ends with."""

from dataclasses import dataclass

from escgraph.domain.terms import Priority, Tier, Trigger
from escgraph.store.database import fetch
from escgraph.store.event_tables import EVER


@dataclass(frozen=True, slots=True)
class Tally:
    """`rungs` counts escalations by what triggered them and where they led. What is 0 is absent."""

    tickets: dict[Priority, int]
    breaches: dict[Priority, int]
    rungs: dict[tuple[Priority, Trigger, Tier], int]


async def take() -> Tally:
    """Count everything that the database holds."""
    return Tally(
        tickets=await _by_priority(_TICKETS),
        breaches=await _by_priority(_BREACHES),
        rungs={
            (Priority(row["priority"]), Trigger(row["trigger"]), Tier(row["to_tier"])): row["many"]
            for row in await fetch(_RUNGS)
        },
    )


async def _by_priority(sql: str) -> dict[Priority, int]:
    return {Priority(row["priority"]): row["many"] for row in await fetch(sql)}


_TICKETS = "SELECT priority, count(*) AS many FROM ticket GROUP BY priority"
_BREACHES = f"""
SELECT t.priority, count(*) AS many
FROM {EVER} AS e JOIN ticket t ON t.id = e.ticket_id
WHERE e.kind = 'ResponseBreached'
GROUP BY t.priority
"""  # noqa: S608 - our own names
_RUNGS = """
SELECT t.priority, e.trigger, e.to_tier, count(*) AS many
FROM escalation e JOIN ticket t ON t.id = e.ticket_id
GROUP BY t.priority, e.trigger, e.to_tier
"""
