"""The two signs that deadlines are fired: an engine works, and nothing waits that was due.

One statement with two bounded look-ups, since strangers may have it asked once a second.
"""

from dataclasses import dataclass
from datetime import datetime

from escgraph.store.database import fetch
from escgraph.store.firing_statement import OURS
from escgraph.store.simulation import MARK
from escgraph.store.values import moment


@dataclass(frozen=True, slots=True)
class Vitals:
    """What is stored of them.

    Attributes:
        beat_at: the last proof of work of any engine of its own right, None where there is none.
        overdue: a deadline that can fire was due before the moment that was asked for.
    """

    beat_at: datetime | None
    overdue: bool


async def vitals(*, before: datetime) -> Vitals:
    """The signs. A database that holds simulated time has nothing overdue for a live engine."""
    (row,) = await fetch(_VITALS, before, False)  # noqa: FBT003 - a value of the statement
    return Vitals(moment(row["beat_at"]), row["overdue"] is not None)


_VITALS = f"""
SELECT
  (SELECT max(beat_at) FROM heartbeat WHERE name <> '{MARK}') AS beat_at,
  (
      SELECT 1 FROM deadline d
      WHERE d.state = 'ARMED' AND d.parked_at IS NULL AND d.due_at < $1
        AND (
            SELECT count(*) FROM ticket t
            WHERE t.id = d.ticket_id AND t.cycle = d.cycle
              AND t.status IN ('OPEN', 'IN_PROGRESS', 'ON_HOLD')
        ) = 1
        AND {OURS.format(n=2)}
      ORDER BY d.due_at
      LIMIT 1
  ) AS overdue
"""  # noqa: S608 - literals
"""No join: SQLite would go through the open tickets instead of what is due."""
