"""Simulated time: while a log is played, the database is marked and live engines fire nothing.

The mark is read inside the firing statement itself, so no engine can slip in between.
"""

from datetime import datetime

from escgraph.store.database import execute, fetch

MARK = "simulated time"


async def begin(*, at: datetime) -> bool:
    """Mark the database; False where it is marked already."""
    marked = await execute(
        "INSERT INTO heartbeat (name, beat_at, detail) VALUES ($1, $2, '{}') "
        "ON CONFLICT (name) DO NOTHING",
        MARK,
        at,
    )
    return bool(marked)


async def end() -> None:
    await execute("DELETE FROM heartbeat WHERE name = $1", MARK)


async def marked() -> bool:
    return bool(await fetch("SELECT 1 AS one FROM heartbeat WHERE name = $1", MARK))
