"""Notices, messages and the ways to people as they lie in the database, as facts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from escgraph.domain.notice import ChannelKind, Hearer, MessageState, Notice, NoticeKind, Pace
from escgraph.domain.terms import (
    ChannelId,
    DeliveryId,
    MessageId,
    NoticeId,
    PersonId,
    Priority,
    ReviewId,
    TicketId,
    WebhookId,
)
from escgraph.store.values import boolean, moment, parsed, uuid


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A way to a person; `target` and `secrets` are sealed, `place` may be shown.

    `target` is None for the e-mail address that the person has anyway. A disabled channel is
    passed over until somebody enables it; a removed one is kept for what was sent by it.
    """

    id: ChannelId
    person: PersonId
    kind: ChannelKind
    name: str
    ordinal: int
    target: str | None
    secrets: str | None
    place: str
    created_at: datetime
    disabled_at: datetime | None
    disabled_reason: str | None
    removed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is sent.

    For a person, `person` is set, and `channel` where the way has a row; for a script's webhook,
    `webhook` and `event_position`. `zone` is the person's when it was made, which later wishes do
    not change: each attempt sends the same text. None: UTC.

    `due_at` is the moment of its next attempt, `attempts` how many were begun, `fence` the number
    of its latest lease, `fault` how the last attempt failed.
    """

    id: MessageId
    person: PersonId | None
    channel: ChannelId | None
    webhook: WebhookId | None
    event_position: int | None
    zone: str | None = None
    kind: ChannelKind
    pace: Pace
    circuit: str
    state: MessageState
    created_at: datetime
    due_at: datetime
    attempts: int
    fence: int
    leased_until: datetime | None
    first_attempt_at: datetime | None
    delivered_at: datetime | None
    died_at: datetime | None
    fault: str | None

    @property
    def told_at(self) -> datetime:
        """The moment from which its words count, the same for each attempt: that of the first."""
        return self.first_attempt_at or self.created_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One notice by one channel; how it fared says its message."""

    id: DeliveryId
    notice: NoticeId
    message: MessageId
    via: str
    created_at: datetime


def circuit_of(kind: ChannelKind, *, own: UUID | None) -> str:
    """What fails together: all e-mail goes by one server, everything else has a place of its own.

    `own` is the id of the channel or webhook.
    """
    if kind is ChannelKind.EMAIL or own is None:
        return kind.value
    return f"{kind.value}:{own}"


def channel_of(row: dict[str, Any]) -> Channel:
    return Channel(
        id=ChannelId(uuid(row["id"])),
        person=PersonId(uuid(row["person_id"])),
        kind=ChannelKind(row["kind"]),
        name=row["name"],
        ordinal=row["ordinal"],
        target=row["target"],
        secrets=row["secrets"],
        place=row["place"],
        created_at=cast("datetime", moment(row["created_at"])),
        disabled_at=moment(row["disabled_at"]),
        disabled_reason=row["disabled_reason"],
        removed_at=moment(row["removed_at"]),
    )


def notice_of(row: dict[str, Any]) -> Notice:
    return Notice(
        id=NoticeId(uuid(row["id"])),
        key=row["key"],
        kind=NoticeKind(row["kind"]),
        person=PersonId(uuid(row["person_id"])),
        hearer=Hearer(row["hearer"]),
        ticket=TicketId(uuid(row["ticket_id"])) if row["ticket_id"] else None,
        review=ReviewId(uuid(row["review_id"])) if row["review_id"] else None,
        priority=Priority(row["priority"]) if row["priority"] else None,
        pressing=boolean(row["pressing"]),
        positions=tuple(parsed(row["positions"])),
        created_at=cast("datetime", moment(row["created_at"])),
        more_until=moment(row["more_until"]),
    )


def message_of(row: dict[str, Any]) -> Message:
    return Message(
        id=MessageId(uuid(row["id"])),
        person=PersonId(uuid(row["person_id"])) if row["person_id"] else None,
        channel=ChannelId(uuid(row["channel_id"])) if row["channel_id"] else None,
        webhook=WebhookId(uuid(row["webhook_id"])) if row["webhook_id"] else None,
        event_position=row["event_position"],
        zone=row["zone"],
        kind=ChannelKind(row["kind"]),
        pace=Pace(row["pace"]),
        circuit=row["circuit"],
        state=MessageState(row["state"]),
        created_at=cast("datetime", moment(row["created_at"])),
        due_at=cast("datetime", moment(row["due_at"])),
        attempts=row["attempts"],
        fence=row["fence"],
        leased_until=moment(row["leased_until"]),
        first_attempt_at=moment(row["first_attempt_at"]),
        delivered_at=moment(row["delivered_at"]),
        died_at=moment(row["died_at"]),
        fault=row["fault"],
    )


def delivery_of(row: dict[str, Any]) -> Delivery:
    return Delivery(
        id=DeliveryId(uuid(row["id"])),
        notice=NoticeId(uuid(row["notice_id"])),
        message=MessageId(uuid(row["message_id"])),
        via=row["via"],
        created_at=cast("datetime", moment(row["created_at"])),
    )
