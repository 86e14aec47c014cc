"""What people were told, as it lies in the database, and messages that fare as a test wants."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from uuid_utils.compat import uuid7

from escgraph.domain.notice import ChannelKind, Notice, Pace
from escgraph.domain.terms import ChannelId, PersonId
from escgraph.store.database import execute, fetch
from escgraph.store.notice_rows import notice_of
from escgraph.store.values import moment, uuid
from tests.store.ladders import EVERYBODY, NINE
from tests.store.rows import add

NAMES = {person.id: person.name for person in EVERYBODY}


@dataclass(frozen=True)
class Sent:
    """A message and what it carries."""

    to: str
    kind: ChannelKind
    pace: Pace
    due_at: datetime
    notices: tuple[str, ...]
    id: object


async def all_notices() -> list[Notice]:
    """The oldest first."""
    rows = await fetch("SELECT * FROM notice ORDER BY position, key")
    return [notice_of(row) for row in rows]


async def heard() -> dict[str, list[str]]:
    """What each person was told, by name, in the order of the events."""
    told: dict[str, list[str]] = defaultdict(list)
    for notice in await all_notices():
        told[NAMES[notice.person]].append(notice.kind.value)
    return dict(told)


async def sent() -> list[Sent]:
    """Every message, the first made first."""
    rows = await fetch("SELECT * FROM message ORDER BY created_at, id")
    return [
        Sent(
            to=NAMES[PersonId(uuid(row["person_id"]))],
            kind=ChannelKind(row["kind"]),
            pace=Pace(row["pace"]),
            due_at=cast("datetime", moment(row["due_at"])),
            notices=await _carried(row["id"]),
            id=row["id"],
        )
        for row in rows
    ]


async def _carried(message: object) -> tuple[str, ...]:
    rows = await fetch(
        "SELECT n.kind FROM delivery d JOIN notice n ON n.id = d.notice_id "
        "WHERE d.message_id = $1 ORDER BY n.position, n.key",
        message,
    )
    return tuple(row["kind"] for row in rows)


async def counts() -> dict[str, int]:
    """How many rows there are of each kind."""
    return {
        table: int((await fetch(f"SELECT count(*) AS count FROM {table}"))[0]["count"])
        for table in ("notice", "delivery", "message")
    }


async def begin(message: object, *, at: datetime) -> None:
    """As a sender does that begins to send it."""
    await execute(
        "UPDATE message SET state = 'SENDING', attempts = attempts + 1, leased_until = $2, "
        "first_attempt_at = coalesce(first_attempt_at, $2) WHERE id = $1",
        message,
        at,
    )


async def deliver(message: object, *, at: datetime) -> None:
    await begin(message, at=at)
    await execute(
        "UPDATE message SET state = 'DELIVERED', leased_until = NULL, delivered_at = $2 "
        "WHERE id = $1",
        message,
        at,
    )


async def deliver_due(*, at: datetime) -> None:
    """As senders do who have nothing to wait for: each message at its moment."""
    rows = await fetch("SELECT id, due_at FROM message WHERE state = 'WAITING'")
    for row in rows:
        due = cast("datetime", moment(row["due_at"]))
        if due <= at:
            await deliver(row["id"], at=due)


async def die(message: object, *, at: datetime) -> None:
    await begin(message, at=at)
    await execute(
        "UPDATE message SET state = 'DEAD', leased_until = NULL, died_at = $2 WHERE id = $1",
        message,
        at,
    )


async def channels(person: PersonId, *kinds: ChannelKind) -> list[ChannelId]:
    """Give the person those ways, in that order."""
    ids = [ChannelId(uuid7()) for _ in kinds]
    for ordinal, (channel, kind) in enumerate(zip(ids, kinds, strict=True)):
        await add(
            "channel",
            id=channel,
            person_id=person,
            kind=kind,
            name=kind.lower(),
            ordinal=ordinal,
            target="sealed",
            place="somewhere",
            created_at=NINE,
        )
    return ids


async def wishes(
    person: PersonId,
    *,
    quiet: Sequence[str | None] = (None, None),
    digest_at: str | None = None,
    hourly_cap: int | None = None,
) -> None:
    await add(
        "preference",
        id=uuid7(),
        person_id=person,
        zone="Europe/Berlin",
        quiet_from=quiet[0],
        quiet_until=quiet[1],
        digest_at=digest_at,
        hourly_cap=hourly_cap,
        updated_at=NINE,
    )
