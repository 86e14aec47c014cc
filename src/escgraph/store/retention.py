"""From the front of the stream to the archive: what may move there, and the move of a page.

The page that moves is the oldest, so that the positions that stay follow each other without a gap.
It stops before what a reader of the stream has not read, before what a message on its way tells
of, and before the last event, by which the end of the stream is known. Nothing is locked but the
rows that move, and nobody writes those: an event never changes.
"""

from dataclasses import dataclass
from datetime import datetime

from escgraph.domain.webhook import OWNING
from escgraph.store import simulation
from escgraph.store.database import dialect, execute, fetch
from escgraph.store.event_tables import COLUMNS
from escgraph.store.values import moment
from escgraph.store.webhook_messages import NEVER

LOCK = 0x61726368
"""The key of the advisory lock: "arch". It is tried, never waited for."""

NOTICES = "the reader of notices"
MESSAGE = "a message on its way"
"""Who may need events; a webhook goes by its name."""

_ROLES = ", ".join(f"'{role}'" for role in sorted(OWNING))


@dataclass(frozen=True, slots=True)
class Limit:
    """The last position that may move now, and who needs what follows it."""

    position: int
    holder: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How much lies where.

    Attributes:
        oldest: the lowest position that is kept; 0 where none is.
        oldest_at: by which moment its age is counted; None where none is kept.
    """

    kept: int
    oldest: int
    oldest_at: datetime | None
    archived: int

    def is_late(self, *, before: datetime) -> bool:
        """Whether any that is older might move; the last event stays in any case."""
        return self.kept > 1 and self.oldest_at is not None and self.oldest_at < before

    def is_held(self, limit: Limit) -> bool:
        """Whether the oldest that is kept is needed."""
        return limit.position < self.oldest


async def limit() -> Limit:
    """Up to where nothing needs the stream."""
    (row,) = await fetch(_LIMIT, NEVER)
    return Limit(row["position"], row["holder"])


async def move(*, before: datetime, at: datetime, most: int) -> int:
    """Archive up to `most` events that happened and were written before that moment; how many.

    To be called in a unit of work. None moves while another process is at it, or while the
    database holds simulated time.

    Raises:
        RuntimeError: the archive did not take every one, and the unit of work must fail.
    """
    if await _others_are_at_it() or await simulation.marked():
        return 0
    (row,) = await fetch(_LAST, (await limit()).position, before, most)
    if row["position"] is None:
        return 0
    moved = await execute(_COPY, row["position"], at)
    gone = await execute(_DELETE, row["position"])
    if moved != gone:
        raise RuntimeError(f"{moved} events were archived and {gone} taken out; all of them stay")
    return moved


async def standing() -> Standing:
    """Positions have no gaps, so the first and the last of each table say how many it holds."""
    (row,) = await fetch(_STANDING)
    ages = [at for at in (moment(row["at"]), moment(row["recorded_at"])) if at is not None]
    return Standing(
        kept=row["kept"],
        oldest=row["oldest"],
        oldest_at=max(ages, default=None),
        archived=row["archived"],
    )


async def _others_are_at_it() -> bool:
    """On SQLite the unit of work itself keeps others out."""
    if dialect() == "sqlite":
        return False
    (row,) = await fetch("SELECT pg_try_advisory_xact_lock($1) AS ours", LOCK)
    return not row["ours"]


def _told_by_messages(state: str) -> str:
    """The first that messages in that state tell of; each state has an index of its own.

    A letter is composed from the archive just as well, but not by the version before, which may
    run beside this one. What is held for a disabled webhook may lie for ever, and holds up nothing.
    """
    return f"""
  SELECT '{MESSAGE}', min(event_position) - 1 FROM message
  WHERE state = '{state}' AND due_at < $1
  UNION ALL
  SELECT '{MESSAGE}', min(n.position) - 1
  FROM message m JOIN delivery d ON d.message_id = m.id JOIN notice n ON n.id = d.notice_id
  WHERE m.state = '{state}' AND m.due_at < $1
"""  # noqa: S608 - literals


_LIMIT = f"""
SELECT holder, position FROM (
  SELECT 'nobody' AS holder, position - 1 AS position FROM stream WHERE name = 'main'
  UNION ALL
  SELECT '{NOTICES}', position FROM reader WHERE name = 'notices'
  UNION ALL
  SELECT 'the webhook ' || w.name, w.position FROM webhook w JOIN person p ON p.id = w.owner_id
  WHERE w.disabled_at IS NULL AND w.removed_at IS NULL AND p.active AND p.role IN ({_ROLES})
  UNION ALL {_told_by_messages("WAITING")}
  UNION ALL {_told_by_messages("SENDING")}
) AS needs
WHERE position IS NOT NULL ORDER BY position, holder LIMIT 1
"""  # noqa: S608 - literals
_LAST = """
WITH front AS (
  SELECT position, (at >= $2 OR recorded_at >= $2) AS young FROM event ORDER BY position LIMIT $3
)
SELECT max(position) AS position FROM front
WHERE position <= $1
  AND position < coalesce((SELECT min(position) FROM front WHERE young), $1 + 1)
"""
_COPY = f"""
INSERT INTO event_archive ({COLUMNS}, archived_at)
SELECT {COLUMNS}, $2::timestamptz FROM event WHERE position <= $1
"""  # noqa: S608 - our own names
_DELETE = "DELETE FROM event WHERE position <= $1"
_STANDING = """
SELECT coalesce(e.last - e.first + 1, 0) AS kept, coalesce(a.last - a.first + 1, 0) AS archived,
  coalesce(e.first, 0) AS oldest,
  (SELECT at FROM event WHERE position = e.first) AS at,
  (SELECT recorded_at FROM event WHERE position = e.first) AS recorded_at
FROM (SELECT (SELECT min(position) FROM event) AS first, (SELECT max(position) FROM event) AS last)
  AS e,
  (SELECT (SELECT min(position) FROM event_archive) AS first,
    (SELECT max(position) FROM event_archive) AS last) AS a
"""
