"""How webhooks fare, and what was sent by them: the statements behind what is shown of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from escgraph.domain.notice import ChannelKind, MessageState
from escgraph.domain.terms import WebhookId
from escgraph.store.conditions import Conditions
from escgraph.store.database import fetch
from escgraph.store.keyset import Order
from escgraph.store.notice_rows import Message, message_of
from escgraph.store.values import moment, uuid

_LATEST = Order("webhook-", (("m.event_position", int),), descending=True)


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of its messages so far.

    Attributes:
        waiting: those that are on their way, one that is being sent too.
        fault: how the latest of those failed that did not arrive; None where none did.
    """

    waiting: int
    dead: int
    delivered_at: datetime | None
    fault: str | None


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """A message, and the cursor of a page that ends with it."""

    message: Message
    cursor: str


NOTHING = Standing(0, 0, None, None)


async def standings(ids: Sequence[WebhookId]) -> dict[WebhookId, Standing]:
    """How each of them fares."""
    if not ids:
        return {}
    marks = ", ".join(f"${n}" for n in range(1, len(ids) + 1))
    rows = await fetch(_STANDINGS.format(marks), *ids)
    return {
        WebhookId(uuid(row["id"])): Standing(
            row["waiting"], row["dead"], moment(row["delivered_at"]), row["fault"]
        )
        for row in rows
    }


async def messages(
    webhook_id: WebhookId, *, state: MessageState | None, limit: int, after: str | None
) -> list[FoundMessage]:
    """Its messages, that of the latest event first.

    Raises:
        InvalidInputError: `after` is no cursor of this list.
    """
    conditions = Conditions()
    conditions.compare("m.webhook_id", "=", webhook_id)
    conditions.compare("m.state", "=", state)
    _LATEST.go_on(conditions, after=after)
    rows = await fetch(
        f"SELECT m.*, {_LATEST.selected} FROM message m {conditions.where()} "  # noqa: S608 - our own names and placeholders
        f"ORDER BY {_LATEST.by} LIMIT {conditions.mark(limit)}",
        *conditions.values,
    )
    return [FoundMessage(message_of(row), _LATEST.cursor(row)) for row in rows]


_OF_IT = f"m.circuit = '{ChannelKind.WEBHOOK}:' || w.id"
"""What waits and what is being sent is found by its circuit; few messages have either state."""

_STANDINGS = f"""
SELECT w.id,
    (SELECT count(*) FROM message m WHERE {_OF_IT} AND m.state = 'WAITING')
        + (SELECT count(*) FROM message m WHERE {_OF_IT} AND m.state = 'SENDING') AS waiting,
    (SELECT count(*) FROM message m WHERE m.webhook_id = w.id AND m.state = 'DEAD') AS dead,
    (SELECT max(m.delivered_at) FROM message m
     WHERE m.webhook_id = w.id AND m.state = 'DELIVERED') AS delivered_at,
    coalesce(
        (SELECT m.fault FROM message m
         WHERE {_OF_IT} AND m.state = 'WAITING' AND m.fault IS NOT NULL
         ORDER BY m.first_attempt_at DESC, m.id DESC LIMIT 1),
        (SELECT m.fault FROM message m WHERE m.webhook_id = w.id AND m.state = 'DEAD'
         ORDER BY m.died_at DESC LIMIT 1)
    ) AS fault
FROM webhook w WHERE w.id IN ({{}})
"""  # noqa: S608 - our own names and placeholders
