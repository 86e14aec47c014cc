"""Whether every row that there was is there still, value by value, although all work on."""

from collections.abc import Mapping
from dataclasses import dataclass

from escgraph.store.database import dialect, fetch
from tests.faults.listening import events_behind
from tests.faults.report import Count

KEYS = {
    "policy": "version",
    "category": "key",
    "event": "position",
    "event_archive": "position",
    "stream": "name",
    "counter": "name",
    "heartbeat": "name",
    "reader": "name",
    "circuit": "key",
}
"""What tells the rows of a table apart, where it is not `id`."""

MOVING = frozenset(
    {"stream", "counter", "heartbeat", "reader", "notice", "message", "delivery", "circuit"}
)
"""Tables whose rows are written again by those who work; the others only with a ticket's event."""

Row = Mapping[str, object]
_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    "postgres": "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
}


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of all tables; `head` is a position before the first of them was read."""

    head: int
    tables: Mapping[str, Mapping[object, Row]]

    @property
    def many(self) -> int:
        return sum(map(len, self.tables.values()))


async def every_row() -> Rows:
    """What the database holds."""
    head = await fetch("SELECT position FROM stream")
    names = [row["name"] for row in await fetch(_TABLES[dialect()])]
    return Rows(head[0]["position"], {name: await _rows(name) for name in sorted(names)})


async def lost_or_changed(before: Rows) -> Count:
    """How many of those rows are gone, or say another thing in a column that there was.

    A ticket that something happened to meanwhile may have changed, with all that belongs to it; its
    events may not.
    """
    now = await every_row()
    touched = {str(event.ticket_id) for event in await events_behind(before.head)}
    wrong = [
        f"{table} {key}: {row} became {now.tables.get(table, {}).get(key)}"
        for table, rows in before.tables.items()
        for key, row in rows.items()
        if not _kept(table, row, now.tables.get(table, {}).get(key), touched)
    ]
    return Count("rows lost or changed", len(wrong), tuple(wrong[:3]))


def _kept(table: str, old: Row, new: Row | None, touched: set[str]) -> bool:
    if new is None:
        return False
    ticket = str(old["id"] if table == "ticket" else old.get("ticket_id"))
    if table in MOVING or (ticket in touched and table != "event"):
        return True
    return all(new.get(column, ...) == value for column, value in old.items())


async def _rows(table: str) -> dict[object, Row]:
    rows = await fetch(f"SELECT * FROM {table}")
    return {row[KEYS.get(table, "id")]: row for row in rows}
