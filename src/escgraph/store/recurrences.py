"""Which categories and components came back, by the rule of the policy (Q2): one statement."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from escgraph.domain.policy import Recurrence
from escgraph.domain.recurring import Titled
from escgraph.store.database import dialect, fetch

NEWEST = 2000
"""So many tickets of one category and component are compared by their texts at most."""

NEWEST_OF_ALL = 1000
"""So many tickets of any category and component are: each may be alike to none of the others."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A category and component that came back, as `domain.recurring.Recurring` counts it."""

    category: str
    component: str
    tickets: int
    most: int
    escalated: int


async def found(
    starts_at: datetime, ends_at: datetime, rule: Recurrence, *, limit: int
) -> list[Subject]:
    """Those that came back in that time, the most frequent first.

    One did where a ticket that was opened in that time was the last of enough tickets within the
    rule's time; the ones before it may be older. A merged duplicate is no issue of its own (A23).
    """
    rows = await fetch(
        _FOUND[dialect()],
        starts_at,
        ends_at,
        starts_at - rule.within,
        _span(rule.within),
        rule.tickets,
        limit,
    )
    return [Subject(**row) for row in rows]


async def titles(
    subjects: Collection[tuple[str, str]], starts_at: datetime, ends_at: datetime
) -> dict[tuple[str, str], list[Titled]]:
    """The tickets of each of them that were opened in that time, the newest so many, by age."""
    found: dict[tuple[str, str], list[Titled]] = {}
    for category, component in subjects:
        rows = await fetch(_TITLES, category, component, starts_at, ends_at, NEWEST)
        found[category, component] = _titled(rows)
    return found


async def newest(starts_at: datetime, ends_at: datetime) -> list[Titled]:
    """The newest tickets that were opened in that time, of any subject, by age."""
    return _titled(await fetch(_NEWEST, starts_at, ends_at, NEWEST_OF_ALL))


def _titled(newest_first: Sequence[dict[str, Any]]) -> list[Titled]:
    return [
        Titled(row["number"], row["title"], (row["category"], row["component"]))
        for row in reversed(newest_first)
    ]


def _span(within: timedelta) -> object:
    """The rule's time as the engine counts it: PostgreSQL in seconds, SQLite in days."""
    return within.total_seconds() / (1 if dialect() == "postgres" else 86400)


_COUNTED = """
WITH opened AS (
  SELECT id, category, component, opened_at, {when} AS moment, opened_at >= $1 AS inside
  FROM ticket WHERE opened_at >= $3 AND opened_at < $2 AND merged_into IS NULL
), counted AS (
  SELECT *, count(*) OVER (PARTITION BY category, component ORDER BY moment
    RANGE BETWEEN {span} PRECEDING AND CURRENT ROW) AS close_by FROM opened
)
SELECT category, component, count(*) AS tickets, max(close_by) AS most,
  count(*) FILTER (WHERE EXISTS (SELECT 1 FROM escalation e WHERE e.ticket_id = counted.id))
    AS escalated
FROM counted WHERE inside GROUP BY category, component HAVING max(close_by) >= $5
ORDER BY tickets DESC, category, component LIMIT $6
"""
_FOUND = {
    "postgres": _COUNTED.format(
        when="extract(epoch FROM opened_at)::float8", span="CAST($4 AS float8)"
    ),
    "sqlite": _COUNTED.format(when="julianday(opened_at)", span="$4"),
}
"""RANGE over a number, since SQLite has no intervals. The window holds both of its ends."""

_TITLES = """
SELECT number, title, category, component FROM ticket
WHERE category = $1 AND component = $2 AND opened_at >= $3 AND opened_at < $4
  AND merged_into IS NULL
ORDER BY opened_at DESC, number DESC LIMIT $5
"""

_NEWEST = """
SELECT number, title, category, component FROM ticket
WHERE opened_at >= $1 AND opened_at < $2 AND merged_into IS NULL
ORDER BY opened_at DESC, number DESC LIMIT $3
"""
