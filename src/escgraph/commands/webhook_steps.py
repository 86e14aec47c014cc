"""What acts on webhooks write, inside a unit of work: of those with a token, and with a shell."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from uuid_utils.compat import uuid7

from escgraph.commands.acting import Written
from escgraph.domain.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    WrongStatusError,
)
from escgraph.domain.event import Event
from escgraph.domain.events_webhook import (
    WebhookChanged,
    WebhookCreated,
    WebhookDisabled,
    WebhookEnabled,
    WebhookRemoved,
    WebhookReplayed,
    WebhookSecretRotated,
    WebhookTested,
)
from escgraph.domain.terms import PersonId, WebhookId
from escgraph.domain.texts import line
from escgraph.domain.webhook import MOST_OF_ONE, OWNING, end_of_old_secrets
from escgraph.store import people, sealing, signing, stream, timeline, webhook_messages, webhooks
from escgraph.store.replay import EventFilter
from escgraph.store.webhooks import Webhook
from escgraph.stream.cursor import Cursor
from escgraph.stream.leading import leads_on

Step = Callable[[Webhook], Awaitable[Event]]
"""Writes what an act makes of a webhook, which is locked, and says what happened."""


@dataclass(frozen=True, slots=True)
class By:
    """Whose deed it is, None for somebody at the machine itself or the machine; and when."""

    person: PersonId | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a webhook leads: sealed, and what may be shown of it."""

    url: str
    place: str


async def create(
    *,
    owner: PersonId,
    name: str,
    endpoint: Endpoint,
    wanted: EventFilter,
    after: Cursor | None,
    secret: str,
    by: By,
) -> Written:
    """Store a new webhook, which begins behind that cursor, or now.

    Raises:
        NotFoundError: there is no such active person.
        InvalidInputError: the owner's role sees by no webhook; the name is none; the cursor is of
            another stream.
        ConflictError: the owner has too many, or no key is set to seal its secrets with.
    """
    await people.must_be_active((owner,), field="ownerId", roles=OWNING)
    if await webhooks.count_of(owner) >= MOST_OF_ONE:
        raise ConflictError(
            f"the owner has {MOST_OF_ONE} webhooks already; remove one first", field=("ownerId",)
        )
    webhook = Webhook(
        id=WebhookId(uuid7()),
        owner=owner,
        name=line(name, "name"),
        url=endpoint.url,
        secrets=signing.sealed(secret),
        place=endpoint.place,
        wanted=wanted,
        position=await _place(after),
        created_at=by.at,
        updated_at=by.at,
    )
    await webhooks.insert(webhook)
    event = WebhookCreated(
        at=by.at, by=by.person, webhook=webhook.id, webhook_owner=owner, name=webhook.name
    )
    return Written(webhook.id, await timeline.append_alone(event))


async def on(webhook_id: WebhookId, step: Step, *, only_of: PersonId | None = None) -> Written:
    """Let the step change it, alone with it; `only_of` where others' are none of the actor's.

    Raises:
        NotFoundError: there is none, or it was removed, or it is somebody else's.
    """
    webhook = await webhooks.locked(webhook_id)
    if webhook is None or webhook.removed_at is not None or only_of not in {None, webhook.owner}:
        raise NotFoundError(
            f"there is no webhook with the id {webhook_id}; see webhooks", field=("webhookId",)
        )
    event = await step(webhook)
    return Written(webhook_id, await timeline.append_alone(event))


def change(
    *, name: str | None, endpoint: Endpoint | None, wanted: EventFilter | None, by: By
) -> Step:
    """Another name, address or filter; None: as before."""

    async def step(webhook: Webhook) -> Event:
        changed = replace(
            webhook,
            name=webhook.name if name is None else line(name, "name"),
            url=webhook.url if endpoint is None else endpoint.url,
            place=webhook.place if endpoint is None else endpoint.place,
            wanted=webhook.wanted if wanted is None else wanted,
            updated_at=by.at,
        )
        await webhooks.save(changed)
        return WebhookChanged(at=by.at, by=by.person, webhook=webhook.id, name=changed.name)

    return step


