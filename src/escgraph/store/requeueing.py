"""Messages that wait anew: the dead that somebody lets go once more."""

from datetime import datetime

from escgraph.domain.terms import DeliveryId, MessageId
from escgraph.store.database import dialect, execute, fetch
from escgraph.store.notice_rows import Message, message_of
from escgraph.store.values import uuid


async def carrying(delivery_id: DeliveryId) -> MessageId | None:
    """The message that carries the delivery; None where there is no such delivery."""
    rows = await fetch("SELECT message_id FROM delivery WHERE id = $1", delivery_id)
    return MessageId(uuid(rows[0]["message_id"])) if rows else None


async def locked(message_id: MessageId) -> Message | None:
    """The message, which nobody else changes until the unit of work ends; None for none."""
    lock = " FOR UPDATE" if dialect() == "postgres" else ""
    rows = await fetch(f"SELECT * FROM message WHERE id = $1{lock}", message_id)  # noqa: S608 - a literal
    return message_of(rows[0]) if rows else None


async def wait_anew(message_id: MessageId, *, at: datetime) -> None:
    """Due at once, with all its attempts before it, inside of a unit of work.

    Its id stays, by which receivers tell doubles, and so does its fence: no attempt of its former
    life counts, and the evidence goes on where it was. `first_attempt_at` stays too, so that
    nothing joins a message that receivers may know.
    """
    await execute(_WAIT, message_id, at)


_WAIT = (
    "UPDATE message SET state = 'WAITING', due_at = $2, attempts = 0, died_at = NULL WHERE id = $1"
)
