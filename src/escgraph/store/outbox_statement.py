"""The SQL that claims messages: whose turn it is, on both engines, and one statement on PostgreSQL.

How the statement is safe and fair, in the order of its parts:
- `line` walks from circuit to circuit in the index of what waits, and `queue` looks at the first
  message of each and of each pace. So 100,000 that wait for one slow place cost no more than one.
  UNION, not UNION ALL: a walk that came to a circuit twice would never end.
- `locked` takes the circuits that have something due, are not open and have room: the urgent first,
  then those with the fewest under way, so that slow ones leave the senders to others. It locks
  them and skips those that others hold: who holds a circuit claims alone from it, so that leases
  are counted right. The join to `seen` compares the locked row with the one in the statement's
  snapshot: where somebody claimed from it in between, the leases here were counted too early, and
  the circuit waits for the next turn.
- `picked` takes of each circuit as many messages as it has room for, and skips what others hold.
- `chosen` gives each circuit its first lease before any gets its second.
- `missing` makes circuits for what came the first time; those are claimed from at the next turn.
It waits for no lock, but for that of a circuit that somebody else makes at the same moment.

Its parameters: $1 the moment, $2 until when the leases last, $3 how many messages at most, $4 how
many of one circuit may be under way at once.
"""

from escgraph.domain.notice import Pace
from escgraph.store.simulation import MARK

_PACES = " UNION ALL ".join(f"SELECT '{pace}' AS pace" for pace in Pace)
"""In the order of their names, which is that of their urgency; a test says so."""

LINE = f"""
line (circuit) AS (
    SELECT min(circuit) FROM message WHERE state = 'WAITING'
    UNION
    SELECT (SELECT min(m.circuit) FROM message m
            WHERE m.state = 'WAITING' AND m.circuit > line.circuit)
    FROM line WHERE line.circuit IS NOT NULL
), queue AS (
    SELECT line.circuit, paces.pace,
           (SELECT min(m.due_at) FROM message m
            WHERE m.state = 'WAITING' AND m.circuit = line.circuit AND m.pace = paces.pace
           ) AS due_at
    FROM line CROSS JOIN ({_PACES}) paces
    WHERE line.circuit IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM heartbeat WHERE name = '{MARK}')
), due AS (
    SELECT circuit, min(pace) AS pace, min(due_at) AS due_at
    FROM queue WHERE due_at <= $1 GROUP BY circuit
), busy AS (
    SELECT circuit, count(*) AS leases
    FROM message WHERE state = 'SENDING' AND leased_until > $1 GROUP BY circuit
)
"""  # noqa: S608 - names of our own
"""Nothing is due in a database that holds simulated time."""

ROOM = "CASE WHEN c.open_until IS NULL THEN {most} ELSE 1 END - coalesce(busy.leases, 0)"
"""A circuit that is half open lets one through."""

CLAIM = f"""
WITH RECURSIVE {LINE}, missing AS (
    INSERT INTO circuit (key, failures, open_until, claims, updated_at)
    SELECT due.circuit, 0, NULL, 0, $1 FROM due
    WHERE NOT EXISTS (SELECT 1 FROM circuit c WHERE c.key = due.circuit)
    ORDER BY due.circuit
    ON CONFLICT (key) DO NOTHING
), locked AS MATERIALIZED (
    SELECT c.key, coalesce(busy.leases, 0) AS leases, {ROOM.format(most="$4::int")} AS room
    FROM due
    JOIN circuit c ON c.key = due.circuit
    JOIN circuit seen ON seen.key = c.key AND seen.claims = c.claims
    LEFT JOIN busy ON busy.circuit = due.circuit
    WHERE (c.open_until IS NULL OR c.open_until <= $1)
      AND {ROOM.format(most="$4::int")} > 0
    ORDER BY due.pace, leases, due.due_at, c.key
    LIMIT $3
    FOR UPDATE OF c SKIP LOCKED
), picked AS MATERIALIZED (
    SELECT m.id, m.pace, m.due_at, locked.key, locked.leases, locked.room
    FROM locked
    JOIN queue ON queue.circuit = locked.key AND queue.due_at <= $1
    CROSS JOIN LATERAL (
        SELECT w.id, w.pace, w.due_at FROM message w
        WHERE w.state = 'WAITING' AND w.circuit = queue.circuit AND w.pace = queue.pace
          AND w.due_at <= $1
        ORDER BY w.due_at, w.id
        LIMIT locked.room
        FOR UPDATE SKIP LOCKED
    ) m
), ranked AS (
    SELECT id, pace, due_at, leases, room,
           row_number() OVER (PARTITION BY key ORDER BY pace, due_at, id) AS turn
    FROM picked
), chosen AS (
    SELECT id FROM ranked WHERE turn <= room
    ORDER BY pace, leases + turn, due_at, id LIMIT $3
), claimed AS (
    UPDATE message m SET
        state = 'SENDING', fence = m.fence + 1, attempts = m.attempts + 1, leased_until = $2,
        first_attempt_at = coalesce(m.first_attempt_at, $1)
    WHERE m.id = ANY (ARRAY(SELECT id FROM chosen))
    RETURNING m.*
), counted AS (
    UPDATE circuit c SET claims = c.claims + 1
    WHERE c.key IN (SELECT circuit FROM claimed)
)
SELECT * FROM claimed ORDER BY pace, due_at, id
"""  # noqa: S608 - literals and names of our own

ROOMS = f"""
WITH RECURSIVE {LINE}
SELECT queue.circuit, queue.pace, coalesce(busy.leases, 0) AS leases,
       {ROOM.format(most="$2")} AS room
FROM queue
LEFT JOIN circuit c ON c.key = queue.circuit
LEFT JOIN busy ON busy.circuit = queue.circuit
WHERE queue.due_at <= $1 AND (c.open_until IS NULL OR c.open_until <= $1)
  AND {ROOM.format(most="$2")} > 0
ORDER BY queue.circuit, queue.pace
"""  # noqa: S608 - the same
"""For SQLite, where whoever writes is alone: of which circuits and paces some may be taken."""

FIRST = """
SELECT id, pace, due_at FROM message
WHERE state = 'WAITING' AND circuit = $1 AND pace = $2 AND due_at <= $3
ORDER BY due_at, id LIMIT $4
"""

NEXT_DUE = f"""
WITH RECURSIVE {LINE}
SELECT min(CASE WHEN c.open_until > queue.due_at THEN c.open_until ELSE queue.due_at END) AS due_at
FROM queue
LEFT JOIN circuit c ON c.key = queue.circuit
WHERE queue.due_at IS NOT NULL
"""  # noqa: S608 - the same
