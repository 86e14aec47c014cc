"""What hangs on a whole page of tickets: their deadlines and pauses, one statement each."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from escgraph.domain.terms import TicketId
from escgraph.domain.ticket import Deadline, Pause
from escgraph.store.conditions import Conditions
from escgraph.store.database import fetch
from escgraph.store.deadlines import deadline_of
from escgraph.store.pauses import pause_of
from escgraph.store.values import uuid

T = TypeVar("T")


async def deadlines(ids: Sequence[TicketId]) -> dict[TicketId, tuple[Deadline, ...]]:
    """The deadlines of each ticket's current cycle, in the order of their kinds."""
    rows = await _rows(
        "SELECT d.* FROM deadline d JOIN ticket t ON t.id = d.ticket_id AND t.cycle = d.cycle",
        ids,
        by="d.ticket_id, d.rank",
    )
    return _grouped((row, deadline_of(row)) for row in rows)


async def pauses(ids: Sequence[TicketId]) -> dict[TicketId, tuple[Pause, ...]]:
    """All pauses of each ticket, in the order in which they began."""
    rows = await _rows("SELECT d.* FROM pause d", ids, by="d.ticket_id, d.ordinal")
    return _grouped((row, pause_of(row)) for row in rows)


async def _rows(select: str, ids: Sequence[TicketId], *, by: str) -> list[dict[str, Any]]:
    if not ids:
        return []
    conditions = Conditions()
    conditions.among("d.ticket_id", ids)
    return await fetch(f"{select} {conditions.where()} ORDER BY {by}", *conditions.values)


def _grouped(pairs: Iterable[tuple[dict[str, Any], T]]) -> dict[TicketId, tuple[T, ...]]:
    lists: dict[TicketId, list[T]] = {}
    for row, one in pairs:
        lists.setdefault(TicketId(uuid(row["ticket_id"])), []).append(one)
    return {ticket_id: tuple(ones) for ticket_id, ones in lists.items()}
