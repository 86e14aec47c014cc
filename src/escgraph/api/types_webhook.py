"""Webhooks as types. Where one leads is shown as far as its host, and its secret nowhere."""

from datetime import datetime
from typing import Annotated

import strawberry

from escgraph.api.context import Info
from escgraph.api.enums import EventKind, described
from escgraph.api.identifiers import id_text
from escgraph.api.typed import field
from escgraph.api.types_node import Node
from escgraph.api.types_people import Person, person
from escgraph.api.types_webhook_message import WebhookDeliveryConnection, webhook_deliveries
from escgraph.domain.terms import Priority, Tier
from escgraph.domain.webhook import WebhookState
from escgraph.queries import webhooks
from escgraph.queries.events import EventFilter
from escgraph.queries.webhooks import MessageState, WebhookView
from escgraph.stream.cursor import Cursor

described(
    WebhookState,
    "Whether a webhook sends.",
    {
        "ENABLED": "It sends what happens.",
        "DISABLED": "It sends nothing until somebody enables it; `disabledReason` says why. What "
        "happens meanwhile waits in the stream.",
        "OWNER_LEFT": "It sees by the eyes of somebody who left, or whose role has no webhooks any "
        "more: it sends nothing.",
    },
)


@strawberry.type(
    description="Which events a webhook is for: all conditions hold; null asks for nothing."
)
class WebhookFilter:
    kinds: list[EventKind] | None = strawberry.field(description="Any of these kinds.")
    ticket: strawberry.ID | None = strawberry.field(description="The id of the ticket.")
    tiers: list[Tier] | None = strawberry.field(description="The ticket stands at any of these.")
    priorities: list[Priority] | None = strawberry.field(
        description="The ticket has any of these priorities."
    )
    urgent_only: bool = strawberry.field(description="Only events of urgent tickets.")
    critical: bool | None = strawberry.field(
        description="Whether the ticket is marked as critical."
    )


@strawberry.type(
    description="An endpoint of a script's that is sent events as they happen, signed as in "
    "Standard Webhooks. Each event comes at least once, always with the same `webhook-id`, and not "
    "always in order: `ticketVersion` and `cursor` say which is the later."
)
class Webhook(Node):
    view: strawberry.Private[WebhookView]
    name: str = strawberry.field(description="What it is for.")
    place: str = strawberry.field(description="Where it leads, as far as its host.")
    filter: WebhookFilter = strawberry.field(description="Which events it is for.")
    state: WebhookState = strawberry.field(description="Whether it sends.")
    disabled_reason: str | None = strawberry.field(
        description="Why it is disabled; null if it is not."
    )
    disabled_at: datetime | None = strawberry.field(
        description="When it was disabled; null if it is not."
    )
    cursor: Cursor = strawberry.field(
        description="Up to where the stream was made into messages for it."
    )
    lag: int = strawberry.field(description="How many events the stream goes on behind `cursor`.")
    waiting: int = strawberry.field(description="How many messages are on their way.")
    dead: int = strawberry.field(description="How many messages were given up; see `redeliver`.")
    last_delivered_at: datetime | None = strawberry.field(
        description="When a message last arrived; null if none did."
    )
    last_fault: str | None = strawberry.field(
        description="How the latest failed of those that have not arrived; null if none failed."
    )
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When somebody last changed it.")

    @field(description="By whose eyes it sees.")
    async def owner(self, info: Info) -> Person:
        return await person(info, self.view.webhook.owner)

    @field(description="What it was sent or is to be sent, the latest event first.")
    async def deliveries(
        self,
        state: Annotated[
            MessageState | None, strawberry.argument(description="Those that fare so; null: all.")
        ] = None,
        first: Annotated[int, strawberry.argument(description="How many at most, up to 200.")] = 20,
        after: Annotated[
            str | None, strawberry.argument(description="Go on behind this cursor.")
        ] = None,
    ) -> WebhookDeliveryConnection:
        row = self.view.webhook
        page = await webhooks.sent(row, state=state, first=first, after=after)
        return webhook_deliveries(page, disabled=row.disabled_at is not None)


def webhook_of(view: WebhookView) -> Webhook:
    row, standing = view.webhook, view.standing
    return Webhook(
        view=view,
        id=id_text(row.id),
        name=row.name,
        place=row.place,
        filter=_filter_of(row.wanted),
        state=view.state,
        disabled_reason=row.disabled_reason,
        disabled_at=row.disabled_at,
        cursor=view.cursor,
        lag=view.lag,
        waiting=standing.waiting,
        dead=standing.dead,
        last_delivered_at=standing.delivered_at,
        last_fault=standing.fault,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _filter_of(wanted: EventFilter) -> WebhookFilter:
    return WebhookFilter(
        kinds=None if wanted.kinds is None else [EventKind(kind) for kind in sorted(wanted.kinds)],
        ticket=None if wanted.ticket is None else id_text(wanted.ticket),
        tiers=None if wanted.tiers is None else sorted(wanted.tiers),
        priorities=None if wanted.priorities is None else sorted(wanted.priorities),
        urgent_only=wanted.urgent_only,
        critical=wanted.critical,
    )
