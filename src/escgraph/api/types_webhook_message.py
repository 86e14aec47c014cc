"""What a webhook was sent, as types: one message for each event, and every attempt at it."""

from datetime import datetime

import strawberry

from escgraph.api.context import Info
from escgraph.api.events import event_of
from escgraph.api.identifiers import id_text
from escgraph.api.typed import field
from escgraph.api.types_delivery import DeliveryAttempt, attempts_of
from escgraph.api.types_event import Event
from escgraph.api.types_node import PageInfo, page_info
from escgraph.queries.webhooks import Message, MessagePage, MessageState


@strawberry.type(description="One event on its way to a webhook.")
class WebhookDelivery:
    message: strawberry.Private[Message]
    message_id: strawberry.ID = strawberry.field(
        description="What the receiver knows it by: its header `webhook-id`, the same for each "
        "attempt and each replay."
    )
    state: MessageState = strawberry.field(description="How it fares.")
    created_at: datetime = strawberry.field(description="When the event was passed on.")
    next_attempt_at: datetime | None = strawberry.field(
        description="The moment of its next attempt; null unless it waits for one."
    )
    delivered_at: datetime | None = strawberry.field(
        description="When it was taken; null unless it was."
    )
    died_at: datetime | None = strawberry.field(
        description="When it was given up; null unless it was. See `redeliver`."
    )
    fault: str | None = strawberry.field(
        description="How the last attempt failed; null if none did."
    )

    @field(description="The event; null where you may not see it.")
    async def event(self, info: Info) -> Event | None:
        assert self.message.event_position is not None, "it is a webhook's"
        stored = await info.context.loaders.telling.events.load(self.message.event_position)
        return None if stored is None else event_of(stored)

    @field(description="Every attempt so far, the first one first.")
    async def attempts(self, info: Info) -> list[DeliveryAttempt]:
        return attempts_of(await info.context.loaders.telling.attempts.load(self.message.id))


@strawberry.type(description="A message in a list and where it stands there.")
class WebhookDeliveryEdge:
    cursor: str = strawberry.field(description="Pass it as `after` to go on behind this message.")
    node: WebhookDelivery = strawberry.field(description="The message.")


@strawberry.type(description="A page of messages, that of the latest event first.")
class WebhookDeliveryConnection:
    edges: list[WebhookDeliveryEdge] = strawberry.field(
        description="The messages with their cursors."
    )
    nodes: list[WebhookDelivery] = strawberry.field(description="The messages alone.")
    page_info: PageInfo = strawberry.field(description="Where the page ends.")


def webhook_deliveries(page: MessagePage, *, disabled: bool) -> WebhookDeliveryConnection:
    """`disabled`: what waits then waits for no moment."""
    nodes = [_delivery_of(one.message, disabled=disabled) for one in page.found]
    cursors = tuple(one.cursor for one in page.found)
    return WebhookDeliveryConnection(
        edges=[
            WebhookDeliveryEdge(cursor=at, node=node)
            for at, node in zip(cursors, nodes, strict=True)
        ],
        nodes=nodes,
        page_info=page_info(cursors, has_next=page.has_next),
    )


def _delivery_of(message: Message, *, disabled: bool) -> WebhookDelivery:
    waits = message.state is MessageState.WAITING and not disabled
    return WebhookDelivery(
        message=message,
        message_id=id_text(message.id),
        state=message.state,
        created_at=message.created_at,
        next_attempt_at=message.due_at if waits else None,
        delivered_at=message.delivered_at,
        died_at=message.died_at,
        fault=message.fault,
    )
