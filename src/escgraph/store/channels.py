"""The ways to people at rest.

Lock order: idempotency key, person, counter.
"""

from collections.abc import Sequence
from datetime import datetime

from escgraph.domain.terms import ChannelId, PersonId
from escgraph.store.database import execute, fetch
from escgraph.store.notice_rows import Channel, channel_of
from escgraph.store.people import lock


async def of_people(people: Sequence[PersonId]) -> dict[PersonId, list[Channel]]:
    """Every channel that they have and did not remove, the disabled too, in their own order."""
    if not people:
        return {}
    marks = ", ".join(f"${n}" for n in range(1, len(people) + 1))
    rows = await fetch(
        f"SELECT * FROM channel WHERE person_id IN ({marks}) AND removed_at IS NULL "  # noqa: S608 - placeholders
        "ORDER BY person_id, ordinal, id",
        *people,
    )
    found: dict[PersonId, list[Channel]] = {person: [] for person in people}
    for row in rows:
        channel = channel_of(row)
        found[channel.person].append(channel)
    return found


async def by_ids(ids: Sequence[ChannelId]) -> dict[ChannelId, Channel]:
    """Those of them that exist, removed ones too."""
    if not ids:
        return {}
    marks = ", ".join(f"${n}" for n in range(1, len(ids) + 1))
    rows = await fetch(f"SELECT * FROM channel WHERE id IN ({marks})", *ids)  # noqa: S608 - placeholders
    return {channel.id: channel for channel in map(channel_of, rows)}


async def locked_of(person: PersonId) -> list[Channel]:
    """The person's channels as `of_people` gives them; nobody else changes them in this unit."""
    await lock(person)
    return (await of_people([person]))[person]


async def insert(channel: Channel) -> None:
    await execute(
        "INSERT INTO channel (id, person_id, kind, name, ordinal, target, secrets, place, "
        "created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        channel.id,
        channel.person,
        channel.kind,
        channel.name,
        channel.ordinal,
        channel.target,
        channel.secrets,
        channel.place,
        channel.created_at,
    )


async def remove(channel: ChannelId, *, at: datetime) -> None:
    """Forget where it led and what signed for it."""
    await execute(
        "UPDATE channel SET removed_at = $2, target = NULL, secrets = NULL WHERE id = $1",
        channel,
        at,
    )


async def disable(channel: ChannelId, *, at: datetime, reason: str) -> None:
    await execute(
        "UPDATE channel SET disabled_at = $2, disabled_reason = $3 WHERE id = $1",
        channel,
        at,
        reason,
    )


async def enable(channel: ChannelId) -> None:
    await execute(
        "UPDATE channel SET disabled_at = NULL, disabled_reason = NULL WHERE id = $1", channel
    )


async def put_in_order(channels: Sequence[ChannelId]) -> None:
    """The first of them is tried first."""
    for ordinal, channel in enumerate(channels, 1):
        await execute("UPDATE channel SET ordinal = $2 WHERE id = $1", channel, ordinal)


async def sign_with(channel: ChannelId, secrets: str) -> None:
    """`secrets` are sealed."""
    await execute("UPDATE channel SET secrets = $2 WHERE id = $1", channel, secrets)
