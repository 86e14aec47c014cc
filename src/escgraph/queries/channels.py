"""The ways to people: for themselves and for administrators, and for nobody else."""

from collections.abc import Collection
from datetime import datetime

from escgraph.domain.errors import NotFoundError
from escgraph.domain.permissions import Act, permit
from escgraph.domain.terms import ChannelId, PersonId, Role
from escgraph.domain.ticket import Actor
from escgraph.store import channels, signing
from escgraph.store.notice_rows import Channel

__all__ = ["Channel", "by_id", "of_people", "of_person", "sees_wishes_of", "signs", "with_id"]


async def of_people(
    people: Collection[PersonId], *, viewer: Actor
) -> dict[PersonId, list[Channel]]:
    """The channels of each of those whose channels the viewer may see, the first tried first."""
    return await channels.of_people([one for one in people if sees_wishes_of(one, viewer)])


async def of_person(person: PersonId, *, viewer: Actor) -> list[Channel]:
    """The same of one person; none where the viewer may not see them."""
    return (await of_people([person], viewer=viewer)).get(person, [])


async def by_id(channel_id: ChannelId, *, viewer: Actor) -> Channel:
    """One channel that was not removed.

    Raises:
        NotFoundError: there is none, or none that the viewer may see.
    """
    found = await with_id(channel_id, viewer=viewer)
    if found is None:
        raise NotFoundError(
            f"there is no channel with the id {channel_id}; see channels", field=("id",)
        )
    return found


async def with_id(channel_id: ChannelId, *, viewer: Actor) -> Channel | None:
    """The same; None where there is none."""
    found = (await channels.by_ids([channel_id])).get(channel_id)
    if found is None or found.removed_at is not None:
        return None
    return found if sees_wishes_of(found.person, viewer) else None


async def signs(channel_id: ChannelId, secret: str, *, at: datetime) -> bool:
    """Whether that is the secret that the channel signs with first."""
    channel = (await channels.by_ids([channel_id]))[channel_id]
    if channel.secrets is None:
        return False
    return signing.signing(channel.secrets, at=at)[:1] == (secret,)


def sees_wishes_of(person: PersonId, viewer: Actor) -> bool:
    """Whether the viewer may see how that person wants to be told.

    Raises:
        ForbiddenError: the role reads nothing.
    """
    permit(viewer, Act.READ)
    return person == viewer.person or viewer.role is Role.ADMINISTRATOR
