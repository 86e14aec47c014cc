"""What webhooks are sent: which events a subscription is for, and each of them as a letter.

A script sees by its owner's eyes, as they are at the time. An event never changes, so the letter of
a message is the same at each attempt.
"""

from html import escape

from escgraph.domain.terms import WebhookId
from escgraph.domain.texts import called
from escgraph.domain.ticket import Actor
from escgraph.domain.webhook import OWNING
from escgraph.notify.letter import Letter
from escgraph.notify.outcome import UndeliveredError
from escgraph.queries.event_words import words_of
from escgraph.queries.events import as_seen, matches, visible
from escgraph.store import event_lookup, people, stream, webhooks
from escgraph.store.notice_rows import Message
from escgraph.store.people import Person
from escgraph.store.stream import StoredEvent
from escgraph.store.webhooks import Webhook

OF_DELIVERIES = frozenset({"DeliveryDied", "DeliveryRequeued"})
"""What tells of webhooks that cannot be reached; told to webhooks, it would beget itself."""

TEST = "WebhookTested"


def is_for(webhook: Webhook, event: StoredEvent, *, owner: Actor) -> bool:
    """Whether that webhook hears of that event."""
    if event.kind == TEST:
        return bool(event.payload["webhook"] == str(webhook.id))
    if event.kind in OF_DELIVERIES and event.payload.get("webhook") is not None:
        return False
    return matches(event, webhook.wanted) and visible(event, owner)


async def eyes_of(webhook: Webhook) -> Actor | None:
    """By whose eyes it sees; None where they left, or their role is none that has webhooks."""
    found = await people.by_ids([webhook.owner])
    person: Person = found[webhook.owner]
    if not person.active or person.role not in OWNING:
        return None
    return Actor(person.id, person.role, person.tier)


async def letter_for(message: Message) -> Letter:
    """What that message says.

    Raises:
        UndeliveredError: for good: the webhook was removed, or its owner may see the event no more.
    """
    webhook = await _webhook_of(message)
    event = await _event_of(message)
    owner = await eyes_of(webhook)
    if owner is None:
        raise _never("the owner of the webhook has left, or has no webhooks any more")
    if event.kind != TEST and not visible(event, owner):
        raise _never("the owner of the webhook may not see this event any more")
    return _letter(message, as_seen(event, owner), epoch=(await stream.head()).epoch)


def _letter(message: Message, event: StoredEvent, *, epoch: str) -> Letter:
    words = words_of(event, epoch=epoch)
    state = event.state or {}
    about = f" of {called(state['number'])}" if state else ""
    headline = f"{event.kind}{about}"
    return Letter(
        id=message.id,
        kind=event.kind,
        at=event.at,
        subject=f"{words['indicator']} {headline}".strip(),
        headline=headline,
        text=headline,
        html=f"<p>{escape(headline)}</p>",
        urgent=bool(state.get("urgent")),
        thread=None if event.ticket_id is None else str(event.ticket_id),
        payload=words,
    )


async def _webhook_of(message: Message) -> Webhook:
    assert message.webhook is not None
    webhook = await webhooks.by_id(WebhookId(message.webhook))
    if webhook is None or webhook.removed_at is not None:
        raise _never("the webhook was removed")
    return webhook


async def _event_of(message: Message) -> StoredEvent:
    position = message.event_position
    assert position is not None
    event = (await event_lookup.by_positions([position])).get(position)
    if event is None:
        raise _never("the event is not stored any more")
    return event


def _never(reason: str) -> UndeliveredError:
    return UndeliveredError(reason, again=False, shared=False)
