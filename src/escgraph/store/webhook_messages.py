"""The messages of webhooks: one for each event, put here once and sent by whoever claims it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid5

from escgraph.domain.notice import ChannelKind, MessageState, Pace
from escgraph.domain.terms import MessageId, WebhookId
from escgraph.store.database import execute, execute_many, fetch
from escgraph.store.notice_rows import circuit_of
from escgraph.store.stream import StoredEvent

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""When a message of a disabled webhook is due."""


def message_id(webhook_id: WebhookId, event: StoredEvent) -> MessageId:
    """The same for ever: what receivers know the event by."""
    return MessageId(uuid5(webhook_id, str(event.id)))


async def waiting(webhook_id: WebhookId) -> int:
    """How many messages of it wait for their turn."""
    (row,) = await fetch(
        "SELECT count(*) AS count FROM message WHERE circuit = $1 AND state = 'WAITING'",
        _circuit(webhook_id),
    )
    return int(row["count"])


async def put(webhook_id: WebhookId, events: Sequence[StoredEvent], *, at: datetime) -> None:
    """A message for each event, due now.

    One that exists is replayed: it waits anew, whatever became of it. Whoever is sending it at
    that moment has lost it, since its fence moved on: what they report is not taken down, and it
    is sent once more.
    """
    await execute_many(
        _PUT,
        [
            (
                message_id(webhook_id, event),
                webhook_id,
                event.position,
                ChannelKind.WEBHOOK,
                Pace.AT_ONCE,
                _circuit(webhook_id),
                MessageState.WAITING,
                at,
            )
            for event in events
        ],
    )


async def hold(webhook_id: WebhookId) -> None:
    """What waits is tried by nobody until it is let go."""
    await execute(
        "UPDATE message SET due_at = $2 WHERE circuit = $1 AND state = 'WAITING'",
        _circuit(webhook_id),
        NEVER,
    )


async def let_go(webhook_id: WebhookId, *, held_since: datetime, at: datetime) -> None:
    """What waits may be tried now, and what died since it was held: its receiver is back."""
    await execute(
        "UPDATE message SET state = 'WAITING', due_at = $3, attempts = 0, died_at = NULL "
        "WHERE webhook_id = $1 AND (state = 'WAITING' OR (state = 'DEAD' AND died_at >= $2))",
        webhook_id,
        held_since,
        at,
    )


async def bury(webhook_id: WebhookId, *, reason: str, at: datetime) -> None:
    """What waits is not to be sent any more."""
    await execute(
        "UPDATE message SET state = 'DEAD', died_at = $2, fault = $3 "
        "WHERE circuit = $1 AND state = 'WAITING'",
        _circuit(webhook_id),
        at,
        reason,
    )


def _circuit(webhook_id: UUID) -> str:
    return circuit_of(ChannelKind.WEBHOOK, own=webhook_id)


_PUT = (
    "INSERT INTO message (id, webhook_id, event_position, kind, pace, circuit, state, created_at, "
    "due_at, attempts, fence) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, 0, 0) "
    "ON CONFLICT (webhook_id, event_position) WHERE webhook_id IS NOT NULL DO UPDATE SET "
    "state = excluded.state, due_at = excluded.due_at, attempts = 0, fence = message.fence + 1, "
    "leased_until = NULL, first_attempt_at = NULL, delivered_at = NULL, died_at = NULL, "
    "fault = NULL"
)
