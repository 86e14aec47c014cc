"""Everything sealed, sealed anew with the first key, so that an old key can be taken away."""

from escgraph.store import sealing
from escgraph.store.database import dialect, execute, fetch
from escgraph.store.transactions import unit_of_work

_SEALED = (
    ("channel", "target"),
    ("channel", "secrets"),
    ("webhook", "url"),
    ("webhook", "secrets"),
)
"""Every column that holds what `sealing` made."""


async def seal_everything_anew() -> int:
    """All of it or nothing; how many secrets there were.

    Raises:
        ConflictError: no key is set.
        SealingError: one of them was sealed with a key that is not among ours.
    """
    sealing.must_seal()
    return await unit_of_work(_seal)


async def _seal() -> int:
    locking = "FOR UPDATE" if dialect() == "postgres" else ""
    count = 0
    for table, column in _SEALED:
        rows = await fetch(
            f"SELECT id, {column} AS sealed FROM {table} "  # noqa: S608 - our own names
            f"WHERE removed_at IS NULL AND {column} IS NOT NULL ORDER BY id {locking}"
        )
        for row in rows:
            anew = sealing.sealed_anew(row["sealed"])
            await execute(f"UPDATE {table} SET {column} = $2 WHERE id = $1", row["id"], anew)  # noqa: S608 - the same
        count += len(rows)
    return count
