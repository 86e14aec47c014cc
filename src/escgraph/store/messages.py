"""Messages that are still being filled: the open ones, what went lately, and what is put in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from uuid_utils.compat import uuid7

from escgraph.domain.calm import GATHERING, HOUR
from escgraph.domain.notice import ChannelKind, MessageState, Pace
from escgraph.domain.terms import ChannelId, MessageId, NoticeId, PersonId
from escgraph.domain.ways import Way
from escgraph.store.bulk import among, insert
from escgraph.store.database import dialect, execute_many, fetch
from escgraph.store.notice_rows import circuit_of
from escgraph.store.values import moment, uuid


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A message that takes more: nobody began to send it. `zone` is the person's."""

    id: MessageId
    person: PersonId
    way: Way
    pace: Pace
    zone: str | None
    created_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """A message of the last hour; `goes_at` is when it was first tried, or will be."""

    id: MessageId
    person: PersonId
    way: Way
    pace: Pace
    created_at: datetime
    goes_at: datetime


async def open_ones(people: Sequence[PersonId]) -> list[Open]:
    """The messages to those people that take more, locked: nobody begins to send them now.

    One that somebody is about to begin takes no more, nor does one that was sent before and waits
    anew: a receiver may have it under its id.
    """
    locking = "FOR UPDATE SKIP LOCKED" if dialect() == "postgres" else ""
    rows = await fetch(
        f"SELECT * FROM message WHERE {among('person_id', '$1')} "  # noqa: S608 - our own names
        f"AND state = 'WAITING' AND first_attempt_at IS NULL ORDER BY due_at, id {locking}",
        list(people),
    )
    return [
        Open(
            id=MessageId(uuid(row["id"])),
            person=PersonId(uuid(row["person_id"])),
            way=_way(row),
            pace=Pace(row["pace"]),
            zone=row["zone"],
            created_at=cast("datetime", moment(row["created_at"])),
            due_at=cast("datetime", moment(row["due_at"])),
        )
        for row in rows
    ]


async def made_lately(people: Sequence[PersonId], *, at: datetime) -> list[Made]:
    """The messages that were made for those people in the last hour, the first one first."""
    rows = await fetch(
        "SELECT id, person_id, kind, channel_id, pace, created_at, due_at, first_attempt_at "  # noqa: S608 - our own names
        f"FROM message WHERE {among('person_id', '$1')} AND created_at > $2 "
        "ORDER BY created_at, id",
        list(people),
        at - HOUR,
    )
    return [
        Made(
            MessageId(uuid(row["id"])),
            PersonId(uuid(row["person_id"])),
            _way(row),
            Pace(row["pace"]),
            cast("datetime", moment(row["created_at"])),
            _goes_at(row),
        )
        for row in rows
    ]


async def add(messages: Sequence[Open]) -> None:
    """Store new ones."""
    await insert(
        "message",
        [
            {
                "id": one.id,
                "person_id": one.person,
                "channel_id": one.way.channel,
                "zone": one.zone,
                "kind": one.way.kind,
                "pace": one.pace,
                "circuit": circuit_of(one.way.kind, own=one.way.channel),
                "state": MessageState.WAITING,
                "created_at": one.created_at,
                "due_at": one.due_at,
                "attempts": 0,
                "fence": 0,
            }
            for one in messages
        ],
    )


async def put_off(messages: Iterable[tuple[MessageId, datetime]]) -> None:
    """Let open messages, which are locked, go at those moments."""
    await execute_many("UPDATE message SET due_at = $2 WHERE id = $1", list(messages))


async def deliver(notices: Iterable[tuple[NoticeId, MessageId, Way]], *, at: datetime) -> int:
    """Put each notice into its message; how many were not on that way already."""
    rows = [
        {
            "id": uuid7(),
            "notice_id": notice,
            "message_id": message,
            "via": way.via,
            "created_at": at,
        }
        for notice, message, way in notices
    ]
    return len(await insert("delivery", rows, unless="notice_id, via"))


async def wait_until(ids: Sequence[MessageId]) -> dict[MessageId, datetime]:
    """For which of those messages a notice in it waits for more rungs, and how long."""
    if not ids:
        return {}
    rows = await fetch(
        "SELECT d.message_id, max(n.more_until) AS until FROM delivery d "  # noqa: S608 - our own names
        "JOIN notice n ON n.id = d.notice_id "
        f"WHERE {among('d.message_id', '$1')} AND n.more_until IS NOT NULL GROUP BY d.message_id",
        list(ids),
    )
    return {
        MessageId(uuid(row["message_id"])): cast("datetime", moment(row["until"])) for row in rows
    }


def _way(row: dict[str, Any]) -> Way:
    channel = row["channel_id"]
    return Way(ChannelKind(row["kind"]), ChannelId(uuid(channel)) if channel else None)


def _goes_at(row: dict[str, Any]) -> datetime:
    """A later try moves `due_at`, and says nothing of when it was due at first."""
    first = moment(row["first_attempt_at"])
    if first is not None:
        return first
    due, created = moment(row["due_at"]), moment(row["created_at"])
    assert due is not None
    assert created is not None
    return min(due, created + GATHERING)
