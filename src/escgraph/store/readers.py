"""How far each job has read the stream. Who holds a reader's row locked is the only one to read."""

from datetime import datetime

from uuid_utils.compat import uuid7

from escgraph.store.database import dialect, execute, fetch
from escgraph.store.firing_statement import OURS

NOTICES = "notices"
"""The reader that tells people."""


async def locked(name: str, *, simulated: bool = False) -> int | None:
    """The position up to which it has read, locked until the unit of work ends.

    None where another process is at it, or where the database holds simulated time and the reader
    is not `simulated`.
    """
    locking = "FOR UPDATE SKIP LOCKED" if dialect() == "postgres" else ""
    rows = await fetch(f"{_POSITION} {locking}", name, simulated)
    return rows[0]["position"] if rows else None


async def move(name: str, position: int, *, at: datetime) -> None:
    """It has read up to that position."""
    await execute(
        "UPDATE reader SET position = $2, updated_at = $3 WHERE name = $1", name, position, at
    )


async def to_the_end(name: str, *, at: datetime) -> None:
    """Let it pass over everything that has happened so far."""
    await execute(
        "UPDATE reader SET updated_at = $2, "
        "position = (SELECT position FROM stream WHERE name = 'main') WHERE name = $1",
        name,
        at,
    )


async def leave_behind(name: str, position: int, *, at: datetime, reason: str) -> None:
    """Write down that it could do nothing with the event at that position."""
    await execute(
        "INSERT INTO skipped (id, reader, position, skipped_at, reason) "
        "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (reader, position) DO NOTHING",
        uuid7(),
        name,
        position,
        at,
        reason[:500],
    )


async def left_behind() -> int:
    """How many events were left behind, by all readers together."""
    (row,) = await fetch("SELECT count(*) AS count FROM skipped")
    return int(row["count"])


_POSITION = f"SELECT position FROM reader WHERE name = $1 AND {OURS.format(n=2)}"  # noqa: S608 - literals
