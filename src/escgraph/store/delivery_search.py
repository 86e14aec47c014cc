"""Deliveries with the message that each went in: the statements behind the lists of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from escgraph.domain.notice import ChannelKind, MessageState
from escgraph.domain.places import masked_email
from escgraph.domain.terms import ChannelId, DeliveryId, MessageId, NoticeId, PersonId, TicketId
from escgraph.store.conditions import Conditions
from escgraph.store.database import fetch
from escgraph.store.keyset import Order
from escgraph.store.values import moment, uuid


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFilter:
    """Which deliveries are wanted; None asks for nothing, an empty tuple for none at all."""

    ticket: TicketId | None = None
    person: PersonId | None = None
    states: tuple[MessageState, ...] | None = None
    channels: tuple[ChannelKind, ...] | None = None


ANY_DELIVERY = DeliveryFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fared:
    """One notice by one channel, and how its message fared.

    Attributes:
        channel: None where the way has no row.
        name: what its person calls the channel, empty where it has no row.
        place: what may be shown of where it goes.
        due_at: the moment of the next attempt while it waits.
        fault: how the last attempt failed, if it did.
    """

    id: DeliveryId
    notice: NoticeId
    person: PersonId
    message: MessageId
    kind: ChannelKind
    channel: ChannelId | None
    name: str
    place: str
    state: MessageState
    created_at: datetime
    due_at: datetime
    attempts: int
    delivered_at: datetime | None
    died_at: datetime | None
    fault: str | None


@dataclass(frozen=True, slots=True)
class FoundDelivery:
    """A delivery, and the cursor of a page that ends with it."""

    delivery: Fared
    cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try to send a message: what came of it, and what was answered."""

    message: MessageId
    number: int
    started_at: datetime
    ended_at: datetime
    outcome: str
    answer: str


_LATEST = Order("deliveries-", (("d.created_at", datetime), ("d.id", UUID)), descending=True)

_COLUMNS = (
    "d.id, d.notice_id, d.message_id, d.created_at, n.person_id, m.kind, m.state, m.due_at, "
    "m.attempts, m.delivered_at, m.died_at, m.fault, m.channel_id, c.name, c.place, p.email"
)
_FROM = (
    "delivery d JOIN message m ON m.id = d.message_id JOIN notice n ON n.id = d.notice_id "
    "JOIN person p ON p.id = n.person_id LEFT JOIN channel c ON c.id = m.channel_id"
)


async def found(
    wanted: DeliveryFilter, *, limit: int, after: str | None, told: PersonId | None
) -> list[FoundDelivery]:
    """The latest deliveries; `told` leaves those of notices to that person.

    Raises:
        InvalidInputError: `after` is no cursor of this list.
    """
    conditions = Conditions()
    conditions.compare("n.ticket_id", "=", wanted.ticket)
    conditions.compare("n.person_id", "=", wanted.person)
    conditions.compare("n.person_id", "=", told)
    conditions.among("m.state", wanted.states)
    conditions.among("m.kind", wanted.channels)
    _LATEST.go_on(conditions, after=after)
    rows = await fetch(
        f"SELECT {_COLUMNS}, {_LATEST.selected} FROM {_FROM} {conditions.where()} "  # noqa: S608 - our own names and placeholders
        f"ORDER BY {_LATEST.by} LIMIT {conditions.mark(limit)}",
        *conditions.values,
    )
    return [FoundDelivery(_fared(row), _LATEST.cursor(row)) for row in rows]


async def of_ids(ids: Collection[DeliveryId]) -> dict[DeliveryId, Fared]:
    """Those of them that exist."""
    return {one.id: one for one in await _among("d.id", ids)}


async def of_notices(ids: Collection[NoticeId]) -> dict[NoticeId, list[Fared]]:
    """The deliveries of each of those notices, in the order in which they were tried."""
    grouped: dict[NoticeId, list[Fared]] = {notice: [] for notice in ids}
    for one in await _among("d.notice_id", ids):
        grouped[one.notice].append(one)
    return grouped


async def of_message(message: MessageId) -> Sequence[Fared]:
    """The deliveries that the message carries, in the order in which they came."""
    return await _among("d.message_id", [message])


async def attempts_of(ids: Collection[MessageId]) -> dict[MessageId, list[Attempt]]:
    """Every try to send each of those messages, in their order."""
    grouped: dict[MessageId, list[Attempt]] = {message: [] for message in ids}
    if not grouped:
        return grouped
    conditions = Conditions()
    conditions.among("message_id", list(grouped))
    rows = await fetch(
        f"SELECT * FROM attempt {conditions.where()} ORDER BY message_id, number",  # noqa: S608 - the same
        *conditions.values,
    )
    for row in rows:
        attempt = _attempt(row)
        grouped[attempt.message].append(attempt)
    return grouped


async def _among(column: str, ids: Collection[UUID]) -> Sequence[Fared]:
    if not ids:
        return ()
    conditions = Conditions()
    conditions.among(column, list(dict.fromkeys(ids)))
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM {_FROM} {conditions.where()} ORDER BY d.created_at, d.id",  # noqa: S608 - the same
        *conditions.values,
    )
    return [_fared(row) for row in rows]


def _fared(row: dict[str, Any]) -> Fared:
    kind = ChannelKind(row["kind"])
    return Fared(
        id=DeliveryId(uuid(row["id"])),
        notice=NoticeId(uuid(row["notice_id"])),
        person=PersonId(uuid(row["person_id"])),
        message=MessageId(uuid(row["message_id"])),
        kind=kind,
        channel=ChannelId(uuid(row["channel_id"])) if row["channel_id"] else None,
        name=row["name"] or "",
        place=row["place"] or _place_without_row(kind, row["email"]),
        state=MessageState(row["state"]),
        created_at=cast("datetime", moment(row["created_at"])),
        due_at=cast("datetime", moment(row["due_at"])),
        attempts=row["attempts"],
        delivered_at=moment(row["delivered_at"]),
        died_at=moment(row["died_at"]),
        fault=row["fault"],
    )


def _place_without_row(kind: ChannelKind, email: str) -> str:
    return masked_email(email) if kind is ChannelKind.EMAIL else ""


def _attempt(row: dict[str, Any]) -> Attempt:
    return Attempt(
        message=MessageId(uuid(row["message_id"])),
        number=row["number"],
        started_at=cast("datetime", moment(row["started_at"])),
        ended_at=cast("datetime", moment(row["ended_at"])),
        outcome=row["outcome"],
        answer=row["answer"],
    )
