"""Letting a message that is dead be sent once more (C2)."""

from escgraph.commands.acting import Call, Written, once
from escgraph.domain.errors import ConflictError, NotFoundError
from escgraph.domain.events_notices import DeliveryRequeued
from escgraph.domain.permissions import Act, permit
from escgraph.domain.retrying import must_be_dead
from escgraph.domain.terms import DeliveryId, MessageId
from escgraph.store import outcomes, requeueing, timeline
from escgraph.store.notice_rows import Message
from escgraph.store.ways import ClosedWayError, must_be_open


async def redeliver(
    *, call: Call, message_id: MessageId | None = None, delivery_id: DeliveryId | None = None
) -> Written:
    """Let the message wait anew, or the one that carries that delivery, due at once.

    Raises:
        ForbiddenError: the actor oversees nobody.
        NotFoundError: there is no such message or delivery.
        WrongStatusError: the message is not dead.
        ConflictError: its way is closed, so that it would die again.
    """

    async def work() -> Written:
        permit(call.by, Act.REDELIVER)
        message = await _locked(message_id, delivery_id)
        must_be_dead(message.state)
        await _must_be_open(message)
        await requeueing.wait_anew(message.id, at=call.at)
        notices, ticket = await outcomes.carried_by(message)
        event = DeliveryRequeued(
            at=call.at,
            by=call.by.person,
            message=message.id,
            notices=notices,
            ticket=ticket,
            person=message.person,
            webhook=message.webhook,
            channel=message.kind,
        )
        return Written(message.id, await timeline.append_alone(event))

    return await once(work, call=call)


async def _locked(message_id: MessageId | None, delivery_id: DeliveryId | None) -> Message:
    if delivery_id is not None:
        message_id = await requeueing.carrying(delivery_id)
        if message_id is None:
            raise NotFoundError(
                f"there is no delivery with the id {delivery_id}; see deliveries",
                field=("deliveryId",),
            )
    message = None if message_id is None else await requeueing.locked(message_id)
    if message is None:
        raise NotFoundError(
            f"there is no message with the id {message_id}; see messageId in deliveries",
            field=("messageId",),
        )
    return message


async def _must_be_open(message: Message) -> None:
    try:
        await must_be_open(message)
    except ClosedWayError as closed:
        raise ConflictError(
            f"cannot redeliver: {closed}; enable it or choose another way first"
        ) from None
