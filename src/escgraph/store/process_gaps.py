"""What the database knows about the process of a time (Q3): rows to judge, and counts."""

from datetime import datetime
from typing import Any, cast

from escgraph.domain.package import Contents
from escgraph.domain.process_gaps import EXAMPLES, Escalated, Observed, Tally
from escgraph.domain.terms import Tier, Trigger
from escgraph.store.database import fetch
from escgraph.store.event_tables import EVER
from escgraph.store.values import boolean, moment


async def observed(starts_at: datetime, ends_at: datetime) -> Observed:
    """All of it, for the time from `starts_at` until just before `ends_at`."""
    span = (starts_at, ends_at)
    rows = await fetch(_ESCALATED, *span)
    return Observed(
        escalations=[_escalated(row) for row in rows],
        late_responses=await _tally(_LATE_RESPONSES, *span),
        missing_reviews=await _tally(_MISSING_REVIEWS, *span),
        overdue_reviews=await _tally(_OVERDUE_REVIEWS, *span),
        empty_tiers=await _empty_tiers(),
    )


async def _tally(sql: str, *span: datetime) -> Tally:
    """Of rows with the number of a ticket, and whether it counts."""
    rows = await fetch(sql, *span)
    counting = [row["number"] for row in rows if boolean(row["counts"])]
    return Tally(len(counting), len(rows), tuple(dict.fromkeys(counting))[:EXAMPLES])


async def _empty_tiers() -> list[Tier]:
    rows = await fetch("SELECT DISTINCT tier FROM person WHERE active AND tier IS NOT NULL")
    peopled = {Tier(row["tier"]) for row in rows}
    return [tier for tier in Tier if tier not in peopled]


def _escalated(row: dict[str, Any]) -> Escalated:
    return Escalated(
        ticket=row["number"],
        trigger=Trigger(row["trigger"]),
        to_tier=Tier(row["to_tier"]),
        due_at=cast("datetime", moment(row["due_at"])),
        fired_at=cast("datetime", moment(row["fired_at"])),
        no_recipient=boolean(row["no_recipient"]),
        contents=Contents(
            actions=boolean(row["tried"]),
            response=row["acknowledged_at"] is not None,
            assignee=row["assignees"] not in _NOBODY,
            stakeholders=row["stakeholders"] not in _NOBODY,
            update=boolean(row["updated"]),
            component=bool(row["component"]),
            notes=boolean(row["noted"]),
        ),
    )


_NOBODY = frozenset({None, "[]"})
"""An empty list in JSON as both engines write it."""


def _written(kind: str) -> str:
    """Whether the timeline held that kind of entry when the ticket was escalated."""
    return (
        f"EXISTS (SELECT 1 FROM {EVER} AS v WHERE v.ticket_id = e.ticket_id "  # noqa: S608 - a literal
        f"AND v.ticket_version <= e.ticket_version AND v.kind = '{kind}')"
    )


_ESCALATED = f"""
SELECT t.number, e.trigger, e.to_tier, e.due_at, e.fired_at, e.no_recipient,
  e.facts ->> 'acknowledged_at' AS acknowledged_at, e.facts ->> 'assignees' AS assignees,
  e.facts ->> 'stakeholders' AS stakeholders, e.facts ->> 'component' AS component,
  {_written("ActionLogged")} AS tried, {_written("StakeholderUpdatePosted")} AS updated,
  {_written("NoteAdded")} AS noted
FROM escalation e JOIN ticket t ON t.id = e.ticket_id
WHERE e.fired_at >= $1 AND e.fired_at < $2 ORDER BY e.fired_at, e.id
"""  # noqa: S608 - literals
_LATE_RESPONSES = """
SELECT t.number, d.state = 'FIRED' AS counts FROM deadline d JOIN ticket t ON t.id = d.ticket_id
WHERE d.kind = 'RESPONSE' AND d.state IN ('FIRED', 'MET') AND d.due_at >= $1 AND d.due_at < $2
ORDER BY d.due_at, t.number
"""
_OVERDUE_REVIEWS = """
SELECT t.number, coalesce(r.completed_at, $2) > r.due_at AS counts
FROM review r JOIN ticket t ON t.id = r.ticket_id
WHERE r.kind = 'POST_ISSUE' AND r.due_at >= $1 AND r.due_at < $2 ORDER BY r.due_at, t.number
"""
_MISSING_REVIEWS = f"""
SELECT t.number, NOT EXISTS (
  SELECT 1 FROM review r WHERE r.ticket_id = v.ticket_id AND r.kind = 'POST_ISSUE'
    AND r.opened_at <= v.at AND (r.completed_at IS NULL OR r.completed_at >= v.at)
) AS counts, v.at
FROM ticket t JOIN {EVER} AS v ON v.ticket_id = t.id
WHERE (t.reached = 'MANAGEMENT' OR t.critical OR t.cycle > 1)
  AND t.opened_at < $2 AND t.updated_at >= $1
  AND v.kind = 'TicketResolved' AND v.at >= $1 AND v.at < $2
  AND (CAST(v.state ->> 'critical' AS boolean) OR v.state ->> 'reached' = 'MANAGEMENT')
ORDER BY v.at, t.number
"""  # noqa: S608 - our own names
"""What the tickets are now narrows them down; a critical mark goes only with a reopening.

A review that is open since an earlier cycle goes on for the next one too. SQLite reads
`EVER` by its indexes here only where what orders the rows is selected too.
"""
