"""A delivery as a type: one notice by one channel, and every attempt at it."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from escgraph.api.context import Info
from escgraph.api.identifiers import id_text
from escgraph.api.nesting import refuse_within
from escgraph.api.typed import field
from escgraph.api.types_node import Node
from escgraph.domain.notice import ChannelKind, MessageState
from escgraph.queries import deliveries

if TYPE_CHECKING:
    from escgraph.api.types_notice import Notice


@strawberry.type(description="One try to send a delivery.")
class DeliveryAttempt:
    number: int = strawberry.field(description="The first is 1.")
    started_at: datetime = strawberry.field(description="When it began.")
    ended_at: datetime = strawberry.field(description="When its outcome was known.")
    outcome: str = strawberry.field(description="What came of it, in a word.")
    answer: str = strawberry.field(
        description="What was answered, or what went wrong; no address and no secret."
    )


@strawberry.type(
    description="One notice by one channel. Several deliveries may travel in one message, and fare "
    "together then."
)
class Delivery(Node):
    row: strawberry.Private[deliveries.Fared]
    kind: ChannelKind = strawberry.field(description="Which way it goes.")
    channel_id: strawberry.ID | None = strawberry.field(
        description="The channel's id; null where the way is none that somebody added."
    )
    channel_name: str = strawberry.field(
        description="What its person calls the channel; empty where it is none that somebody added."
    )
    place: str = strawberry.field(
        description="Where it goes, as far as it may be shown: scheme and host, or an e-mail "
        "address without most of its name; empty for the log."
    )
    message_id: strawberry.ID = strawberry.field(
        description="What receivers tell doubles by: the same for each attempt, and for all "
        "deliveries of one message. Signed webhooks carry it as `webhook-id`."
    )
    state: MessageState = strawberry.field(description="How it fares.")
    created_at: datetime = strawberry.field(description="When it was decided on.")
    next_attempt_at: datetime | None = strawberry.field(
        description="Its moment, or that of its next attempt; null unless it waits."
    )
    delivered_at: datetime | None = strawberry.field(
        description="When it was taken; null unless it was."
    )
    died_at: datetime | None = strawberry.field(
        description="When it was given up; null unless it was."
    )
    fault: str | None = strawberry.field(
        description="How the last attempt failed; null if none did."
    )

    @field(description="The notice.")
    async def notice(
        self, info: Info
    ) -> Annotated["Notice", strawberry.lazy("escgraph.api.types_notice")]:
        from escgraph.api.types_notice import notice_of  # noqa: PLC0415 - the types name each other

        refuse_within(info, "Delivery", times=2)
        row = await info.context.loaders.telling.notices.load(self.row.notice)
        assert row is not None, "who sees a delivery sees its notice"
        return notice_of(row)

    @field(description="Every attempt so far, the first one first.")
    async def attempts(self, info: Info) -> list[DeliveryAttempt]:
        return attempts_of(await info.context.loaders.telling.attempts.load(self.row.message))


def attempts_of(rows: Iterable[deliveries.Attempt]) -> list[DeliveryAttempt]:
    return [
        DeliveryAttempt(
            number=row.number,
            started_at=row.started_at,
            ended_at=row.ended_at,
            outcome=row.outcome,
            answer=row.answer,
        )
        for row in rows
    ]


def delivery_of(row: deliveries.Fared) -> Delivery:
    return Delivery(
        row=row,
        id=id_text(row.id),
        kind=row.kind,
        channel_id=None if row.channel is None else id_text(row.channel),
        channel_name=row.name,
        place=row.place,
        message_id=id_text(row.message),
        state=row.state,
        created_at=row.created_at,
        next_attempt_at=row.due_at if row.state is MessageState.WAITING else None,
        delivered_at=row.delivered_at,
        died_at=row.died_at,
        fault=row.fault,
    )
