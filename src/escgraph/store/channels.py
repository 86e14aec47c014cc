"""The ways to people at rest."""

from collections.abc import Sequence

from escgraph.domain.terms import ChannelId, PersonId
from escgraph.store.database import fetch
from escgraph.store.notice_rows import Channel, channel_of


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
