"""Tickets by filter, in an order: the statements behind every list and count of tickets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from escgraph.domain import terms
from escgraph.domain.terms import PersonId, Priority, Status, TicketId, Tier
from escgraph.domain.ticket import Ticket
from escgraph.store.conditions import Conditions
from escgraph.store.database import dialect, fetch
from escgraph.store.keyset import NEVER, Order
from escgraph.store.ticket_rows import ticket_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFilter:
    """Which tickets are wanted; None asks for nothing, an empty tuple for no ticket at all.

    Attributes:
        policy_version: the policy that it goes by; `other_than_version`: one that it does not.
        team: which one it was routed to; empty for those that no route fits.
        due_before: its next response or rung is due earlier than this.
        breached: whether it ever missed a response or a rung.
        text: stands in its title, its description or its number as in ESC-000123, in any case.
        update_due: whether its stakeholders wait for word of an escalation or a resolution (R4).
    """

    tiers: tuple[Tier, ...] | None = None
    statuses: tuple[Status, ...] | None = None
    priorities: tuple[Priority, ...] | None = None
    urgent: bool | None = None
    critical: bool | None = None
    owner: PersonId | None = None
    assignee: PersonId | None = None
    category: str | None = None
    component: str | None = None
    team: str | None = None
    policy_version: int | None = None
    other_than_version: int | None = None
    due_before: datetime | None = None
    breached: bool | None = None
    text: str | None = None
    update_due: bool | None = None


ANY_TICKET = TicketFilter()
LIVE = tuple(status for status in Status if status in terms.LIVE)
_ONLY_LIVE = "t.status IN ('OPEN', 'IN_PROGRESS', 'ON_HOLD')"


class TicketSort(StrEnum):
    """DUE_ASC puts tickets without a deadline last; PRIORITY is HIGH first, then as DUE_ASC."""

    OPENED_DESC = "OPENED_DESC"
    OPENED_ASC = "OPENED_ASC"
    DUE_ASC = "DUE_ASC"
    UPDATED_DESC = "UPDATED_DESC"
    PRIORITY = "PRIORITY"


_HURRY = "CASE t.priority WHEN 'HIGH' THEN 0 WHEN 'MEDIUM' THEN 1 ELSE 2 END"
_DUE = f"coalesce(t.next_due_at, '{NEVER}')"

_ID = ("t.id", UUID)
_ORDERS = {
    TicketSort.OPENED_DESC: Order("opened-", (("t.opened_at", datetime), _ID), descending=True),
    TicketSort.OPENED_ASC: Order("opened+", (("t.opened_at", datetime), _ID), descending=False),
    TicketSort.DUE_ASC: Order("due+", ((_DUE, datetime), _ID), descending=False),
    TicketSort.UPDATED_DESC: Order("updated-", (("t.updated_at", datetime), _ID), descending=True),
    TicketSort.PRIORITY: Order(
        "priority+", ((_HURRY, int), (_DUE, datetime), _ID), descending=False
    ),
}

UPDATE_DUE = (
    "((t.escalated_at IS NOT NULL AND "
    "(t.updated_stakeholders_at IS NULL OR t.updated_stakeholders_at <= t.escalated_at)) OR "
    "(t.resolved_at IS NOT NULL AND "
    "(t.updated_stakeholders_at IS NULL OR t.updated_stakeholders_at <= t.resolved_at)))"
)
"""What `Ticket.stakeholder_update_due` says; a test holds one to the other."""

_NUMBER = {
    "sqlite": "'ESC-' || printf('%06d', t.number)",
    "postgres": "'ESC-' || lpad(t.number::text, greatest(6, length(t.number::text)), '0')",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A ticket without its children, and the cursor of a page that ends with it."""

    ticket: Ticket
    cursor: str


