"""The kinds of event that tell how notices and their ways fare; they belong to no ticket."""

import strawberry

from escgraph.api import enums_notices  # noqa: F401 - its enums are described there
from escgraph.api.types_event import Event, id_of_event, ids_of_event, person_of_event
from escgraph.api.types_people import Person
from escgraph.domain.notice import ChannelKind

_MESSAGE = "The message's id: what receivers tell doubles by, and what `redeliver` asks for."
_NOTICES = "The ids of the notices that it carries, in their order; none to a webhook of a script."
_TICKET = "The id of the ticket that it is about; null where it is about none, or about several."
_PERSON = "For whom it is; null for a webhook of a script."
_WEBHOOK = "The id of the script's webhook; null for a person."
_CHANNEL = "Which way it goes."


@strawberry.type(
    description="A message did not arrive and is not tried again. Whoever should hear of it was "
    "not told that way; `redeliver` lets it wait anew."
)
class DeliveryDied(Event):
    message_id: strawberry.ID = id_of_event("message", description=_MESSAGE)
    notice_ids: list[strawberry.ID] = ids_of_event("notices", description=_NOTICES)
    ticket_id: strawberry.ID | None = id_of_event("ticket", description=_TICKET)
    recipient: Person | None = person_of_event("person", description=_PERSON)
    to_webhook_id: strawberry.ID | None = id_of_event("webhook", description=_WEBHOOK)
    channel: ChannelKind = strawberry.field(description=_CHANNEL)
    reason: str = strawberry.field(
        description="How the last attempt failed; no address and no secret."
    )
    disabled: bool = strawberry.field(
        description="Whether the receiver wants nothing any more, and its way was disabled."
    )


@strawberry.type(description="A message that was dead waits again, with the id that it had.")
class DeliveryRequeued(Event):
    message_id: strawberry.ID = id_of_event("message", description=_MESSAGE)
    notice_ids: list[strawberry.ID] = ids_of_event("notices", description=_NOTICES)
    ticket_id: strawberry.ID | None = id_of_event("ticket", description=_TICKET)
    recipient: Person | None = person_of_event("person", description=_PERSON)
    to_webhook_id: strawberry.ID | None = id_of_event("webhook", description=_WEBHOOK)
    channel: ChannelKind = strawberry.field(description=_CHANNEL)
