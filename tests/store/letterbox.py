"""Messages that wait to be sent, written by plain SQL, and how they stand afterwards."""

from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7

from escgraph.domain.notice import ChannelKind, Pace
from escgraph.domain.terms import ChannelId, MessageId, NoticeId, TicketId
from escgraph.store import sealing, signing
from escgraph.store.database import fetch
from escgraph.store.notice_rows import Message, circuit_of, message_of
from tests.store.ladders import ADA, NINE
from tests.store.rows import add

SECRET = (
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # as the documentation of Standard Webhooks has it
)


async def a_channel(
    *,
    kind: ChannelKind = ChannelKind.WEBHOOK,
    url: str = "http://127.0.0.1:1/hook",
    person: UUID = ADA.id,
) -> ChannelId:
    """A way to that person, sealed with the keys of this process."""
    channel = ChannelId(uuid7())
    await add(
        "channel",
        id=channel,
        person_id=person,
        kind=kind,
        name="mine",
        ordinal=0,
        target=sealing.seal(url),
        secrets=signing.sealed(SECRET),
        place="127.0.0.1",
        created_at=NINE,
    )
    return channel


async def a_webhook(*, url: str = "http://127.0.0.1:1/hook") -> UUID:
    webhook = uuid7()
    await add(
        "webhook",
        id=webhook,
        owner_id=ADA.id,
        name="a script",
        url=sealing.seal(url),
        secrets=signing.sealed(SECRET),
        place="127.0.0.1",
        position=0,
        created_at=NINE,
        updated_at=NINE,
    )
    return webhook


async def a_circuit(key: str) -> None:
    """As the first turn of a sender makes it."""
    await add("circuit", key=key, failures=0, claims=0, updated_at=NINE)


async def waiting(
    *,
    circuit: str | None = None,
    channel: ChannelId | None = None,
    kind: ChannelKind | None = None,
    pace: Pace = Pace.AT_ONCE,
    due_at: datetime = NINE,
    **columns: object,
) -> MessageId:
    """A message for Ada that is due at nine."""
    kind = kind or (ChannelKind.EMAIL if channel is None else ChannelKind.WEBHOOK)
    written = {
        "id": uuid7(),
        "person_id": ADA.id,
        "channel_id": channel,
        "kind": kind,
        "pace": pace,
        "circuit": circuit or circuit_of(kind, own=channel),
        "state": "WAITING",
        "created_at": NINE,
        "due_at": due_at,
        "attempts": 0,
        "fence": 0,
        **columns,
    }
    await add("message", **written)
    return MessageId(UUID(str(written["id"])))


async def notice_in(message: MessageId, *, ticket: TicketId | None = None) -> NoticeId:
    """One more notice to Ada that the message carries."""
    notice = NoticeId(uuid7())
    await add(
        "notice",
        id=notice,
        key=str(notice),
        kind="ESCALATED",
        person_id=ADA.id,
        hearer="OWNER",
        ticket_id=ticket,
        priority="HIGH",
        pressing=True,
        position=1,
        positions=[1],
        created_at=NINE,
    )
    await add(
        "delivery", id=uuid7(), notice_id=notice, message_id=message, via="EMAIL", created_at=NINE
    )
    return notice


async def standing(message: MessageId) -> Message:
    """The message as it is now."""
    (row,) = await fetch("SELECT * FROM message WHERE id = $1", message)
    return message_of(row)


async def tries(message: MessageId) -> list[tuple[int, str, str]]:
    """Number, outcome and answer of each attempt."""
    rows = await fetch("SELECT * FROM attempt WHERE message_id = $1 ORDER BY number", message)
    return [(row["number"], row["outcome"], row["answer"]) for row in rows]
