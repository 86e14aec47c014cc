"""Webhooks of a house's script, and what lies in the database for them."""

from datetime import datetime

from escgraph.commands import webhooks as commands
from escgraph.domain.terms import PersonId, WebhookId
from escgraph.domain.ticket import Actor
from escgraph.jobs.webhooks import fan_out
from escgraph.store import outcomes, stream, webhooks
from escgraph.store.database import execute, fetch
from escgraph.store.notice_rows import Message, message_of
from escgraph.store.replay import EVERY_EVENT, EventFilter
from escgraph.store.stream import StoredEvent
from escgraph.store.webhooks import Webhook
from escgraph.stream.cursor import Cursor
from tests.queries.house import NINE, House

URL = "https://hooks.example.org/secret-path?token=secret"


async def hook(
    house: House,
    wanted: EventFilter = EVERY_EVENT,
    *,
    after: int | None = None,
    by: Actor | None = None,
    owner: PersonId | None = None,
    at: datetime = NINE,
    secret: str | None = None,
    url: str = URL,
) -> WebhookId:
    """A webhook of the script's unless said, from now on or behind that position."""
    written = await commands.create_webhook(
        call=house.call(by or house.script, at),
        owner=owner,
        name="ours",
        url=url,
        wanted=wanted,
        after=None if after is None else await cursor(after),
        secret=secret or commands.new_secret(),
        allowed=(),
    )
    return WebhookId(written.id)


async def cursor(position: int) -> Cursor:
    return Cursor((await stream.head()).epoch, position)


async def loaded(webhook_id: WebhookId) -> Webhook:
    webhook = await webhooks.by_id(webhook_id)
    assert webhook is not None
    return webhook


async def fan_out_all(*, at: datetime = NINE) -> None:
    """Until nobody gets any further."""
    while (await fan_out(now=at)).moved:
        pass


async def messages(webhook_id: WebhookId) -> list[Message]:
    """All of its messages, in the order of their events."""
    rows = await fetch(
        "SELECT * FROM message WHERE webhook_id = $1 ORDER BY event_position", webhook_id
    )
    return [message_of(row) for row in rows]


async def told(webhook_id: WebhookId) -> list[StoredEvent]:
    """The events that there are messages of, in their order."""
    events = {event.position: event for event in await stream.read(0, limit=100_000)}
    return [events[one.event_position or 0] for one in await messages(webhook_id)]


async def kinds_told(webhook_id: WebhookId) -> list[str]:
    return [event.kind for event in await told(webhook_id)]


async def claim(message: Message, *, until: datetime) -> Message:
    """What a sender does first."""
    (row,) = await fetch(
        "UPDATE message SET state = 'SENDING', fence = fence + 1, attempts = attempts + 1, "
        "leased_until = $2, first_attempt_at = $2 WHERE id = $1 RETURNING *",
        message.id,
        until,
    )
    return message_of(row)


async def arrive(claimed: Message, *, at: datetime) -> bool:
    """What a sender does last: whether it still may."""
    return await outcomes.delivered(
        outcomes.Attempt(message=claimed, started_at=at, ended_at=at, answer="200 ok")
    )


async def die(message: Message, *, at: datetime) -> None:
    await execute(
        "UPDATE message SET state = 'DEAD', leased_until = NULL, died_at = $2, fault = 'x', "
        "attempts = 10 WHERE id = $1",
        message.id,
        at,
    )
