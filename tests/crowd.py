"""Many tickets at once: copies of one that was opened properly, each with its own times."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from uuid_utils.compat import uuid7

from escgraph.domain.terms import TicketId
from escgraph.store.database import execute_many, fetch
from escgraph.store.stream import take_positions
from escgraph.store.transactions import unit_of_work
from escgraph.store.values import moment

TABLES = ("ticket", "deadline", "pause", "event")
PER_UNIT = 1000

Row = dict[str, Any]
Shift = Callable[[int], timedelta]


async def multiply(original: TicketId, *, copies: int, shift: Shift) -> list[TicketId]:
    """Copy a ticket with its deadlines, pauses and events; all moments of copy n move by shift(n).

    The original must have no escalations, as those are not copied.
    """
    ids = [TicketId(uuid7()) for _ in range(copies)]
    for first in range(0, copies, PER_UNIT):
        await unit_of_work(lambda first=first: _copy(original, ids, first, shift))  # type: ignore[misc]  # bound
    return ids


async def _copy(original: TicketId, ids: list[TicketId], first: int, shift: Shift) -> None:
    """Store the copies number `first` and following."""
    mine = list(enumerate(ids[first : first + PER_UNIT], first))
    (highest,) = await fetch("SELECT max(number) AS number FROM ticket")
    for table in TABLES:
        rows = await _rows(table, original)
        if not rows:
            continue
        fresh = await _numbering(table, highest["number"], wanted=len(mine) * len(rows))
        await _store(
            table,
            [
                _moved({**row, **own(table, ticket, fresh)}, shift(n))
                for n, ticket in mine
                for row in rows
            ],
        )


async def _rows(table: str, original: TicketId) -> list[Row]:
    key = "id" if table == "ticket" else "ticket_id"
    return await fetch(f"SELECT * FROM {table} WHERE {key} = $1 ORDER BY id", original)


async def _numbering(table: str, highest: int, *, wanted: int) -> Iterable[int]:
    if table == "event":
        return iter(range(await take_positions(wanted), 2**63))
    return count(highest + 1)


def own(table: str, ticket: TicketId, fresh: Iterable[int]) -> Row:
    """What a copy of a row cannot share with it."""
    if table == "ticket":
        return {"id": ticket, "number": next(iter(fresh))}
    position = {"position": next(iter(fresh))} if table == "event" else {}
    return {"id": uuid7(), "ticket_id": ticket, **position}


def _moved(row: Row, by: timedelta) -> Row:
    return {name: _later(name, value, by) for name, value in row.items()}


def _later(name: str, value: object, by: timedelta) -> object:
    if value is None or not (name.endswith("_at") or name == "at"):
        return value
    at = moment(value)
    assert isinstance(at, datetime)
    return at + by


async def _store(table: str, rows: list[Row]) -> None:
    names = list(rows[0])
    marks = ", ".join(f"${n}" for n in range(1, len(names) + 1))
    await execute_many(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})",
        [list(row.values()) for row in rows],
    )
