"""The one SQL statement that fires deadlines on PostgreSQL, and what both engines select by.

How the statement is safe, in the order of its parts:
- `claimed` locks ticket and deadline, skips what others hold, and takes only the first due row of
  a ticket, so that missed rungs come in order, one pass each. The join to `seen` compares the
  locked ticket with the one in the statement's snapshot: where somebody committed a change in
  between, the row waits for the next pass instead of firing on children read too early.
- `counter` mentions every part before it, which makes the stream position the last lock taken.

Its parameters: $1 the moment, $2 how many tickets at most, $3 and $4 the beginnings of the ids of
the events and the escalations (each ends in its row's number), $5 whether time is simulated, $6
the ids of the deadlines that alone may fire, null for all, $7 whether only those of HIGH tickets.
"""

from escgraph.domain import ladder
from escgraph.domain.state import TicketState
from escgraph.domain.terms import Priority
from escgraph.store.simulation import MARK

MOST = 0xFFFF
"""How many rows the last four hexadecimal digits of an id can number."""

OURS = f"(CAST(${{n}} AS boolean) OR NOT EXISTS (SELECT 1 FROM heartbeat WHERE name = '{MARK}'))"  # noqa: S608 - a literal
"""A live engine sees nothing to do in a database that holds simulated time."""

OF_SCOPE = f"(NOT CAST(${{n}} AS boolean) OR t.priority = '{Priority.HIGH}')"
"""Where only those of HIGH tickets are asked for. They come in the order of the index all the same:
a pass that sorted by priority would read everything that is due to take a part of it."""

FIRST_OF_ITS_TICKET = """
    (
        SELECT count(*) = 0 FROM deadline e
        WHERE e.ticket_id = {ticket} AND e.cycle = {cycle}
          AND e.state || '' = 'ARMED' AND e.parked_at IS NULL
          AND (e.due_at, e.rank) < (d.due_at, d.rank)
    )
"""
"""Written so that only the ticket's own few rows can be read for it: as NOT EXISTS, and with the
index of all armed rows in reach, a database without statistics reads every armed row each time.
Asked of the ticket and not of the deadline, where there is a choice, it is asked behind the join,
and so not for rows of tickets that are not in question."""

_LATE = f"interval '{ladder.LATE.total_seconds()} seconds'"


def _state_sql(alias: str) -> str:
    """JSON with the keys of `TicketState` from the ticket row under that alias."""
    columns = {"owner": "owner_id"}
    pairs = (
        f"'{name}', {alias}.{columns.get(name, name)}" for name in TicketState.__dataclass_fields__
    )
    return f"jsonb_build_object({', '.join(pairs)})"


