"""What engines missed, doubled, did early, or left a gap for, and the rows that show it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from escgraph.store.database import fetch
from tests.faults.report import Count

Row = dict[str, Any]

SHOWN = 5
"""How many rows are told at most."""

LIFE_SHOWN = 12
"""How many events of the ticket that has the fewest."""


async def missed(before: datetime) -> Count:
    """Deadlines that are armed although their moment has passed."""
    return await _told("missed", await fetch(_MISSED, before))


async def any_missed(before: datetime) -> bool:
    return bool(await fetch(f"{_MISSED} LIMIT 1", before))


async def doubled() -> Count:
    """Events and escalations beyond the first of a rung; fired deadlines without their event."""
    rows = [row for sql in (_EVENTS_TWICE, _ESCALATIONS_TWICE, _FIRED) for row in await fetch(sql)]
    return await _told("doubled", rows)


async def gaps() -> Count:
    """Positions of the stream, and versions of tickets, that have no event."""
    return await _told("gaps", [*await fetch(_GAPS), *await fetch(_VERSION_GAPS)])


async def early() -> Count:
    """By the moment that the engine wrote down, or by the database's clock as it did so."""
    return await _told("early", await fetch(_EARLY))


async def _told(what: str, rows: Sequence[Row]) -> Count:
    """Each row counts for its `n`; the first that names a ticket is told with its events."""
    wrong = [row for row in rows if row["n"]]
    ticket = next((row["ticket_id"] for row in wrong if "ticket_id" in row), None)
    events = [] if ticket is None else await fetch(_LIFE, ticket, LIFE_SHOWN)
    history = (*map(_line, wrong[:SHOWN]), *(f"  event {_line(event)}" for event in events[::-1]))
    return Count(what, sum(int(row["n"]) for row in wrong), history)


def _line(row: Row) -> str:
    told = (f"{name} {value}" for name, value in row.items() if name not in ("n", "ticket_id"))
    return ", ".join(told)


_MISSED = """
SELECT 1 AS n, d.ticket_id, t.number AS ticket, d.kind, d.due_at, d.parked_at
FROM deadline d JOIN ticket t ON t.id = d.ticket_id AND t.cycle = d.cycle
WHERE d.state = 'ARMED' AND d.due_at < $1
  AND t.status IN ('OPEN', 'IN_PROGRESS', 'ON_HOLD')
ORDER BY t.version, d.due_at
"""
_RUNGS = "('ResponseBreached', 'TicketEscalated', 'ManagementReminded')"
_EVENTS_TWICE = f"""
SELECT count(*) - 1 AS n, e.ticket_id, t.number AS ticket, e.kind, e.payload->>'due_at' AS due_at,
       min(e.position) AS first_at, max(e.position) AS last_at
FROM event e LEFT JOIN ticket t ON t.id = e.ticket_id
WHERE e.by_id IS NULL AND e.kind IN {_RUNGS}
GROUP BY e.ticket_id, t.number, t.version, e.kind,
         e.payload->>'kind', e.payload->>'number', e.payload->>'due_at'
HAVING count(*) > 1 ORDER BY t.version
"""
_ESCALATIONS_TWICE = """
SELECT count(*) - 1 AS n, e.ticket_id, t.number AS ticket, e.cycle, e.kind AS escalation
FROM escalation e JOIN ticket t ON t.id = e.ticket_id
WHERE e.trigger = 'DEADLINE' GROUP BY e.ticket_id, t.number, t.version, e.cycle, e.kind
HAVING count(*) > 1 ORDER BY t.version
"""
_FIRED = f"""
SELECT abs(fired - told) AS n, fired AS deadlines_fired, told AS events_of_them
FROM (SELECT (SELECT count(*) FROM deadline WHERE state = 'FIRED' AND kind <> 'HOLD_CAP') AS fired,
             (SELECT count(*) FROM event WHERE by_id IS NULL AND kind IN {_RUNGS}) AS told) counted
"""
_GAPS = """
SELECT abs(events - counter) + abs(last - counter) AS n, events, last AS last_at, counter
FROM (SELECT (SELECT count(*) FROM event) AS events,
             (SELECT coalesce(max(position), 0) FROM event) AS last,
             (SELECT position FROM stream WHERE name = 'main') AS counter) counted
"""
_VERSION_GAPS = """
SELECT 1 AS n, t.id AS ticket_id, t.number AS ticket, t.version, e.many AS events,
       e.last AS last_version
FROM ticket t JOIN (
    SELECT ticket_id, count(*) AS many, max(ticket_version) AS last,
           count(DISTINCT ticket_version) AS distinct_many
    FROM event WHERE ticket_id IS NOT NULL GROUP BY ticket_id
) e ON e.ticket_id = t.id
WHERE t.version <> e.last OR e.many <> e.last OR e.distinct_many <> e.many
ORDER BY t.version
"""
_EARLY = """
SELECT 1 AS n, d.ticket_id, t.number AS ticket, d.kind, d.due_at, d.fired_at, e.recorded_at,
       e.position
FROM deadline d JOIN event e ON e.ticket_id = d.ticket_id JOIN ticket t ON t.id = d.ticket_id
WHERE d.state = 'FIRED' AND e.by_id IS NULL AND e.at = d.fired_at
  AND (d.fired_at < d.due_at OR e.recorded_at < d.due_at)
ORDER BY t.version
"""
_LIFE = """
SELECT position, kind, ticket_version AS version, at, recorded_at, payload FROM event
WHERE ticket_id = $1 ORDER BY position DESC LIMIT $2
"""
