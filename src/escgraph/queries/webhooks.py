"""Webhooks to look at: where they stand in the stream and how they fare; never where they lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from escgraph.domain.errors import ForbiddenError, NotFoundError
from escgraph.domain.notice import MessageState
from escgraph.domain.permissions import Act, permit
from escgraph.domain.terms import PersonId, Role, WebhookId
from escgraph.domain.ticket import Actor
from escgraph.domain.webhook import OWNING, WebhookState
from escgraph.queries.sight import OVERSEEING
from escgraph.store import people, signing, stream, webhook_search, webhooks
from escgraph.store.keyset import cut, page_size
from escgraph.store.notice_rows import Message
from escgraph.store.people import Person
from escgraph.store.transactions import snapshot
from escgraph.store.webhook_search import NOTHING, FoundMessage, Standing
from escgraph.store.webhooks import Webhook
from escgraph.stream.cursor import Cursor

__all__ = [
    "Message",
    "MessagePage",
    "MessageState",
    "WebhookView",
    "by_id",
    "everything",
    "one",
    "seen",
    "sent",
    "signs",
]


@dataclass(frozen=True, slots=True)
class WebhookView:
    """A webhook as it is shown.

    Attributes:
        owner: by whose eyes it sees.
        cursor: up to where the stream was made into messages for it.
        lag: how many events the stream goes on behind that.
    """

    webhook: Webhook
    owner: Person
    state: WebhookState
    cursor: Cursor
    lag: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class MessagePage:
    """A page of what was sent."""

    found: Sequence[FoundMessage]
    has_next: bool


async def seen(*, viewer: Actor) -> list[WebhookView]:
    """The viewer's own, or everybody's for those who oversee, by name.

    Raises:
        ForbiddenError: the role has nothing to do with webhooks.
    """
    owner = _confined_to(viewer)
    return await snapshot(lambda: _all(owner))


async def by_id(webhook_id: WebhookId, *, viewer: Actor) -> WebhookView:
    """One webhook.

    Raises:
        ForbiddenError: the role has nothing to do with webhooks.
        NotFoundError: there is none with that id, or it is somebody else's.
    """
    return await one(webhook_id, owner=_confined_to(viewer))


async def everything() -> list[WebhookView]:
    """All of them by name, for whoever stands at the machine itself."""
    return await snapshot(lambda: _all(None))


async def one(webhook_id: WebhookId, *, owner: PersonId | None = None) -> WebhookView:
    """The same; `owner` where others' are none of the viewer's.

    Raises:
        NotFoundError: there is none with that id, or it is somebody else's.
    """

    async def read() -> WebhookView:
        webhook = await webhooks.by_id(webhook_id)
        if webhook is None or webhook.removed_at or owner not in {None, webhook.owner}:
            raise NotFoundError(
                f"there is no webhook with the id {webhook_id}; see webhooks", field=("id",)
            )
        (view,) = await _views([webhook])
        return view

    return await snapshot(read)


async def sent(
    webhook: Webhook, *, state: MessageState | None = None, first: int, after: str | None = None
) -> MessagePage:
    """What was sent by a webhook that the viewer sees, or is to be, the latest event first.

    Raises:
        InvalidInputError: `first` is out of bounds, or `after` is no cursor of this list.
    """
    size = page_size(first)
    rows = await webhook_search.messages(webhook.id, state=state, limit=size + 1, after=after)
    return MessagePage(*cut(rows, first=size))


async def signs(webhook_id: WebhookId, secret: str, *, at: datetime) -> bool:
    """Whether that is a secret of the webhook's: one that somebody else made meanwhile is not."""
    webhook = await webhooks.by_id(webhook_id)
    return webhook is not None and secret in signing.signing(webhook.secrets, at=at)


def _confined_to(viewer: Actor) -> PersonId | None:
    permit(viewer, Act.READ)
    if viewer.role in OVERSEEING:
        return None
    if viewer.role is not Role.SCRIPT:
        raise ForbiddenError(
            f"webhooks are for {Role.SCRIPT} and {' and '.join(sorted(OVERSEEING))}; ask there"
        )
    return viewer.person


async def _all(owner: PersonId | None) -> list[WebhookView]:
    return await _views(await webhooks.everything(owner=owner))


async def _views(found: Sequence[Webhook]) -> list[WebhookView]:
    head = await stream.head()
    owners = await people.by_ids(list({one.owner for one in found}))
    fares = await webhook_search.standings([one.id for one in found])
    tags = await stream.tags([one.position for one in found])
    return [
        WebhookView(
            webhook=one,
            owner=owners[one.owner],
            state=_state(one, owners[one.owner]),
            cursor=Cursor(head.epoch, one.position, tags.get(one.position)),
            lag=head.position - one.position,
            standing=fares.get(one.id, NOTHING),
        )
        for one in found
    ]


def _state(webhook: Webhook, owner: Person) -> WebhookState:
    if webhook.disabled_at is not None:
        return WebhookState.DISABLED
    sees = owner.active and owner.role in OWNING
    return WebhookState.ENABLED if sees else WebhookState.OWNER_LEFT
