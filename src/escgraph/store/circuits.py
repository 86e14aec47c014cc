"""Circuits at rest: how what lies behind each has fared, counted for all processes together.

Lock order: message, circuit, counter. A circuit that has no row yet is closed.
"""

from datetime import datetime

from escgraph.domain import retrying
from escgraph.domain.retrying import CLOSED, Circuit, Sign
from escgraph.store.database import dialect, execute, fetch
from escgraph.store.values import moment


async def load(key: str) -> Circuit:
    """The circuit as it stands."""
    return _circuit(await fetch("SELECT * FROM circuit WHERE key = $1", key))


async def note(key: str, sign: Sign, *, at: datetime) -> Circuit:
    """Let it know how an attempt ended, inside of a unit of work; the circuit afterwards."""
    lock = " FOR UPDATE" if dialect() == "postgres" else ""
    before = _circuit(await fetch(f"SELECT * FROM circuit WHERE key = $1{lock}", key))  # noqa: S608 - a literal
    after = retrying.after(before, sign, at=at)
    if after != before:
        await execute(_SAVE, key, after.failures, after.open_until, at)
    return after


def _circuit(rows: list[dict[str, object]]) -> Circuit:
    if not rows:
        return CLOSED
    (row,) = rows
    failures = row["failures"]
    assert isinstance(failures, int)
    return Circuit(failures, moment(row["open_until"]))


_SAVE = """
INSERT INTO circuit (key, failures, open_until, claims, updated_at) VALUES ($1, $2, $3, 0, $4)
ON CONFLICT (key) DO UPDATE SET
    failures = excluded.failures, open_until = excluded.open_until,
    updated_at = excluded.updated_at
"""
