"""Which engine loops live: each writes down the moment every few seconds."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from escgraph.store.database import execute, fetch
from escgraph.store.simulation import MARK
from escgraph.store.values import moment


@dataclass(frozen=True, slots=True)
class Beat:
    name: str
    at: datetime


async def beat(name: str, *, at: datetime) -> None:
    await execute(
        "INSERT INTO heartbeat (name, beat_at, detail) VALUES ($1, $2, '{}') "
        "ON CONFLICT (name) DO UPDATE SET beat_at = excluded.beat_at",
        name,
        at,
    )


async def beats() -> list[Beat]:
    """All of them, the latest first."""
    rows = await fetch(
        "SELECT name, beat_at FROM heartbeat WHERE name <> $1 ORDER BY beat_at DESC, name", MARK
    )
    return [Beat(row["name"], cast("datetime", moment(row["beat_at"]))) for row in rows]


async def forget(*, before: datetime) -> int:
    """Drop processes that have not been heard of since `before`; returns how many."""
    return await execute("DELETE FROM heartbeat WHERE beat_at < $1 AND name <> $2", before, MARK)
