"""The kinds of event that tell of webhooks; they belong to no ticket, and show no address."""

from datetime import datetime

import strawberry

from escgraph.api.types_event import Event, id_of_event, person_of_event
from escgraph.api.types_people import Person

_ID = "The webhook's id."


@strawberry.type(description="A webhook was made.")
class WebhookCreated(Event):
    webhook_id: strawberry.ID = id_of_event("webhook", description=_ID)
    webhook_owner: Person = person_of_event("webhook_owner", description="By whose eyes it sees.")
    name: str = strawberry.field(description="What it is called.")


@strawberry.type(description="A webhook has another name, address or filter.")
class WebhookChanged(Event):
    webhook_id: strawberry.ID = id_of_event("webhook", description=_ID)
    name: str = strawberry.field(description="What it is called now.")


@strawberry.type(description="A new secret signs what a webhook sends.")
class WebhookSecretRotated(Event):
    webhook_id: strawberry.ID = id_of_event("webhook", description=_ID)
    old_until: datetime = strawberry.field(
        description="Until when those before it sign too, at the latest."
    )


@strawberry.type(description="A webhook sends nothing until somebody enables it.")
class WebhookDisabled(Event):
    webhook_id: strawberry.ID = id_of_event("webhook", description=_ID)
    reason: str = strawberry.field(description="Why.")


@strawberry.type(description="A webhook goes on where it was.")
class WebhookEnabled(Event):
    webhook_id: strawberry.ID = id_of_event("webhook", description=_ID)


@strawberry.type(description="A webhook sends again what it has sent before.")
class WebhookReplayed(Event):
    webhook_id: strawberry.ID = id_of_event("webhook", description=_ID)
    replayed_after: str = strawberry.field(description="From behind this cursor on.")


@strawberry.type(description="A webhook is there no more.")
class WebhookRemoved(Event):
    webhook_id: strawberry.ID = id_of_event("webhook", description=_ID)


@strawberry.type(description="Somebody tries whether a webhook arrives; that one alone hears it.")
class WebhookTested(Event):
    webhook_id: strawberry.ID = id_of_event("webhook", description=_ID)
