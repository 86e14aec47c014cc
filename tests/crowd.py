"""Many tickets at once: copies of one that was opened properly, each with its own times."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from uuid_utils.compat import uuid7

from escgraph.domain.terms import TicketId
from escgraph.store.database import execute_many, fetch
from escgraph.store.stream import take_positions
from escgraph.store.transactions import unit_of_work
from escgraph.store.values import moment, parsed

TABLES = ("ticket", "deadline", "pause", "event")
PER_UNIT = 1000
NUMBERED_FROM = 1_000_000

Row = dict[str, Any]
Shift = Callable[[int], timedelta]


async def multiply(
    original: TicketId, *, copies: int, shift: Shift, numbered_from: int = NUMBERED_FROM
) -> list[TicketId]:
    """Copy a ticket with its deadlines, pauses and events; all moments of copy n move by shift(n).

    The original must have no escalations, as those are not copied.
    """
    ids = [TicketId(uuid7()) for _ in range(copies)]
    rows = {table: await _rows(table, original) for table in TABLES}
    numbered = list(enumerate(ids))
    for first in range(0, copies, PER_UNIT):
        await _store(rows, numbered[first : first + PER_UNIT], shift, numbered_from)
    return ids


async def _rows(table: str, original: TicketId) -> list[Row]:
    key = "id" if table == "ticket" else "ticket_id"
    return await fetch(f"SELECT * FROM {table} WHERE {key} = $1 ORDER BY id", original)


async def _store(
    rows: dict[str, list[Row]],
    copies: Sequence[tuple[int, TicketId]],
    shift: Shift,
    numbered_from: int,
) -> None:
    async def work() -> None:
        for table in ("ticket", "deadline", "pause"):
            await _insert(
                table,
                [
                    _copy(table, row, ticket, shift(n), numbered_from + n)
                    for n, ticket in copies
                    for row in rows[table]
                ],
            )
        position = await take_positions(len(copies) * len(rows["event"]))
        events = [
            _copy("event", row, ticket, shift(n), numbered_from + n)
            for n, ticket in copies
            for row in rows["event"]
        ]
        await _insert("event", [{**row, "position": position + n} for n, row in enumerate(events)])

    await unit_of_work(work)


def _copy(table: str, row: Row, ticket: TicketId, by: timedelta, number: int) -> Row:
    moved = _moved(row, by)
    if table == "ticket":
        return {**moved, "id": ticket, "number": number}
    if table == "event":
        moved["state"] = _moved({**parsed(row["state"]), "number": number}, by)
    return {**moved, "id": uuid7(), "ticket_id": ticket}


def _moved(row: Row, by: timedelta) -> Row:
    return {name: _later(name, value, by) for name, value in row.items()}


def _later(name: str, value: object, by: timedelta) -> object:
    if value is None or not (name == "at" or name.endswith("_at")):
        return value
    at = moment(value)
    assert at is not None
    return at + by


async def _insert(table: str, rows: list[Row]) -> None:
    if not rows:
        return
    names = list(rows[0])
    marks = ", ".join(f"${n}" for n in range(1, len(names) + 1))
    await execute_many(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})",
        [list(row.values()) for row in rows],
    )
