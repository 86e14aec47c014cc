"""Sending once more what did not arrive."""

import strawberry

from escgraph.api.acting import Given, KeyedInput, Outcome, Payload, attempt, may_read
from escgraph.api.context import Info
from escgraph.api.identifiers import id_text, read_id
from escgraph.api.typed import mutation
from escgraph.api.types_delivery import Delivery, delivery_of
from escgraph.commands import redelivering as commands
from escgraph.commands.acting import Call, Written
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.permissions import Act
from escgraph.domain.terms import DeliveryId, MessageId
from escgraph.queries import deliveries


@strawberry.input(description="What is to be sent once more: one of the two.")
class RedeliverInput(KeyedInput):
    delivery_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The id of a delivery; all that travel in the same message go again.",
    )
    message_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The id of the message, which also those to the webhooks of scripts have.",
    )


@strawberry.type(description="What came of it.")
class RedeliverPayload(Payload):
    message_id: strawberry.ID | None = strawberry.field(
        description="The message that waits anew, with the id that it had; null where nothing was "
        "written."
    )
    deliveries: list[Delivery] | None = strawberry.field(
        description="What it carries, empty for a webhook of a script; null where nothing was "
        "written, or the token lacks the scope READ."
    )


@strawberry.type
class DeliveryMutations:
    @mutation(
        description="Let a message that was given up be sent once more, with all its attempts "
        "before it; for managers and administrators. It keeps its id, so that a receiver that had "
        "it all the same can tell."
    )
    async def redeliver(self, info: Info, given: Given[RedeliverInput]) -> RedeliverPayload:
        async def act(call: Call) -> Written:
            message_id, delivery_id = _asked(given)
            return await commands.redeliver(
                call=call, message_id=message_id, delivery_id=delivery_id
            )

        outcome = await attempt(info, Act.REDELIVER, given, act)
        return RedeliverPayload(
            message_id=None if outcome.written is None else id_text(outcome.written.id),
            deliveries=await _carried(info, outcome),
            errors=outcome.errors,
            cursor=outcome.cursor,
        )


def _asked(given: RedeliverInput) -> tuple[MessageId | None, DeliveryId | None]:
    """Which of the two was given."""
    if (given.message_id is None) == (given.delivery_id is None):
        raise InvalidInputError(
            "name either the delivery or the message, and not both", field=("deliveryId",)
        )
    if given.message_id is not None:
        return MessageId(read_id(given.message_id, field="messageId")), None
    assert given.delivery_id is not None
    return None, DeliveryId(read_id(given.delivery_id, field="deliveryId"))


async def _carried(info: Info, outcome: Outcome) -> list[Delivery] | None:
    if outcome.written is None or not may_read(info):
        return None
    viewer = info.context.session.actor
    rows = await deliveries.of_message(MessageId(outcome.written.id), viewer=viewer)
    return [delivery_of(row) for row in rows]
