"""So many tickets that only the database itself makes them fast enough; on PostgreSQL."""

from escgraph.domain.terms import TicketId
from escgraph.store.database import execute, fetch
from escgraph.store.transactions import unit_of_work

PER_UNIT = 10_000


async def copy(original: TicketId, *, copies: int, numbered_from: int) -> None:
    """Copy a ticket, which has no escalations, with its deadlines and events; moments and all."""
    for first in range(0, copies, PER_UNIT):
        await _copy(original, numbered_from + first, min(PER_UNIT, copies - first))


async def _copy(original: TicketId, numbered_from: int, many: int) -> None:
    async def work() -> None:
        until = numbered_from + many - 1
        for table in (_TICKETS, _DEADLINES):
            await execute(table, original, numbered_from, until)
        (row,) = await fetch(_EVENTS, original, numbered_from, until)
        await execute("UPDATE stream SET position = position + $1", row["many"])

    await unit_of_work(work)


_TICKETS = """
INSERT INTO ticket SELECT r.*
FROM ticket t CROSS JOIN generate_series($2::int, $3::int) n
CROSS JOIN LATERAL jsonb_populate_record(
    t, jsonb_build_object('id', uuidv7(), 'number', n)
) r
WHERE t.id = $1
"""
_DEADLINES = """
INSERT INTO deadline SELECT r.*
FROM deadline d CROSS JOIN ticket t
CROSS JOIN LATERAL jsonb_populate_record(
    d, jsonb_build_object('id', uuidv7(), 'ticket_id', t.id)
) r
WHERE d.ticket_id = $1 AND t.number BETWEEN $2 AND $3
"""
_EVENTS = """
WITH written AS (
    INSERT INTO event SELECT r.*
    FROM stream CROSS JOIN (
        SELECT e AS original, t.id, t.number,
               row_number() OVER (ORDER BY t.number, e.ticket_version) AS n
        FROM event e CROSS JOIN ticket t
        WHERE e.ticket_id = $1 AND t.number BETWEEN $2 AND $3
    ) copied
    CROSS JOIN LATERAL jsonb_populate_record(
        copied.original,
        jsonb_build_object(
            'position', stream.position + n, 'id', uuidv7(), 'ticket_id', copied.id,
            'state', (copied.original).state || jsonb_build_object('number', copied.number)
        )
    ) r
    RETURNING position
)
SELECT count(*)::int AS many FROM written
"""
