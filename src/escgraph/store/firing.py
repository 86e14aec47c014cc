"""Firing due deadlines: on PostgreSQL one autocommit statement, on SQLite the same steps in Python.

No rule lives here: an armed row says all that firing needs, and both ways do what `ladder.fire`
does, which a test holds them to. Any number of engines may run at once.

How the statement is safe, in the order of its parts:
- `claimed` locks ticket and deadline, skips what others hold, and takes only the first due row of
  a ticket, so that missed rungs come in order, one pass each. The join to `seen` compares the
  locked ticket with the one in the statement's snapshot: where somebody committed a change in
  between, the row waits for the next pass instead of firing on children read too early.
- `counter` mentions every part before it, which makes the stream position the last lock taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7

from escgraph.domain import ladder
from escgraph.domain.state import TicketState
from escgraph.domain.terms import DeadlineKind, TicketId
from escgraph.store import tickets
from escgraph.store.database import dialect, execute, fetch
from escgraph.store.transactions import unit_of_work
from escgraph.store.values import moment, uuid


@dataclass(frozen=True, slots=True)
class Fired:
    """`position` is the stream position of the last event, None where nothing fired."""

    count: int
    position: int | None


async def next_due(*, simulated: bool = False) -> datetime | None:
    """The moment of the first armed deadline of all tickets, None without any.

    Here and below, an engine that is not `simulated` sees nothing to do in a database that holds
    simulated time (see `simulation`).
    """
    rows = await fetch(
        "SELECT due_at FROM deadline WHERE state = 'ARMED' AND parked_at IS NULL "  # noqa: S608 - literals
        f"AND {_OURS.format(n=1)} ORDER BY due_at LIMIT 1",
        simulated,
    )
    return moment(rows[0]["due_at"]) if rows else None


async def fire(
    *,
    now: datetime,
    limit: int,
    only: Sequence[UUID] | None = None,
    simulated: bool = False,
) -> Fired:
    """Fire the first due deadline of up to `limit` tickets; with `only`, no others than those."""
    if dialect() == "postgres":
        return await _fire_in_one_statement(now, limit, only, simulated)
    return await unit_of_work(lambda: _fire_one_by_one(now, limit, only, simulated))


async def due(*, now: datetime, limit: int, simulated: bool = False) -> list[UUID]:
    """The ids of the deadlines that `fire` would take."""
    return [uuid(row["id"]) for row in await fetch(_DUE, now, limit, simulated)]


async def park(deadline_id: UUID, *, now: datetime, reason: str) -> None:
    """Take a deadline that cannot fire out of the engine's way, for a person to look at."""
    await execute(
        "UPDATE deadline SET parked_at = $2, parked_reason = $3 WHERE id = $1",
        deadline_id,
        now,
        reason[:500],
    )


async def _fire_in_one_statement(
    now: datetime,
    limit: int,
    only: Sequence[UUID] | None,
    simulated: bool,  # noqa: FBT001 - as bound below
) -> Fired:
    events = [uuid7() for _ in range(limit)]
    escalations = [uuid7() for _ in range(limit)]
    late = now - ladder.LATE
    chosen = None if only is None else _listed(only)
    rows = await fetch(
        _FIRE, now, limit, _listed(events), _listed(escalations), chosen, late, simulated
    )
    return Fired(rows[0]["count"], rows[0]["position"])


async def _fire_one_by_one(
    now: datetime,
    limit: int,
    only: Sequence[UUID] | None,
    simulated: bool,  # noqa: FBT001 - the same
) -> Fired:
    count, position = 0, None
    for row in await fetch(_DUE, now, limit, simulated):
        if only is not None and uuid(row["id"]) not in only:
            continue
        ticket = await tickets.locked(TicketId(uuid(row["ticket_id"])))
        change = ladder.fire(ticket, DeadlineKind(row["kind"]), at=now)
        position = await tickets.save(ticket, change)
        count += 1
    return Fired(count, position)


def _listed(ids: Sequence[UUID]) -> str:
    """The ids as one text; the statement takes it apart."""
    return ",".join(map(str, ids))


_OURS = (
    "(CAST(${n} AS boolean) OR NOT EXISTS (SELECT 1 FROM heartbeat WHERE name = 'simulated time'))"
)

_FIRST_OF_ITS_TICKET = """
    NOT EXISTS (
        SELECT 1 FROM deadline e
        WHERE e.ticket_id = d.ticket_id AND e.cycle = d.cycle
          AND e.state = 'ARMED' AND e.parked_at IS NULL
          AND (e.due_at, e.rank) < (d.due_at, d.rank)
    )
"""

_DUE = f"""
SELECT d.id, d.ticket_id, d.kind
FROM deadline d JOIN ticket t ON t.id = d.ticket_id AND t.cycle = d.cycle
WHERE d.state = 'ARMED' AND d.parked_at IS NULL AND d.due_at <= $1
  AND t.status IN ('OPEN', 'IN_PROGRESS', 'ON_HOLD')
  AND {_OURS.format(n=3)}
  AND {_FIRST_OF_ITS_TICKET}
ORDER BY d.due_at, d.rank, d.id
LIMIT $2
"""  # noqa: S608 - literals


def _state_sql(alias: str) -> str:
    """JSON with the keys of `TicketState` from the ticket row under that alias."""
    columns = {"owner": "owner_id"}
    pairs = (
        f"'{name}', {alias}.{columns.get(name, name)}" for name in TicketState.__dataclass_fields__
    )
    return f"jsonb_build_object({', '.join(pairs)})"


