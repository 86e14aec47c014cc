"""Notices, and how they fared, written as the jobs leave them: for those who only read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from uuid_utils.compat import uuid7

from escgraph.domain.notice import ChannelKind, Hearer, MessageState, NoticeKind, Pace
from escgraph.domain.terms import ChannelId, DeliveryId, MessageId, NoticeId, PersonId, TicketId
from escgraph.store.database import execute
from tests.queries.house import NINE


@dataclass(frozen=True, slots=True)
class Sent:
    """The ids of one delivery and its message."""

    delivery: DeliveryId
    message: MessageId


async def notice(
    person: PersonId,
    ticket: TicketId | None,
    *,
    kind: NoticeKind = NoticeKind.ESCALATED,
    hearer: Hearer = Hearer.OWNER,
    positions: Sequence[int] = (1,),
    at: datetime = NINE,
    pressing: bool = False,
) -> NoticeId:
    notice_id = NoticeId(uuid7())
    await execute(
        "INSERT INTO notice (id, key, kind, person_id, hearer, ticket_id, priority, pressing, "
        "position, positions, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        notice_id,
        str(notice_id),
        kind,
        person,
        hearer,
        ticket,
        None if ticket is None else "HIGH",
        pressing,
        min(positions, default=0),
        list(positions),
        at,
    )
    return notice_id


async def channel(person: PersonId, *, name: str = "chat", at: datetime = NINE) -> ChannelId:
    """A way of theirs to Slack, whose address nobody opens."""
    channel_id = ChannelId(uuid7())
    await execute(
        "INSERT INTO channel (id, person_id, kind, name, ordinal, target, place, created_at) "
        "VALUES ($1, $2, 'SLACK', $3, 1, 'sealed', 'https://hooks.slack.com', $4)",
        channel_id,
        person,
        name,
        at,
    )
    return channel_id


async def delivery(
    notice_id: NoticeId,
    person: PersonId,
    *,
    kind: ChannelKind = ChannelKind.EMAIL,
    channel: ChannelId | None = None,
    state: MessageState = MessageState.DELIVERED,
    at: datetime = NINE,
    answers: Sequence[tuple[str, str]] = (),
) -> Sent:
    """One that fared so; `answers` are outcome and answer of each attempt."""
    message_id, delivery_id = MessageId(uuid7()), DeliveryId(uuid7())
    done = {state: at}
    await execute(
        "INSERT INTO message (id, person_id, channel_id, kind, pace, circuit, state, created_at, "
        "due_at, attempts, fence, leased_until, delivered_at, died_at, fault) "
        "VALUES ($1, $2, $3, $4, $5, $4, $6, $7, $7, $8, $8, $9, $10, $11, $12)",
        message_id,
        person,
        channel,
        kind,
        Pace.AT_ONCE,
        state,
        at,
        len(answers),
        done.get(MessageState.SENDING),
        done.get(MessageState.DELIVERED),
        done.get(MessageState.DEAD),
        answers[-1][1] if answers and state is not MessageState.DELIVERED else None,
    )
    await execute(
        "INSERT INTO delivery (id, notice_id, message_id, via, created_at) "
        "VALUES ($1, $2, $3, $4, $5)",
        delivery_id,
        notice_id,
        message_id,
        str(channel or kind),
        at,
    )
    for number, (outcome, answer) in enumerate(answers, 1):
        await execute(
            "INSERT INTO attempt (id, message_id, number, started_at, ended_at, outcome, answer) "
            "VALUES ($1, $2, $3, $4, $4, $5, $6)",
            uuid7(),
            message_id,
            number,
            at,
            outcome,
            answer,
        )
    return Sent(delivery_id, message_id)
