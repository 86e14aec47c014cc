"""Anything by its id alone: no two things share one, so the first hit is right."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from escgraph.domain.drafts import Draft
from escgraph.domain.errors import ForbiddenError, NotFoundError
from escgraph.domain.permissions import may_see_internal
from escgraph.domain.terms import (
    ChannelId,
    DeliveryId,
    EscalationId,
    EventId,
    NoticeId,
    PersonId,
    PolicyDraftId,
    ReviewActionId,
    ReviewId,
    TicketId,
    TokenId,
    WebhookId,
)
from escgraph.domain.ticket import Actor
from escgraph.queries import (
    channels,
    deliveries,
    escalations,
    events,
    notices,
    people,
    reviews,
    tickets,
    webhooks,
)
from escgraph.queries.channels import Channel
from escgraph.queries.deliveries import Fared
from escgraph.queries.notices import Notice
from escgraph.queries.reviews import FoundAction, Review
from escgraph.queries.sight import OVERSEEING, as_seen
from escgraph.queries.views import EscalationRow, Person, TicketView, Wanted
from escgraph.queries.webhooks import WebhookView
from escgraph.store import event_lookup, policy_drafts, tokens
from escgraph.store.stream import StoredEvent
from escgraph.store.tokens import Token

__all__ = [
    "Channel",
    "Draft",
    "EscalationRow",
    "Fared",
    "Found",
    "FoundAction",
    "Notice",
    "Person",
    "Review",
    "StoredEvent",
    "TicketView",
    "Token",
    "WebhookView",
    "find",
    "token",
]

Found = (
    TicketView
    | Person
    | EscalationRow
    | StoredEvent
    | Token
    | Draft
    | Review
    | FoundAction
    | Notice
    | Fared
    | WebhookView
    | Channel
)


async def find(node_id: UUID, *, viewer: Actor, wanted: Wanted = Wanted.NOTHING) -> Found:
    """Whatever has that id, of all that the lookups below can find.

    Raises:
        NotFoundError: there is none, or none that the viewer may see.
    """
    lookups: tuple[Callable[[], Awaitable[Found]], ...] = (
        lambda: tickets.by_id(TicketId(node_id), viewer=viewer, wanted=wanted),
        lambda: people.by_id(PersonId(node_id), viewer=viewer),
        lambda: escalations.by_id(EscalationId(node_id), viewer=viewer),
        lambda: _event(EventId(node_id), viewer=viewer),
        lambda: token(TokenId(node_id), viewer=viewer),
        *_of_reviews(node_id, viewer=viewer),
        lambda: _draft(PolicyDraftId(node_id), viewer=viewer),
        lambda: notices.by_id(NoticeId(node_id), viewer=viewer),
        lambda: deliveries.by_id(DeliveryId(node_id), viewer=viewer),
        lambda: _webhook(WebhookId(node_id), viewer=viewer),
        lambda: channels.by_id(ChannelId(node_id), viewer=viewer),
    )
    for look_up in lookups:
        try:
            return await look_up()
        except NotFoundError:
            continue
    raise _nothing(node_id)


def _of_reviews(
    node_id: UUID, *, viewer: Actor
) -> tuple[Callable[[], Awaitable[Review | FoundAction]], ...]:
    """Nothing for those who do not work on tickets: to them there are none."""
    if not may_see_internal(viewer):
        return ()
    return (
        lambda: reviews.by_id(ReviewId(node_id), viewer=viewer),
        lambda: reviews.action_by_id(ReviewActionId(node_id), viewer=viewer),
    )


async def token(token_id: TokenId, *, viewer: Actor) -> Token:
    """A token of the viewer's own, or anybody's for those who oversee people.

    Raises:
        NotFoundError: there is none, or none that the viewer may see.
    """
    found = await tokens.by_id(token_id)
    if found is None or (found.person_id != viewer.person and viewer.role not in OVERSEEING):
        raise _nothing(token_id)
    return found


async def _draft(draft_id: PolicyDraftId, *, viewer: Actor) -> Draft:
    if viewer.role not in OVERSEEING:
        raise _nothing(draft_id)
    return await policy_drafts.by_id(draft_id)


async def _webhook(webhook_id: WebhookId, *, viewer: Actor) -> WebhookView:
    try:
        return await webhooks.by_id(webhook_id, viewer=viewer)
    except ForbiddenError as error:
        raise _nothing(webhook_id) from error


async def _event(event_id: EventId, *, viewer: Actor) -> StoredEvent:
    found = await event_lookup.by_id(event_id)
    if found is None or not events.visible(found, viewer):
        raise _nothing(event_id)
    return as_seen(found, viewer)


def _nothing(node_id: UUID) -> NotFoundError:
    return NotFoundError(f"there is nothing with the id {node_id}; check the id", field=("id",))