FIRE = f"""
WITH claimed AS MATERIALIZED (
    SELECT d.id AS deadline_id, d.kind, d.rank, d.due_at, d.to_tier, d.to_status,
           greatest($1, t.updated_at) AS at, t.id AS ticket_id, t AS before,
           CASE WHEN d.kind = 'HOLD_CAP' THEN (
               SELECT p.started_at FROM pause p WHERE p.ticket_id = t.id AND p.ended_at IS NULL
           ) END AS held_since
    FROM deadline d
    JOIN ticket t ON t.id = d.ticket_id AND t.cycle = d.cycle
    JOIN ticket seen ON seen.id = t.id AND seen.version = t.version
    WHERE d.state = 'ARMED' AND d.parked_at IS NULL AND d.due_at <= $1
      AND t.status IN ('OPEN', 'IN_PROGRESS', 'ON_HOLD')
      AND ($6::uuid[] IS NULL OR d.id = ANY($6::uuid[]))
      AND {OURS.format(n=5)}
      AND {OF_SCOPE.format(n=7)}
      AND {FIRST_OF_ITS_TICKET.format(ticket="t.id", cycle="t.cycle")}
    ORDER BY d.due_at, d.rank, d.id
    LIMIT $2
    FOR NO KEY UPDATE OF t, d SKIP LOCKED
), fired AS (
    UPDATE deadline d SET state = 'FIRED', fired_at = c.at
    FROM claimed c WHERE d.id = c.deadline_id
    RETURNING d.id
), resumed AS (
    UPDATE pause p SET ended_at = c.due_at
    FROM claimed c
    WHERE c.kind = 'HOLD_CAP' AND p.ticket_id = c.ticket_id AND p.ended_at IS NULL
    RETURNING p.id
), moved AS (
    UPDATE ticket t SET
        version = t.version + 1,
        updated_at = c.at,
        tier = coalesce(c.to_tier, t.tier),
        reached = greatest(t.reached, c.to_tier),
        status = coalesce(c.to_status, t.status),
        escalated_at = CASE WHEN c.to_tier IS NULL THEN t.escalated_at ELSE c.at END,
        response_breached_at =
            CASE WHEN c.kind = 'RESPONSE' THEN c.at ELSE t.response_breached_at END,
        breached = t.breached OR c.kind = 'RESPONSE' OR c.to_tier IS NOT NULL,
        next_due_at = (
            SELECT min(n.due_at) FROM deadline n
            WHERE n.ticket_id = t.id AND n.cycle = t.cycle AND n.state = 'ARMED'
              AND n.id <> c.deadline_id
              AND n.kind IN ('RESPONSE', 'LEVEL_2', 'LEVEL_3', 'MANAGEMENT')
        )
    FROM claimed c WHERE t.id = c.ticket_id
    RETURNING c.*, t.version, {_state_sql("t")} AS state
), numbered AS (
    SELECT m.*, m.due_at < m.at - {_LATE} AS catch_up,
           row_number() OVER (ORDER BY m.due_at, m.rank, m.deadline_id) AS n
    FROM moved m
), team AS (
    SELECT tier, jsonb_agg(id ORDER BY name, id) AS people
    FROM person WHERE active AND tier IS NOT NULL GROUP BY tier
), in_their_place AS (
    SELECT coalesce(jsonb_agg(id ORDER BY role = 'MANAGER', name, id), '[]') AS people
    FROM person WHERE active AND (lead OR role = 'MANAGER')
), escalated AS (
    INSERT INTO escalation (
        id, ticket_id, ticket_version, cycle, trigger, kind, from_tier, to_tier, due_at, fired_at,
        catch_up, by_id, reason, comment, description, responsible_from, responsible_to, told,
        no_recipient, facts
    )
    SELECT ($4 || lpad(to_hex(n.n), 4, '0'))::uuid, n.ticket_id, n.version, (n.before).cycle,
           'DEADLINE', n.kind, (n.before).tier, n.to_tier, n.due_at, n.at, n.catch_up, NULL, NULL,
           '', (n.before).description,
           jsonb_build_array((n.before).owner_id)
               || ((n.before).assignees - (n.before).owner_id::text),
           coalesce(team.people, '[]'),
           CASE WHEN team.people IS NULL THEN in_their_place.people ELSE '[]' END,
           team.people IS NULL, {_state_sql("(n.before)")}
    FROM numbered n LEFT JOIN team ON team.tier = n.to_tier CROSS JOIN in_their_place
    WHERE n.to_tier IS NOT NULL
    RETURNING id
), counter AS (
    UPDATE stream SET position = position + (SELECT count(*) FROM numbered)
    WHERE name = 'main' AND (SELECT count(*) FROM numbered) > 0
      AND (SELECT count(*) FROM fired) + (SELECT count(*) FROM resumed)
        + (SELECT count(*) FROM escalated) > 0
    RETURNING position
), appended AS (
    INSERT INTO event (position, id, kind, ticket_id, ticket_version, at, by_id, payload, state)
    SELECT counter.position - (SELECT count(*) FROM numbered) + n.n,
           ($3 || lpad(to_hex(n.n), 4, '0'))::uuid,
           CASE WHEN n.kind = 'RESPONSE' THEN 'ResponseBreached'
                WHEN n.kind = 'HOLD_CAP' THEN 'TicketResumed'
                WHEN n.to_tier IS NULL THEN 'ManagementReminded'
                ELSE 'TicketEscalated' END,
           n.ticket_id, n.version, n.at, NULL,
           CASE WHEN n.kind = 'RESPONSE' THEN
                    jsonb_build_object('due_at', n.due_at, 'catch_up', n.catch_up)
                WHEN n.kind = 'HOLD_CAP' THEN
                    jsonb_build_object('held_since', n.held_since, 'by_cap', true)
                WHEN n.to_tier IS NULL THEN
                    jsonb_build_object('number', right(n.kind, 1)::int, 'due_at', n.due_at)
                ELSE jsonb_build_object(
                    'trigger', 'DEADLINE', 'kind', n.kind, 'from_tier', (n.before).tier,
                    'to_tier', n.to_tier, 'due_at', n.due_at, 'catch_up', n.catch_up,
                    'reason', NULL, 'comment', '', 'no_recipient', team.people IS NULL) END,
           n.state
    FROM numbered n CROSS JOIN counter LEFT JOIN team ON team.tier = n.to_tier
    RETURNING position
)
SELECT count(*)::int AS count, max(position) AS position FROM appended
"""  # noqa: S608 - literals and names of our own columns
