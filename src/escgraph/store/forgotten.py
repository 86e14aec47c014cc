"""Live tickets that no armed deadline will ever move: the check behind P1."""

from escgraph.domain.ticket import Ticket
from escgraph.store.database import fetch
from escgraph.store.ticket_rows import ticket_of


async def tickets(*, limit: int) -> list[Ticket]:
    """Those that have a rung left and none armed in their cycle, the oldest first.

    A held ticket keeps its rungs armed, so it needs no exception; a parked deadline never fires,
    so it counts as none.
    """
    return [ticket_of(row) for row in await fetch(_FORGOTTEN, limit)]


_FORGOTTEN = """
SELECT t.* FROM ticket t
WHERE t.status IN ('OPEN', 'IN_PROGRESS', 'ON_HOLD') AND t.reached <> 'MANAGEMENT'
  AND NOT EXISTS (
    SELECT 1 FROM deadline d
    WHERE d.ticket_id = t.id AND d.cycle = t.cycle AND d.to_tier IS NOT NULL
      AND d.state = 'ARMED' AND d.parked_at IS NULL
  )
ORDER BY t.opened_at, t.id
LIMIT $1
"""