def rotate(*, secret: str, grace: timedelta, by: By) -> Step:
    """Another secret signs, those before beside it as long as the grace lasts."""

    async def step(webhook: Webhook) -> Event:
        until = end_of_old_secrets(at=by.at, grace=grace)
        secrets = signing.rotated(webhook.secrets, secret, at=by.at, old_until=until)
        await webhooks.save(replace(webhook, secrets=secrets, updated_at=by.at))
        return WebhookSecretRotated(at=by.at, by=by.person, webhook=webhook.id, old_until=until)

    return step


def disable(*, reason: str, by: By) -> Step:
    """Send nothing until it is enabled."""

    async def step(webhook: Webhook) -> Event:
        if not webhook.enabled:
            raise WrongStatusError(
                "it is disabled already; enable it to let it go on", field=("webhookId",)
            )
        await webhooks.save(
            replace(webhook, disabled_at=by.at, disabled_reason=reason, updated_at=by.at)
        )
        await webhook_messages.hold(webhook.id)
        return WebhookDisabled(at=by.at, by=by.person, webhook=webhook.id, reason=reason)

    return step


def enable(*, by: By) -> Step:
    """Go on where it was: what waited is sent, and what died since for want of a receiver."""

    async def step(webhook: Webhook) -> Event:
        if webhook.disabled_at is None:
            raise WrongStatusError(
                "it is enabled already; replay it to send what was sent before",
                field=("webhookId",),
            )
        if webhook.position < await stream.oldest() - 1:
            raise ConflictError(
                "the events behind its place are not stored any more; read the tickets anew, "
                "replay it from their cursor and enable it then",
                field=("webhookId",),
            )
        await webhooks.save(
            replace(webhook, disabled_at=None, disabled_reason=None, updated_at=by.at)
        )
        await webhook_messages.let_go(webhook.id, held_since=webhook.disabled_at, at=by.at)
        return WebhookEnabled(at=by.at, by=by.person, webhook=webhook.id)

    return step


def replay(*, after: Cursor, by: By) -> Step:
    """Send everything behind the cursor, what was sent before too."""

    async def step(webhook: Webhook) -> Event:
        position = await _place(after)
        await webhooks.save(replace(webhook, position=position, updated_at=by.at))
        return WebhookReplayed(
            at=by.at, by=by.person, webhook=webhook.id, replayed_after=after.encode()
        )

    return step


def remove(*, by: By) -> Step:
    """It is there no more, nor is what it led to; what was sent by it can be read."""

    async def step(webhook: Webhook) -> Event:
        await webhooks.save(replace(webhook, url="", secrets="", removed_at=by.at))
        await webhook_messages.bury(webhook.id, reason="the webhook was removed", at=by.at)
        return WebhookRemoved(at=by.at, by=by.person, webhook=webhook.id)

    return step


def test(*, by: By) -> Step:
    """Let something happen that this webhook alone hears of."""

    async def step(webhook: Webhook) -> Event:
        if not webhook.enabled:
            raise WrongStatusError("it is disabled; enable it first", field=("webhookId",))
        return WebhookTested(at=by.at, by=by.person, webhook=webhook.id)

    return step


def endpoint_of(url: str, *, place: str) -> Endpoint:
    """The address as it is kept.

    Raises:
        ConflictError: no key is set.
    """
    return Endpoint(sealing.seal(url), place)


async def _place(after: Cursor | None) -> int:
    """Where in the stream that is, now where nobody says; nothing is skipped silently."""
    if after is None:
        return (await stream.head()).position
    if not await leads_on(after):
        raise InvalidInputError(
            "this cursor does not belong to the stream as it is stored now; read the tickets or "
            "the board anew and give their cursor",
            field=("after",),
        )
    return after.position
