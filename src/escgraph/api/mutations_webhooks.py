"""Webhooks: making, changing, rotating, disabling, enabling, replaying, testing, removing."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import strawberry

from escgraph.api.acting import Given, KeyedInput, Payload, attempt, may_read
from escgraph.api.context import Info
from escgraph.api.filters import EventFilter, event_filter, person_id
from escgraph.api.identifiers import read_id
from escgraph.api.typed import mutation
from escgraph.api.types_webhook import Webhook, webhook_of
from escgraph.commands import webhooks as commands
from escgraph.commands.acting import Call, Written
from escgraph.domain.permissions import Act
from escgraph.domain.terms import WebhookId
from escgraph.domain.webhook import GRACE
from escgraph.queries import webhooks
from escgraph.stream.cursor import Cursor

_OWN = "For scripts, who do it to their own, and administrators."
_SIGNS = (
    "What its messages are signed with (whsec_…, as in Standard Webhooks). It stands here once and "
    "is kept sealed: null where nothing was written, and for a repeated idempotency key."
)


@strawberry.input(description="A webhook.")
class CreateWebhookInput(KeyedInput):
    name: str = strawberry.field(description="What it is for.")
    url: str = strawberry.field(
        description="Where its messages go: https, to a public address or a network that the "
        "operator allows."
    )
    filter: EventFilter | None = strawberry.field(
        default=None, description="Which events it is for; null: all that its owner may see."
    )
    after: Cursor | None = strawberry.field(
        default=None, description="Behind which place in the stream it begins; null: now."
    )
    owner_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="Whose it is, and by whose eyes it sees; null: yours. Others' are for "
        "administrators.",
    )


@strawberry.input
class WebhookInput(KeyedInput):
    webhook_id: strawberry.ID = strawberry.field(description="The webhook's id.")


@strawberry.input(description="What is to be otherwise; what is left out stays as it is.")
class ChangeWebhookInput(WebhookInput):
    name: str | None = strawberry.field(default=None, description="What it is for.")
    url: str | None = strawberry.field(
        default=None, description="Where its messages go from now on, those that wait too."
    )
    filter: EventFilter | None = strawberry.field(
        default=None,
        description="Which events it is for, in place of what it was for; an empty object for all.",
    )


@strawberry.input(description="Which webhook gets another secret.")
class RotateWebhookSecretInput(WebhookInput):
    grace: timedelta = strawberry.field(
        default=GRACE,
        description="How long the secrets before it sign too, so that a receiver can change over: "
        "0 to 30 days. PT0S where one became known.",
    )


@strawberry.input(description="Which webhook is to send nothing.")
class DisableWebhookInput(WebhookInput):
    reason: str = strawberry.field(default=commands.BY_HAND, description="Why.")


@strawberry.input(description="Which webhook is to go on.")
class EnableWebhookInput(WebhookInput):
    pass


@strawberry.input(description="Which webhook is to send again what happened.")
class ReplayWebhookInput(WebhookInput):
    after: Cursor = strawberry.field(
        description="Everything behind it is sent again, each event with the `webhook-id` that it "
        "had."
    )


@strawberry.input(description="Which webhook is to be tried.")
class TestWebhookInput(WebhookInput):
    pass


@strawberry.input(description="Which webhook is to be there no more.")
class RemoveWebhookInput(WebhookInput):
    pass


@strawberry.type
class WebhookPayload(Payload):
    webhook: Webhook | None = strawberry.field(
        description="The webhook; null where nothing was written, or the token lacks the scope "
        "READ."
    )


@strawberry.type
class SecretPayload(WebhookPayload):
    secret: str | None = strawberry.field(description=_SIGNS)


@strawberry.type(description="What came of making it.")
class CreateWebhookPayload(SecretPayload):
    pass


@strawberry.type(description="What came of changing it.")
class ChangeWebhookPayload(WebhookPayload):
    pass


@strawberry.type(description="What came of rotating it.")
class RotateWebhookSecretPayload(SecretPayload):
    pass


@strawberry.type(description="What came of disabling it.")
class DisableWebhookPayload(WebhookPayload):
    pass


@strawberry.type(description="What came of enabling it.")
class EnableWebhookPayload(WebhookPayload):
    pass


@strawberry.type(description="What came of replaying it.")
class ReplayWebhookPayload(WebhookPayload):
    pass


@strawberry.type(description="What came of trying it; its message comes as any other.")
class TestWebhookPayload(WebhookPayload):
    pass


@strawberry.type(description="What came of removing it.")
class RemoveWebhookPayload(Payload):
    pass


@strawberry.type
class WebhookMutations:
    @mutation(description=f"Subscribe an endpoint to events. {_OWN}")
    async def create_webhook(
        self, info: Info, given: Given[CreateWebhookInput]
    ) -> CreateWebhookPayload:
        async def command(call: Call, secret: str) -> Written:
            return await commands.create_webhook(
                call=call,
                owner=person_id(given.owner_id, "ownerId"),
                name=given.name,
                url=given.url,
                wanted=event_filter(given.filter),
                after=given.after,
                secret=secret,
                allowed=info.context.surroundings.allowed_networks,
            )

        return await _with_secret(info, Act.CREATE_WEBHOOK, given, command, CreateWebhookPayload)

    @mutation(description=f"Give a webhook another name, address or filter. {_OWN}")
    async def change_webhook(
        self, info: Info, given: Given[ChangeWebhookInput]
    ) -> ChangeWebhookPayload:
        async def command(webhook_id: WebhookId, call: Call) -> Written:
            return await commands.change_webhook(
                webhook_id,
                call=call,
                name=given.name,
                url=given.url,
                wanted=None if given.filter is None else event_filter(given.filter),
                allowed=info.context.surroundings.allowed_networks,
            )

        return await _on(info, Act.CHANGE_WEBHOOK, given, command, ChangeWebhookPayload)

    @mutation(description=f"Sign with another secret, the old one beside it for a while. {_OWN}")
    async def rotate_webhook_secret(
        self, info: Info, given: Given[RotateWebhookSecretInput]
    ) -> RotateWebhookSecretPayload:
        async def command(call: Call, secret: str) -> Written:
            return await commands.rotate_webhook_secret(
                _id(given), call=call, secret=secret, grace=given.grace
            )

        return await _with_secret(
            info, Act.ROTATE_WEBHOOK_SECRET, given, command, RotateWebhookSecretPayload
        )

    @mutation(description=f"Let a webhook send nothing until it is enabled. {_OWN}")
    async def disable_webhook(
        self, info: Info, given: Given[DisableWebhookInput]
    ) -> DisableWebhookPayload:
        async def command(webhook_id: WebhookId, call: Call) -> Written:
            return await commands.disable_webhook(webhook_id, call=call, reason=given.reason)

        return await _on(info, Act.DISABLE_WEBHOOK, given, command, DisableWebhookPayload)

    @mutation(description=f"Let a webhook go on where it was; nothing was lost. {_OWN}")
    async def enable_webhook(
        self, info: Info, given: Given[EnableWebhookInput]
    ) -> EnableWebhookPayload:
        async def command(webhook_id: WebhookId, call: Call) -> Written:
            return await commands.enable_webhook(webhook_id, call=call)

        return await _on(info, Act.ENABLE_WEBHOOK, given, command, EnableWebhookPayload)

    @mutation(description=f"Send everything behind a place in the stream again. {_OWN}")
    async def replay_webhook(
        self, info: Info, given: Given[ReplayWebhookInput]
    ) -> ReplayWebhookPayload:
        async def command(webhook_id: WebhookId, call: Call) -> Written:
            return await commands.replay_webhook(webhook_id, call=call, after=given.after)

        return await _on(info, Act.REPLAY_WEBHOOK, given, command, ReplayWebhookPayload)

    @mutation(description=f"Send an event `WebhookTested` by this webhook alone. {_OWN}")
    async def test_webhook(self, info: Info, given: Given[TestWebhookInput]) -> TestWebhookPayload:
        async def command(webhook_id: WebhookId, call: Call) -> Written:
            return await commands.test_webhook(webhook_id, call=call)

        return await _on(info, Act.TEST_WEBHOOK, given, command, TestWebhookPayload)

    @mutation(description=f"Forget a webhook and where it led. {_OWN}")
    async def remove_webhook(
        self, info: Info, given: Given[RemoveWebhookInput]
    ) -> RemoveWebhookPayload:
        async def act(call: Call) -> Written:
            return await commands.remove_webhook(_id(given), call=call)

        outcome = await attempt(info, Act.REMOVE_WEBHOOK, given, act)
        return RemoveWebhookPayload(errors=outcome.errors, cursor=outcome.cursor)


P = TypeVar("P", bound=WebhookPayload)
S = TypeVar("S", bound=SecretPayload)


async def _on(
    info: Info,
    act: Act,
    given: WebhookInput,
    command: Callable[[WebhookId, Call], Awaitable[Written]],
    payload: type[P],
) -> P:
    async def on(call: Call) -> Written:
        return await command(_id(given), call)

    outcome = await attempt(info, act, given, on)
    webhook = await _shown(info, outcome.written)
    return payload(webhook=webhook, errors=outcome.errors, cursor=outcome.cursor)


async def _with_secret(
    info: Info,
    act: Act,
    given: KeyedInput,
    command: Callable[[Call, str], Awaitable[Written]],
    payload: type[S],
) -> S:
    """Show the secret to whom it was made for, and not again where the same is asked twice."""
    secret = commands.new_secret()
    outcome = await attempt(info, act, given, lambda call: command(call, secret))
    webhook_id = None if outcome.written is None else WebhookId(outcome.written.id)
    now = info.context.surroundings.clock.now()
    fresh = webhook_id is not None and await webhooks.signs(webhook_id, secret, at=now)
    return payload(
        webhook=await _shown(info, outcome.written),
        secret=secret if fresh else None,
        errors=outcome.errors,
        cursor=outcome.cursor,
    )


async def _shown(info: Info, written: Written | None) -> Webhook | None:
    if written is None or not may_read(info):
        return None
    viewer = info.context.session.actor
    return webhook_of(await webhooks.by_id(WebhookId(written.id), viewer=viewer))


def _id(given: WebhookInput) -> WebhookId:
    return WebhookId(read_id(given.webhook_id, field="webhookId"))
