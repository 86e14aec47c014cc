"""What can be asked about webhooks."""

from typing import Annotated

import strawberry

from escgraph.api.context import Info
from escgraph.api.identifiers import read_id
from escgraph.api.typed import field
from escgraph.api.types_webhook import Webhook, webhook_of
from escgraph.domain.terms import WebhookId
from escgraph.queries import webhooks


@strawberry.type
class WebhookQueries:
    @field(
        description="A webhook by its id: one's own, or anybody's for administrators and managers; "
        "null with NOT_FOUND in `errors` where there is none, FORBIDDEN for others."
    )
    async def webhook(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")],  # noqa: A002 - the word of the API
    ) -> Webhook | None:
        viewer = info.context.permitted()
        return webhook_of(await webhooks.by_id(WebhookId(read_id(id, field="id")), viewer=viewer))

    @field(
        description="One's own webhooks, or everybody's for administrators and managers, by name; "
        "for others null, with FORBIDDEN in `errors`."
    )
    async def webhooks(self, info: Info) -> list[Webhook] | None:
        viewer = info.context.permitted()
        return [webhook_of(view) for view in await webhooks.seen(viewer=viewer)]
