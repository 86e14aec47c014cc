"""Webhooks of scripts: made, changed, rotated, disabled, enabled, replayed, tested and removed.

A script does all of it to its own, an administrator to everybody's (P2).
"""

from collections.abc import Callable
from datetime import timedelta

from escgraph.commands import webhook_steps as steps
from escgraph.commands.acting import Call, Written, once
from escgraph.commands.webhook_steps import By, Endpoint, Step
from escgraph.domain.errors import ForbiddenError, InvalidInputError
from escgraph.domain.notice import ChannelKind
from escgraph.domain.permissions import Act, permit
from escgraph.domain.places import place_of
from escgraph.domain.terms import PersonId, Role, WebhookId
from escgraph.domain.texts import prose
from escgraph.notify.addresses import Network
from escgraph.notify.places import url_fault
from escgraph.store.replay import EventFilter
from escgraph.store.signing import new_secret
from escgraph.stream.cursor import Cursor

__all__ = [
    "BY_HAND",
    "change_webhook",
    "create_webhook",
    "disable_webhook",
    "enable_webhook",
    "endpoint",
    "new_secret",
    "remove_webhook",
    "replay_webhook",
    "rotate_webhook_secret",
    "test_webhook",
]

BY_HAND = "by hand"

Networks = tuple[Network, ...]


async def create_webhook(
    *,
    call: Call,
    owner: PersonId | None,
    name: str,
    url: str,
    wanted: EventFilter,
    after: Cursor | None,
    secret: str,
    allowed: Networks,
) -> Written:
    """Subscribe an address to events, signed with that secret; by the actor's eyes unless said.

    Raises:
        ForbiddenError: the role has no webhooks, or it would be somebody else's.
        NotFoundError: there is no such active person.
        InvalidInputError: nothing may be sent there, or a name, an owner or the cursor is wrong.
        ConflictError: the owner has too many, or no key is set to seal its secrets with.
    """

    async def work() -> Written:
        permit(call.by, Act.CREATE_WEBHOOK)
        if owner not in {None, call.by.person} and call.by.role is not Role.ADMINISTRATOR:
            raise ForbiddenError(
                "webhooks of others are made by an ADMINISTRATOR; leave ownerId out or ask one",
                field=("ownerId",),
            )
        return await steps.create(
            owner=owner or call.by.person,
            name=name,
            endpoint=endpoint(url, allowed=allowed),
            wanted=wanted,
            after=after,
            secret=secret,
            by=_by(call),
        )

    return await once(work, call=call)


async def change_webhook(
    webhook_id: WebhookId,
    *,
    call: Call,
    name: str | None,
    url: str | None,
    wanted: EventFilter | None,
    allowed: Networks,
) -> Written:
    """Another name, address or filter from now on; None: as before.

    Raises as the others do, and InvalidInputError: nothing may be sent there.
    """

    def step() -> Step:
        there = None if url is None else endpoint(url, allowed=allowed)
        return steps.change(name=name, endpoint=there, wanted=wanted, by=_by(call))

    return await _on(webhook_id, Act.CHANGE_WEBHOOK, step, call=call)


async def rotate_webhook_secret(
    webhook_id: WebhookId, *, call: Call, secret: str, grace: timedelta
) -> Written:
    """Let that secret sign, those before beside it as long as the grace lasts.

    Raises as the others do, and InvalidInputError: the grace is out of bounds.
    """

    def step() -> Step:
        return steps.rotate(secret=secret, grace=grace, by=_by(call))

    return await _on(webhook_id, Act.ROTATE_WEBHOOK_SECRET, step, call=call)


async def disable_webhook(webhook_id: WebhookId, *, call: Call, reason: str) -> Written:
    """Send nothing until it is enabled.

    Raises as the others do, and WrongStatusError: it is disabled already.
    """

    def step() -> Step:
        return steps.disable(reason=prose(reason, "reason"), by=_by(call))

    return await _on(webhook_id, Act.DISABLE_WEBHOOK, step, call=call)


async def enable_webhook(webhook_id: WebhookId, *, call: Call) -> Written:
    """Let it go on where it was.

    Raises as the others do, and WrongStatusError: it is enabled already; ConflictError: the events
    behind its place are not stored any more.
    """
    return await _on(webhook_id, Act.ENABLE_WEBHOOK, lambda: steps.enable(by=_by(call)), call=call)


async def replay_webhook(webhook_id: WebhookId, *, call: Call, after: Cursor) -> Written:
    """Send everything behind the cursor, what was sent before too, under the same ids.

    Raises as the others do, and InvalidInputError: the cursor is of another stream, or older than
    what is stored.
    """
    return await _on(
        webhook_id, Act.REPLAY_WEBHOOK, lambda: steps.replay(after=after, by=_by(call)), call=call
    )


async def test_webhook(webhook_id: WebhookId, *, call: Call) -> Written:
    """Let something happen that this webhook alone hears of.

    Raises as the others do, and WrongStatusError: it is disabled.
    """
    return await _on(webhook_id, Act.TEST_WEBHOOK, lambda: steps.test(by=_by(call)), call=call)


async def remove_webhook(webhook_id: WebhookId, *, call: Call) -> Written:
    """Forget where it led; what was sent can be read still.

    Raises:
        ForbiddenError: the actor has no webhooks.
        NotFoundError: there is none with that id, or it is somebody else's.
    """
    return await _on(webhook_id, Act.REMOVE_WEBHOOK, lambda: steps.remove(by=_by(call)), call=call)


def endpoint(url: str, *, allowed: Networks) -> Endpoint:
    """The address, if something may be sent there as far as one knows without asking for its host.

    Raises:
        InvalidInputError: it may not; the message says why.
        ConflictError: no key is set to seal it with.
    """
    fault = url_fault(url, allowed=allowed)
    if fault is not None:
        raise InvalidInputError(fault, field=("url",))
    return steps.endpoint_of(url, place=place_of(ChannelKind.WEBHOOK, url))


async def _on(webhook_id: WebhookId, act: Act, step: Callable[[], Step], *, call: Call) -> Written:
    async def work() -> Written:
        permit(call.by, act)
        mine = None if call.by.role is Role.ADMINISTRATOR else call.by.person
        return await steps.on(webhook_id, step(), only_of=mine)

    return await once(work, call=call)


def _by(call: Call) -> By:
    return By(call.by.person, call.at)
