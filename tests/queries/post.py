"""Notices and messages as the notices job leaves them, written by hand for those who read them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7

from escgraph.domain.notice import ChannelKind, Hearer, MessageState, Notice, NoticeKind, Pace
from escgraph.domain.terms import MessageId, NoticeId, PersonId, Priority, ReviewId, TicketId
from escgraph.store import models_notice as models
from escgraph.store.database import execute, fetch
from escgraph.store.notice_rows import Message, message_of
from escgraph.store.stream import StoredEvent, stored_event
from escgraph.store.timeline_read import of_ticket


async def told_of(kind: str, ticket: TicketId | None = None) -> list[StoredEvent]:
    """The events of that kind, of that ticket, in their order."""
    rows = await fetch("SELECT * FROM event WHERE kind = $1 ORDER BY position", kind)
    events = [stored_event(row) for row in rows]
    return [event for event in events if ticket is None or event.ticket_id == ticket]


async def timeline(ticket: TicketId) -> list[StoredEvent]:
    """All events of the ticket, in their order."""
    return await of_ticket(ticket, after=0, limit=1000)


def notice(
    kind: NoticeKind,
    hearer: Hearer,
    person: PersonId,
    events: Sequence[StoredEvent],
    *,
    at: datetime,
    ticket: TicketId | None = None,
    review: ReviewId | None = None,
    priority: Priority | None = Priority.HIGH,
) -> Notice:
    return Notice(
        id=NoticeId(uuid7()),
        key=f"{uuid7()}",
        kind=kind,
        person=person,
        hearer=hearer,
        ticket=ticket or next((event.ticket_id for event in events if event.ticket_id), None),
        review=review,
        priority=priority,
        pressing=priority is Priority.HIGH,
        positions=tuple(event.position for event in events),
        created_at=at,
    )


async def posted(
    *notices: Notice,
    at: datetime,
    zone: str | None = "Europe/Berlin",
    kind: ChannelKind = ChannelKind.EMAIL,
    pace: Pace = Pace.AT_ONCE,
) -> Message:
    """A message to the person of the notices, which carries all of them."""
    message = MessageId(uuid7())
    await models.Message.create(
        id=message,
        person_id=notices[0].person,
        zone=zone,
        kind=kind,
        pace=pace,
        circuit=kind,
        state=MessageState.WAITING,
        created_at=at,
        due_at=at,
        attempts=0,
        fence=0,
    )
    for one in notices:
        await _keep(one)
        await _deliver(one.id, message, kind, at)
    (row,) = await fetch("SELECT * FROM message WHERE id = $1", message)
    return message_of(row)


async def _keep(one: Notice) -> None:
    await execute(
        "INSERT INTO notice (id, key, kind, person_id, hearer, ticket_id, review_id, priority, "
        "pressing, position, positions, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
        "$10, $11, $12)",
        one.id,
        one.key,
        one.kind,
        one.person,
        one.hearer,
        one.ticket,
        one.review,
        one.priority,
        one.pressing,
        one.positions[0] if one.positions else 0,
        list(one.positions),
        one.created_at,
    )


async def _deliver(notice_id: UUID, message: UUID, via: str, at: datetime) -> None:
    await execute(
        "INSERT INTO delivery (id, notice_id, message_id, via, created_at) "
        "VALUES ($1, $2, $3, $4, $5)",
        uuid7(),
        notice_id,
        message,
        via,
        at,
    )
