"""Notices by filter, and those of a ticket or an escalation: the statements that read them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from escgraph.domain.notice import Notice, NoticeKind
from escgraph.domain.terms import EscalationId, NoticeId, PersonId, TicketId
from escgraph.store.conditions import Conditions
from escgraph.store.database import dialect, fetch
from escgraph.store.event_tables import EVER
from escgraph.store.keyset import Order
from escgraph.store.notice_rows import notice_of
from escgraph.store.values import uuid


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFilter:
    """Which notices are wanted; None asks for nothing, an empty tuple for none at all.

    Attributes:
        undelivered: whether no way has carried it; the log is none.
    """

    ticket: TicketId | None = None
    person: PersonId | None = None
    kinds: tuple[NoticeKind, ...] | None = None
    undelivered: bool | None = None


ANY_NOTICE = NoticeFilter()

_LATEST = Order("notices-", (("n.created_at", datetime), ("n.id", UUID)), descending=True)

_UNDELIVERED = (
    "NOT EXISTS (SELECT 1 FROM delivery d JOIN message m ON m.id = d.message_id "
    "WHERE d.notice_id = n.id AND m.state = 'DELIVERED' AND m.kind <> 'LOG')"
)
"""What `notice_status.status_of` says; a test holds one to the other."""

_TELLS_OF = {
    "postgres": "n.positions @> to_jsonb(e.position)",
    "sqlite": "e.position IN (SELECT value FROM json_each(n.positions))",
}


@dataclass(frozen=True, slots=True)
class FoundNotice:
    """A notice, and the cursor of a page that ends with it."""

    notice: Notice
    cursor: str


async def found(
    wanted: NoticeFilter, *, limit: int, after: str | None, told: PersonId | None
) -> list[FoundNotice]:
    """The latest notices; `told` leaves those to that person.

    Raises:
        InvalidInputError: `after` is no cursor of this list.
    """
    conditions = Conditions()
    conditions.compare("n.ticket_id", "=", wanted.ticket)
    conditions.compare("n.person_id", "=", wanted.person)
    conditions.compare("n.person_id", "=", told)
    conditions.among("n.kind", wanted.kinds)
    if wanted.undelivered is not None:
        conditions.add(_UNDELIVERED if wanted.undelivered else f"NOT ({_UNDELIVERED})")
    _LATEST.go_on(conditions, after=after)
    rows = await fetch(
        f"SELECT n.*, {_LATEST.selected} FROM notice n {conditions.where()} "  # noqa: S608 - our own names and placeholders
        f"ORDER BY {_LATEST.by} LIMIT {conditions.mark(limit)}",
        *conditions.values,
    )
    return [FoundNotice(notice_of(row), _LATEST.cursor(row)) for row in rows]


async def of_ids(ids: Collection[NoticeId]) -> dict[NoticeId, Notice]:
    """Those of them that exist."""
    if not ids:
        return {}
    conditions = Conditions()
    conditions.among("n.id", list(dict.fromkeys(ids)))
    rows = await fetch(f"SELECT n.* FROM notice n {conditions.where()}", *conditions.values)  # noqa: S608 - the same
    return {notice.id: notice for notice in map(notice_of, rows)}


async def of_tickets(
    ids: Sequence[TicketId], *, limit: int, told: PersonId | None
) -> dict[TicketId, list[Notice]]:
    """The latest `limit` notices about each of those tickets, the latest first."""
    grouped: dict[TicketId, list[Notice]] = {ticket_id: [] for ticket_id in ids}
    if not grouped:
        return grouped
    conditions = Conditions()
    conditions.among("n.ticket_id", list(grouped))
    conditions.compare("n.person_id", "=", told)
    rows = await fetch(
        "SELECT * FROM (SELECT n.*, row_number() OVER "  # noqa: S608 - the same
        "(PARTITION BY n.ticket_id ORDER BY n.created_at DESC, n.id DESC) AS place "
        f"FROM notice n {conditions.where()}) AS told "
        f"WHERE place <= {conditions.mark(limit)} ORDER BY ticket_id, place",
        *conditions.values,
    )
    for row in rows:
        grouped[TicketId(uuid(row["ticket_id"]))].append(notice_of(row))
    return grouped


async def of_escalations(
    ids: Sequence[EscalationId], *, told: PersonId | None
) -> dict[EscalationId, list[Notice]]:
    """The notices that tell of each of those escalations, the first told first."""
    grouped: dict[EscalationId, list[Notice]] = {escalation: [] for escalation in ids}
    if not grouped:
        return grouped
    conditions = Conditions()
    conditions.among("x.id", list(grouped))
    conditions.compare("n.person_id", "=", told)
    rows = await fetch(
        "SELECT x.id AS escalation_id, n.* FROM escalation x "  # noqa: S608 - the same
        f"JOIN {EVER} AS e ON e.ticket_id = x.ticket_id AND e.ticket_version = x.ticket_version "
        f"JOIN notice n ON n.ticket_id = x.ticket_id AND {_TELLS_OF[dialect()]} "
        f"{conditions.where()} ORDER BY n.created_at, n.id",
        *conditions.values,
    )
    for row in rows:
        grouped[EscalationId(uuid(row["escalation_id"]))].append(notice_of(row))
    return grouped