async def found(
    wanted: TicketFilter,
    sort: TicketSort,
    *,
    limit: int,
    after: str | None = None,
    named: PersonId | None = None,
) -> list[Found]:
    """The first tickets in that order; `named` leaves those that name this stakeholder.

    Raises:
        InvalidInputError: `after` is no cursor of this sort.
    """
    order = _ORDERS[sort]
    conditions = _conditions(wanted, named)
    order.go_on(conditions, after=after)
    rows = await fetch(
        f"SELECT t.*, {order.selected} FROM ticket t {conditions.where()} "  # noqa: S608 - our own expressions and placeholders
        f"ORDER BY {order.by} LIMIT {conditions.mark(limit)}",
        *conditions.values,
    )
    return [Found(ticket_of(row), order.cursor(row)) for row in rows]


async def count(wanted: TicketFilter, *, named: PersonId | None = None) -> int:
    """How many there are."""
    conditions = _conditions(wanted, named)
    (row,) = await fetch(
        f"SELECT count(*) AS tickets FROM ticket t {conditions.where()}",  # noqa: S608 - the same
        *conditions.values,
    )
    return int(row["tickets"])


async def of_ids(ids: Sequence[TicketId]) -> list[Ticket]:
    """Those that exist, without their children, in no order."""
    return await _where_among("t.id", ids)


async def of_number(number: int) -> list[Ticket]:
    """The one that has that number, without its children, or none."""
    return await _where_among("t.number", [number])


async def merged_into(
    ids: Sequence[TicketId], *, limit: int, named: PersonId | None
) -> list[Ticket]:
    """Those merged into each of these, the latest `limit` of each, without their children."""
    if not ids:
        return []
    conditions = Conditions()
    conditions.among("t.merged_into", list(dict.fromkeys(ids)))
    conditions.names("t.stakeholders", named)
    rows = await fetch(
        "SELECT * FROM (SELECT t.*, row_number() OVER "  # noqa: S608 - the same
        "(PARTITION BY t.merged_into ORDER BY t.cancelled_at DESC, t.id DESC) AS place "
        f"FROM ticket t {conditions.where()}) AS merged "
        f"WHERE place <= {conditions.mark(limit)} ORDER BY merged_into, place",
        *conditions.values,
    )
    return [ticket_of(row) for row in rows]


async def _where_among(column: str, values: Sequence[object]) -> list[Ticket]:
    if not values:
        return []
    conditions = Conditions()
    conditions.among(column, list(dict.fromkeys(values)))
    rows = await fetch(
        f"SELECT t.* FROM ticket t {conditions.where()}",  # noqa: S608 - the same
        *conditions.values,
    )
    return [ticket_of(row) for row in rows]


def _conditions(wanted: TicketFilter, named: PersonId | None) -> Conditions:
    conditions = Conditions()
    conditions.among("t.tier", wanted.tiers)
    conditions.among("t.status", wanted.statuses)
    if wanted.statuses and terms.LIVE.issuperset(wanted.statuses):
        conditions.add(_ONLY_LIVE)  # as text, without which no partial index is used
    conditions.among("t.priority", wanted.priorities)
    conditions.compare("t.urgent", "=", wanted.urgent)
    conditions.compare("t.critical", "=", wanted.critical)
    conditions.compare("t.owner_id", "=", wanted.owner)
    conditions.names("t.assignees", wanted.assignee)
    conditions.names("t.stakeholders", named)
    conditions.compare("t.category", "=", wanted.category)
    conditions.compare("t.component", "=", wanted.component)
    conditions.compare("coalesce(t.team, '')", "=", wanted.team)
    conditions.compare("t.policy_version", "=", wanted.policy_version)
    conditions.compare("t.policy_version", "<>", wanted.other_than_version)
    conditions.compare("t.next_due_at", "<", wanted.due_before)
    conditions.compare("t.breached", "=", wanted.breached)
    conditions.compare(UPDATE_DUE, "=", wanted.update_due)
    _mention(conditions, wanted.text)
    return conditions


def _mention(conditions: Conditions, text: str | None) -> None:
    if not text:
        return
    escaped = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    mark = conditions.mark(f"%{escaped}%")
    places = ("t.title", "t.description", _NUMBER[dialect()])
    like = (f"lower({place}) LIKE lower({mark}) ESCAPE '!'" for place in places)
    conditions.add(f"({' OR '.join(like)})")
