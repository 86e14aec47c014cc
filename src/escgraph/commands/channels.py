"""The ways to people: added, removed, disabled, enabled, ordered, and signed with another secret.

Everybody who works on tickets does it for themselves, an administrator for anybody (P2).
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from escgraph.commands import channel_steps as steps
from escgraph.commands.acting import Call, Written, once
from escgraph.commands.channel_address import Networks, checked
from escgraph.commands.channel_steps import By
from escgraph.domain.notice import ChannelKind
from escgraph.domain.permissions import Act, permit, permit_for
from escgraph.domain.terms import ChannelId, PersonId, Role
from escgraph.store.signing import new_secret

__all__ = [
    "BY_HAND",
    "add_channel",
    "disable_channel",
    "enable_channel",
    "new_secret",
    "order_channels",
    "remove_channel",
    "rotate_channel_secret",
]

BY_HAND = "by hand"

Step = Callable[[PersonId | None], Awaitable[Written]]
"""What to do; it is given whose channels alone the actor may touch."""


async def add_channel(
    *,
    call: Call,
    person: PersonId | None,
    kind: ChannelKind,
    name: str,
    address: str | None,
    secret: str,
    allowed: Networks,
) -> Written:
    """Let the person be told that way too, after the others; the actor unless said.

    Raises:
        ForbiddenError: the role has no channels, or it is for somebody else.
        NotFoundError: there is no such active person.
        InvalidInputError: the name or the address is none, nothing may be sent there, or the
            person's role hears of nothing by channels.
        ConflictError: they have too many, or no key is set to seal the address with.
    """
    whose = person or call.by.person
    permit_for(call.by, Act.ADD_CHANNEL, whose)
    wanted = await checked(kind, name=name, address=address, allowed=allowed)
    return await once(lambda: steps.add(whose, wanted, secret=secret, by=_by(call)), call=call)


async def remove_channel(channel_id: ChannelId, *, call: Call) -> Written:
    """Forget a channel and where it leads; what was sent by it can be read still.

    Raises:
        ForbiddenError: the actor has no channels.
        NotFoundError: there is none with that id, or it is somebody else's.
    """

    def step(only_of: PersonId | None) -> Awaitable[Written]:
        return steps.remove(channel_id, by=_by(call), only_of=only_of)

    return await _on(Act.REMOVE_CHANNEL, step, call=call)


async def disable_channel(channel_id: ChannelId, *, call: Call, reason: str) -> Written:
    """Pass a channel over until it is enabled.

    Raises as `remove_channel` does, and

    InvalidInputError: the reason is none. WrongStatusError: it is disabled already.
    """

    def step(only_of: PersonId | None) -> Awaitable[Written]:
        return steps.disable(channel_id, reason=reason, by=_by(call), only_of=only_of)

    return await _on(Act.DISABLE_CHANNEL, step, call=call)


async def enable_channel(channel_id: ChannelId, *, call: Call) -> Written:
    """Use a channel again, that was disabled by hand or by a receiver that was gone.

    Raises as `remove_channel` does, and

    WrongStatusError: it is enabled already.
    """

    def step(only_of: PersonId | None) -> Awaitable[Written]:
        return steps.enable(channel_id, by=_by(call), only_of=only_of)

    return await _on(Act.ENABLE_CHANNEL, step, call=call)


async def order_channels(
    wanted: Sequence[ChannelId], *, call: Call, person: PersonId | None
) -> Written:
    """Try the person's channels in that order; the actor's unless said.

    Raises:
        ForbiddenError: the role has no channels, or they are somebody else's.
        InvalidInputError: the order has not each of the channels once.
    """
    whose = person or call.by.person

    async def work() -> Written:
        permit_for(call.by, Act.ORDER_CHANNELS, whose)
        return await steps.put_in_order(whose, wanted, by=_by(call))

    return await once(work, call=call)


async def rotate_channel_secret(
    channel_id: ChannelId, *, call: Call, secret: str, grace: timedelta
) -> Written:
    """Sign with that secret, and with those before it as long as the grace lasts.

    Raises as `remove_channel` does, and

    InvalidInputError: nothing signs for such a channel, or the grace is out of bounds.
    """

    def step(only_of: PersonId | None) -> Awaitable[Written]:
        return steps.rotate(channel_id, secret=secret, grace=grace, by=_by(call), only_of=only_of)

    return await _on(Act.ROTATE_CHANNEL_SECRET, step, call=call)


async def _on(act: Act, step: Step, *, call: Call) -> Written:
    async def work() -> Written:
        permit(call.by, act)
        return await step(None if call.by.role is Role.ADMINISTRATOR else call.by.person)

    return await once(work, call=call)


def _by(call: Call) -> By:
    return By(call.by.person, call.at)
