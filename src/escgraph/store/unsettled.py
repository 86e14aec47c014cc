"""Notices of which it is not known yet that they arrived, or that no way to their person is left.

What another process is at is skipped. A live process sees none in a database that holds simulated
time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from escgraph.domain.notice import Notice
from escgraph.domain.terms import NoticeId
from escgraph.store.bulk import among
from escgraph.store.database import dialect, execute, fetch
from escgraph.store.notice_rows import notice_of
from escgraph.store.simulation import MARK
from escgraph.store.values import uuid


@dataclass(frozen=True, slots=True)
class Unreached:
    """A notice, and the ways that it went so far."""

    notice: Notice
    tried: frozenset[str]


async def settle_delivered(*, at: datetime, limit: int) -> int:
    """Settle those that arrived by any way; how many."""
    rows = await fetch(f"{_DELIVERED} LIMIT $1 {_locking()}", limit)
    await settle([NoticeId(uuid(row["id"])) for row in rows], at=at)
    return len(rows)


async def settle(ids: Sequence[NoticeId], *, at: datetime) -> None:
    """Nothing more is to be done about those, which are locked."""
    await execute(
        f"UPDATE notice SET settled_at = $2 WHERE {among('id', '$1')}",  # noqa: S608 - our own names
        list(ids),
        at,
    )


async def pass_on(ids: Sequence[NoticeId], *, at: datetime) -> None:
    """Others are told in their persons' stead."""
    await execute(
        f"UPDATE notice SET passed_on_at = $2 WHERE {among('id', '$1')}",  # noqa: S608 - our own names
        list(ids),
        at,
    )


async def hopeless(*, begun_before: datetime, limit: int) -> list[Unreached]:
    """Notices that no way brings any more, locked, the oldest first.

    Every delivery of theirs died, or is under way since `begun_before` where the notice presses.
    They are read anew once they are locked: another process may just have sent one another way.
    """
    candidates = await fetch(f"{_HOPELESS} LIMIT $2 {_locking()}", begun_before, limit)
    if not candidates:
        return []
    ids = [row["id"] for row in candidates]
    rows = await fetch(f"{_HOPELESS_ONES.format(among=among('n.id', '$2'))}", begun_before, ids)
    tried = await _tried([NoticeId(uuid(row["id"])) for row in rows])
    found = [notice_of(row) for row in rows]
    return [Unreached(one, frozenset(tried.get(one.id, ()))) for one in found]


async def _tried(ids: Sequence[NoticeId]) -> dict[NoticeId, list[str]]:
    rows = await fetch(
        f"SELECT notice_id, via FROM delivery WHERE {among('notice_id', '$1')}",  # noqa: S608 - our own names
        list(ids),
    )
    tried: dict[NoticeId, list[str]] = {}
    for row in rows:
        tried.setdefault(NoticeId(uuid(row["notice_id"])), []).append(row["via"])
    return tried


def _locking() -> str:
    return "FOR UPDATE OF n SKIP LOCKED" if dialect() == "postgres" else ""


_OURS = f"NOT EXISTS (SELECT 1 FROM heartbeat WHERE name = '{MARK}')"  # noqa: S608 - a literal
_WITH_STATE = "SELECT 1 FROM delivery d JOIN message m ON m.id = d.message_id WHERE"
_ARRIVED = "m.state = 'DELIVERED' AND (m.kind <> 'LOG' OR NOT n.pressing)"
"""Nobody looks into a log at night: what presses and stands there only has not arrived."""

_DELIVERED = f"""
SELECT n.id FROM notice n
WHERE n.settled_at IS NULL AND {_OURS}
  AND EXISTS ({_WITH_STATE} d.notice_id = n.id AND {_ARRIVED})
ORDER BY n.created_at, n.id
"""  # noqa: S608 - literals
_NO_HOPE = f"""
n.settled_at IS NULL AND {_OURS} AND NOT EXISTS (
    {_WITH_STATE} d.notice_id = n.id AND (
      {_ARRIVED}
      OR m.state IN ('WAITING', 'SENDING') AND (NOT n.pressing OR d.created_at > $1)
    )
)
"""
_HOPELESS = f"SELECT n.id FROM notice n WHERE {_NO_HOPE} ORDER BY n.created_at, n.id"  # noqa: S608 - literals
_HOPELESS_ONES = (
    f"SELECT n.* FROM notice n WHERE {_NO_HOPE} AND {{among}} ORDER BY n.created_at, n.id"  # noqa: S608 - literals
)
