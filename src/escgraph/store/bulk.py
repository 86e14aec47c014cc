"""Many rows in one statement, however many: they travel as one JSON value."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from escgraph.store.database import dialect, fetch
from escgraph.store.values import json_text, moment_text, uuid


async def insert(table: str, rows: Sequence[Mapping[str, object]], *, unless: str = "") -> set[str]:
    """Insert the rows, each with all of the same columns; the ids of those that are new.

    With `unless`, a row whose value in that unique column is there already is left out.
    """
    if not rows:
        return set()
    written = [{name: _plain(value) for name, value in row.items()} for row in rows]
    conflict = f"ON CONFLICT ({unless}) DO NOTHING" if unless else ""
    inserted = await fetch(
        f"{_SELECTING[dialect()](table, rows[0])} {conflict} RETURNING id",  # our own names
        json_text(written) if dialect() == "sqlite" else written,
    )
    return {str(uuid(row["id"])) for row in inserted}


def among(column: str, mark: str, kind: str = "uuid") -> str:
    """The condition that the column has one of the values in the list behind that placeholder."""
    if dialect() == "postgres":
        return f"{column} = ANY({mark}::{kind}[])"
    return f"{column} IN (SELECT value FROM json_each({mark}))"  # noqa: S608 - our own names


def _plain(value: object) -> object:
    """As JSON has it; asyncpg's UUIDs are a class of their own, which orjson does not know."""
    if isinstance(value, datetime):
        return moment_text(value)
    return str(value) if isinstance(value, UUID) else value


def _on_postgres(table: str, row: Mapping[str, object]) -> str:
    names = ", ".join(row)
    return (
        f"INSERT INTO {table} ({names}) "  # noqa: S608 - our own names
        f"SELECT {names} FROM jsonb_populate_recordset(NULL::{table}, $1::jsonb)"
    )


def _on_sqlite(table: str, row: Mapping[str, object]) -> str:
    """A condition stands there so that ON CONFLICT is not taken for one of a join."""
    values = ", ".join(
        f"value {'->' if isinstance(value, list | tuple | dict) else '->>'} '{name}'"
        for name, value in row.items()
    )
    return (
        f"INSERT INTO {table} ({', '.join(row)}) "  # noqa: S608 - our own names
        f"SELECT {values} FROM json_each($1) WHERE true"
    )


_SELECTING = {"postgres": _on_postgres, "sqlite": _on_sqlite}