_FIRE = f"""
WITH claimed AS MATERIALIZED (
    SELECT d.id AS deadline_id, d.kind, d.rank, d.due_at, d.to_tier, d.to_status,
           d.due_at < $6 AS catch_up, t.id AS ticket_id, t.tier AS from_tier, t.cycle,
           t.description, t.owner_id, t.assignees, {_state_sql("t")} AS facts
    FROM deadline d
    JOIN ticket t ON t.id = d.ticket_id AND t.cycle = d.cycle
    JOIN ticket seen ON seen.id = t.id AND seen.version = t.version
    WHERE d.state = 'ARMED' AND d.parked_at IS NULL AND d.due_at <= $1
      AND t.status IN ('OPEN', 'IN_PROGRESS', 'ON_HOLD')
      AND ($5::text IS NULL OR d.id = ANY(string_to_array($5, ',')::uuid[]))
      AND {_OURS.format(n=7)}
      AND {_FIRST_OF_ITS_TICKET}
    ORDER BY d.due_at, d.rank, d.id
    LIMIT $2
    FOR UPDATE OF t, d SKIP LOCKED
), fired AS (
    UPDATE deadline d SET state = 'FIRED', fired_at = $1
    FROM claimed c WHERE d.id = c.deadline_id
    RETURNING d.id
), resumed AS (
    UPDATE pause p SET ended_at = c.due_at
    FROM claimed c
    WHERE c.kind = 'HOLD_CAP' AND p.ticket_id = c.ticket_id AND p.ended_at IS NULL
    RETURNING p.ticket_id, p.started_at
), moved AS (
    UPDATE ticket t SET
        version = t.version + 1,
        updated_at = $1,
        tier = coalesce(c.to_tier, t.tier),
        reached = greatest(t.reached, c.to_tier),
        status = coalesce(c.to_status, t.status),
        escalated_at = CASE WHEN c.to_tier IS NULL THEN t.escalated_at ELSE $1 END,
        response_breached_at =
            CASE WHEN c.kind = 'RESPONSE' THEN $1 ELSE t.response_breached_at END,
        breached = t.breached OR c.kind = 'RESPONSE' OR c.to_tier IS NOT NULL,
        next_due_at = (
            SELECT min(n.due_at) FROM deadline n
            WHERE n.ticket_id = t.id AND n.cycle = t.cycle AND n.state = 'ARMED'
              AND n.id <> c.deadline_id
              AND n.kind IN ('RESPONSE', 'LEVEL_2', 'LEVEL_3', 'MANAGEMENT')
        )
    FROM claimed c WHERE t.id = c.ticket_id
    RETURNING t.*, c.deadline_id
), numbered AS (
    SELECT c.*, m.version, {_state_sql("m")} AS state,
           row_number() OVER (ORDER BY c.due_at, c.rank, c.deadline_id) AS n
    FROM moved m JOIN claimed c ON c.deadline_id = m.deadline_id
), team AS (
    SELECT tier, jsonb_agg(id ORDER BY name, id) AS people
    FROM person WHERE active AND tier IS NOT NULL GROUP BY tier
), in_their_place AS (
    SELECT coalesce(jsonb_agg(id ORDER BY role = 'MANAGER', name, id), '[]') AS people
    FROM person WHERE active AND (lead OR role = 'MANAGER')
), ids AS (
    SELECT string_to_array($3, ',')::uuid[] AS events,
           string_to_array($4, ',')::uuid[] AS escalations
), escalated AS (
    INSERT INTO escalation (
        id, ticket_id, ticket_version, cycle, trigger, kind, from_tier, to_tier, due_at, fired_at,
        catch_up, by_id, reason, comment, description, responsible_from, responsible_to, told,
        no_recipient, facts
    )
    SELECT ids.escalations[n.n], n.ticket_id, n.version, n.cycle, 'DEADLINE', n.kind, n.from_tier,
           n.to_tier, n.due_at, $1, n.catch_up, NULL, NULL, '', n.description,
           jsonb_build_array(n.owner_id) || (n.assignees - n.owner_id::text),
           coalesce(team.people, '[]'),
           CASE WHEN team.people IS NULL THEN in_their_place.people ELSE '[]' END,
           team.people IS NULL, n.facts
    FROM numbered n LEFT JOIN team ON team.tier = n.to_tier
        CROSS JOIN in_their_place CROSS JOIN ids
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
    SELECT counter.position - (SELECT count(*) FROM numbered) + n.n, ids.events[n.n],
           CASE WHEN n.kind = 'RESPONSE' THEN 'ResponseBreached'
                WHEN n.kind = 'HOLD_CAP' THEN 'TicketResumed'
                WHEN n.to_tier IS NULL THEN 'ManagementReminded'
                ELSE 'TicketEscalated' END,
           n.ticket_id, n.version, $1, NULL,
           CASE WHEN n.kind = 'RESPONSE' THEN
                    jsonb_build_object('due_at', n.due_at, 'catch_up', n.catch_up)
                WHEN n.kind = 'HOLD_CAP' THEN
                    jsonb_build_object('held_since', resumed.started_at, 'by_cap', true)
                WHEN n.to_tier IS NULL THEN
                    jsonb_build_object('number', right(n.kind, 1)::int, 'due_at', n.due_at)
                ELSE jsonb_build_object(
                    'trigger', 'DEADLINE', 'kind', n.kind, 'from_tier', n.from_tier,
                    'to_tier', n.to_tier, 'due_at', n.due_at, 'catch_up', n.catch_up,
                    'reason', NULL, 'comment', '') END,
           n.state
    FROM numbered n CROSS JOIN counter CROSS JOIN ids LEFT JOIN resumed ON resumed.ticket_id = n.ticket_id
    RETURNING position
)
SELECT count(*)::int AS count, max(position) AS position FROM appended
"""  # noqa: S608 - literals and names of our own columns
