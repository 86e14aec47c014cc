"""The tables that the statements of trends are made from, as parts of a WITH.

What stands in braces is put in by `trends`; `kept` are the tickets that count, each with its
group `g`.
"""

from escgraph.store.event_tables import EVENTS

STOOD = """
stood AS (
  SELECT ticket_id, started_at, ended_at,
    row_number() OVER (PARTITION BY ticket_id ORDER BY ordinal) AS cycle,
    lead(started_at) OVER (PARTITION BY ticket_id ORDER BY ordinal) AS next
  FROM pause WHERE reason IS NULL AND ended_at IS NOT NULL
)
"""
"""How a cycle ended that was reopened, and the next one too where that was. They are few: how the
present cycle ended, the ticket itself says."""
RESOLUTION = """
resolution AS (
  SELECT g, clock_started_at, resolved_at AS at FROM kept
  UNION ALL
  SELECT g, clock_started_at, started_at FROM stood JOIN kept ON id = ticket_id
)
"""
JUDGED = """
due AS (
  SELECT g, d.kind, d.state, d.due_at,
    CASE WHEN d.kind = 'RESPONSE' THEN kept.acknowledged_at
      WHEN stood.cycle IS NULL THEN kept.resolved_at ELSE stood.started_at END AS answered_at
  FROM deadline d JOIN kept ON kept.id = d.ticket_id
  LEFT JOIN stood ON stood.ticket_id = d.ticket_id AND stood.cycle = d.cycle
  WHERE d.kind IN ('RESPONSE', 'LEVEL_2', 'LEVEL_3', 'MANAGEMENT') AND d.state <> 'VOID'
    AND d.due_at >= {since}
),
judged AS (
  SELECT g, kind, CASE WHEN answered_at < due_at THEN answered_at ELSE due_at END AS judged_at,
    coalesce(answered_at < due_at OR (answered_at = due_at AND state <> 'FIRED'), 1 = 0) AS in_time
  FROM due
)
"""
"""The resolution of its cycle answers a rung."""
ENDED = f"""
odd AS (
  SELECT ticket_id FROM stood
  UNION SELECT ticket_id FROM {EVENTS} WHERE kind = 'TicketDeescalated'
),
ended AS NOT MATERIALIZED (
  SELECT id, g, tier, opened_at, resolved_at, odd.ticket_id IS NOT NULL AS odd
  FROM kept LEFT JOIN odd ON odd.ticket_id = id
  WHERE status IN ('RESOLVED', 'CLOSED') AND {{inside}}
)
"""  # noqa: S608 - our own names
"""A ticket is odd where it may have come to a tier twice, or stood still between: few are."""
STAYS = f"""
climb AS (
  SELECT ticket_id, ticket_version AS version, fired_at AS at, from_tier FROM escalation
  UNION ALL
  SELECT ticket_id, ticket_version, at, payload ->> 'from_tier'
  FROM {EVENTS} WHERE kind = 'TicketDeescalated'
),
move AS (
  SELECT ticket_id, at, from_tier,
    lag(at) OVER (PARTITION BY ticket_id ORDER BY version) AS since,
    lead(at) OVER (PARTITION BY ticket_id ORDER BY version) AS next
  FROM climb
),
stay AS (
  SELECT id, g, resolved_at, odd, from_tier AS tier, coalesce(since, opened_at) AS from_at,
    at AS to_at
  FROM move JOIN ended ON id = ticket_id
  UNION ALL
  SELECT id, g, resolved_at, odd, tier, coalesce(at, opened_at), resolved_at
  FROM ended LEFT JOIN move ON ticket_id = id AND next IS NULL
)
"""  # noqa: S608 - the same
"""Each move ends the stay at the tier that it left; the resolution ends the last one."""
TIMES = """
piece AS (
  SELECT id, g, resolved_at, tier, {stay} AS x FROM stay WHERE odd
  UNION ALL
  SELECT id, g, resolved_at, tier, {less}
  FROM stood JOIN stay ON odd AND id = ticket_id
    AND started_at >= from_at AND started_at < to_at
),
at_tier AS (
  SELECT g, resolved_at, tier, {stay} AS x FROM stay WHERE NOT odd
  UNION ALL
  SELECT g, resolved_at, tier, sum(x) FROM piece GROUP BY id, g, resolved_at, tier
)
"""
"""What was resolved in between takes its time off the stay that it fell into."""
LIFE = """
life AS (
  SELECT g, opened_at, opened_at AS from_at,
    coalesce(started_at, resolved_at, cancelled_at) AS to_at
  FROM kept LEFT JOIN stood ON ticket_id = id AND cycle = 1
  UNION ALL
  SELECT g, opened_at, ended_at, coalesce(next, resolved_at, cancelled_at)
  FROM stood JOIN kept ON id = ticket_id
)
"""
"""A ticket lives from its opening, and from each reopening, until it is resolved or cancelled."""
