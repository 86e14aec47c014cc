"""What acts on the ways to people write, in a unit of work: by a token, or by a shell."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from uuid_utils.compat import uuid7

from escgraph.commands.acting import Written
from escgraph.domain.channels import HAVING, MOST_OF_ONE, SIGNED, end_of_old_secret, in_order
from escgraph.domain.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    WrongStatusError,
)
from escgraph.domain.event import Event
from escgraph.domain.events_channels import (
    ChannelAdded,
    ChannelDisabled,
    ChannelEnabled,
    ChannelRemoved,
    ChannelSecretRotated,
    ChannelsOrdered,
)
from escgraph.domain.notice import ChannelKind
from escgraph.domain.places import masked_email, place_of
from escgraph.domain.terms import ChannelId, PersonId
from escgraph.domain.texts import line
from escgraph.store import channels, people, sealing, signing, timeline
from escgraph.store.notice_rows import Channel


@dataclass(frozen=True, slots=True)
class By:
    """Whose deed it is, None for somebody at the machine itself; and when."""

    person: PersonId | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """A way that somebody wants; `address` was checked, None for the e-mail address they have."""

    kind: ChannelKind
    name: str
    address: str | None = field(repr=False)


async def add(person: PersonId, wanted: Wanted, *, secret: str, by: By) -> Written:
    """Add it behind the others; `secret` signs where that kind of channel is signed.

    Raises:
        NotFoundError: there is no such active person.
        InvalidInputError: their role hears of nothing by channels, or the name is none.
        ConflictError: they have too many, or no key is set to seal the address with.
    """
    await people.must_be_active((person,), field="personId", roles=HAVING)
    known = await channels.locked_of(person)
    if len(known) >= MOST_OF_ONE:
        raise ConflictError(
            f"there are {MOST_OF_ONE} channels already; remove one first", field=("personId",)
        )
    channel = Channel(
        id=ChannelId(uuid7()),
        person=person,
        kind=wanted.kind,
        name=line(wanted.name, "name"),
        ordinal=max((one.ordinal for one in known), default=0) + 1,
        target=None if wanted.address is None else sealing.seal(wanted.address),
        secrets=signing.sealed(secret) if wanted.kind in SIGNED else None,
        place=await _place(person, wanted),
        created_at=by.at,
        disabled_at=None,
        disabled_reason=None,
        removed_at=None,
    )
    await channels.insert(channel)
    added = ChannelAdded(
        at=by.at,
        by=by.person,
        channel=channel.id,
        person=person,
        channel_kind=channel.kind,
        name=channel.name,
    )
    return await _told(channel.id, added)


async def remove(channel_id: ChannelId, *, by: By, only_of: PersonId | None = None) -> Written:
    """Forget where it leads; `only_of` where others' are none of the actor's.

    Raises:
        NotFoundError: there is none, or it is somebody else's.
    """
    channel = await _locked(channel_id, only_of=only_of)
    await channels.remove(channel.id, at=by.at)
    event = ChannelRemoved(at=by.at, by=by.person, channel=channel.id, person=channel.person)
    return await _told(channel.person, event)


async def disable(
    channel_id: ChannelId, *, reason: str, by: By, only_of: PersonId | None = None
) -> Written:
    """Pass it over until it is enabled.

    Raises as `remove` does, and

    InvalidInputError: the reason is none. WrongStatusError: it is disabled already.
    """
    channel = await _locked(channel_id, only_of=only_of)
    if channel.disabled_at is not None:
        raise WrongStatusError(
            "the channel is disabled already; enable it to use it again", field=("channelId",)
        )
    reason = line(reason, "reason")
    await channels.disable(channel.id, at=by.at, reason=reason)
    event = ChannelDisabled(
        at=by.at, by=by.person, channel=channel.id, person=channel.person, reason=reason
    )
    return await _told(channel.id, event)


async def enable(channel_id: ChannelId, *, by: By, only_of: PersonId | None = None) -> Written:
    """Use it again.

    Raises as `remove` does, and

    WrongStatusError: it is enabled already.
    """
    channel = await _locked(channel_id, only_of=only_of)
    if channel.disabled_at is None:
        raise WrongStatusError(
            "the channel is enabled already; nothing is to be done", field=("channelId",)
        )
    await channels.enable(channel.id)
    event = ChannelEnabled(at=by.at, by=by.person, channel=channel.id, person=channel.person)
    return await _told(channel.id, event)


async def put_in_order(person: PersonId, wanted: Sequence[ChannelId], *, by: By) -> Written:
    """Try them in that order from now on.

    Raises:
        InvalidInputError: the order has not each of the person's channels once.
    """
    known = await channels.locked_of(person)
    ordered = in_order(wanted, [one.id for one in known])
    await channels.put_in_order(ordered)
    event = ChannelsOrdered(at=by.at, by=by.person, person=person, channels=ordered)
    return await _told(person, event)


async def rotate(
    channel_id: ChannelId,
    *,
    secret: str,
    grace: timedelta,
    by: By,
    only_of: PersonId | None = None,
) -> Written:
    """Let that secret sign, and those before it as long as the grace lasts.

    Raises as `remove` does, and

    InvalidInputError: nothing signs for such a channel, or the grace is out of bounds.
    """
    channel = await _locked(channel_id, only_of=only_of)
    if channel.secrets is None:
        raise InvalidInputError(
            f"{channel.kind} channels are not signed; only those of the kind "
            f"{' or '.join(sorted(SIGNED))} are",
            field=("channelId",),
        )
    until = end_of_old_secret(at=by.at, grace=grace)
    secrets = signing.rotated(channel.secrets, secret, at=by.at, old_until=until)
    await channels.sign_with(channel.id, secrets)
    event = ChannelSecretRotated(
        at=by.at, by=by.person, channel=channel.id, person=channel.person, old_until=until
    )
    return await _told(channel.id, event)


async def _locked(channel_id: ChannelId, *, only_of: PersonId | None) -> Channel:
    """The channel, its person's others locked too, which never belongs to another person.

    Raises:
        NotFoundError: there is none, it was removed, or it is somebody else's.
    """
    found = (await channels.by_ids([channel_id])).get(channel_id)
    if found is not None and only_of in {None, found.person}:
        for channel in await channels.locked_of(found.person):
            if channel.id == channel_id:
                return channel
    raise NotFoundError(
        f"there is no channel with the id {channel_id}; see channels", field=("channelId",)
    )


async def _place(person: PersonId, wanted: Wanted) -> str:
    if wanted.address is not None:
        return place_of(wanted.kind, wanted.address)
    return masked_email((await people.by_ids([person]))[person].email)


async def _told(object_id: ChannelId | PersonId, event: Event) -> Written:
    return Written(object_id, await timeline.append_alone(event))
