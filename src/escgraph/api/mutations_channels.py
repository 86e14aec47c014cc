"""The ways to people: adding, removing, disabling, enabling, ordering and rotating secrets."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import strawberry

from escgraph.api.acting import Given, KeyedInput, Outcome, Payload, attempt, may_read
from escgraph.api.context import Info
from escgraph.api.filters import person_id
from escgraph.api.identifiers import read_id, read_ids
from escgraph.api.typed import mutation
from escgraph.api.types_channel import Channel, channel_of, channels_of
from escgraph.commands import channels as commands
from escgraph.commands.acting import Call, Written
from escgraph.domain.channels import GRACE
from escgraph.domain.notice import ChannelKind
from escgraph.domain.permissions import Act
from escgraph.domain.terms import ChannelId, PersonId
from escgraph.queries import channels

_OWN = "For those who work on tickets, to their own; administrators, to anybody's."
_NOTHING = "null where nothing was written, or the token lacks the scope READ."
_SIGNS = (
    "What its messages are signed with (whsec_…, as in Standard Webhooks), for channels that are "
    "signed. It stands here once and is kept sealed: null where nothing was written, and for a "
    "repeated idempotency key."
)


@strawberry.input(description="Another way to tell somebody.")
class AddChannelInput(KeyedInput):
    kind: ChannelKind = strawberry.field(description="Which way; LOG cannot be added.")
    name: str = strawberry.field(description="What to call it.")
    address: str | None = strawberry.field(
        default=None,
        description="Where it leads: an e-mail address, a URL (https, to a public address or a "
        "network that the operator allows), or an address of Apprise's. It is kept sealed, and "
        "never shown. For EMAIL null: the e-mail address that the person has.",
    )
    person_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="Who is to be told; null: you. Others are for administrators, who do it for "
        "stakeholders too.",
    )


@strawberry.input
class ChannelInput(KeyedInput):
    channel_id: strawberry.ID = strawberry.field(description="The channel's id.")


@strawberry.input(description="Which channel is to be there no more.")
class RemoveChannelInput(ChannelInput):
    pass


@strawberry.input(description="Which channel is to be passed over.")
class DisableChannelInput(ChannelInput):
    reason: str = strawberry.field(default=commands.BY_HAND, description="Why.")


@strawberry.input(description="Which channel is to be used again.")
class EnableChannelInput(ChannelInput):
    pass


@strawberry.input(description="In which order somebody's channels are to be tried.")
class OrderChannelsInput(KeyedInput):
    channel_ids: list[strawberry.ID] = strawberry.field(
        description="Each of their channels once, the disabled too; the first is tried first."
    )
    person_id: strawberry.ID | None = strawberry.field(
        default=None, description="Whose they are; null: yours. Others are for administrators."
    )


@strawberry.input(description="Which channel gets another secret.")
class RotateChannelSecretInput(ChannelInput):
    grace: timedelta = strawberry.field(
        default=GRACE,
        description="How long the secrets before it sign too, so that a receiver can change over: "
        "0 to 30 days. PT0S where one became known.",
    )


@strawberry.type
class ChannelPayload(Payload):
    channel: Channel | None = strawberry.field(description=f"The channel; {_NOTHING}")


@strawberry.type
class ChannelsPayload(Payload):
    channels: list[Channel] | None = strawberry.field(
        description=f"All channels of the person, in their order; {_NOTHING}"
    )


@strawberry.type(description="What came of adding it.")
class AddChannelPayload(ChannelPayload):
    secret: str | None = strawberry.field(description=_SIGNS)


@strawberry.type(description="What came of removing it.")
class RemoveChannelPayload(ChannelsPayload):
    pass


@strawberry.type(description="What came of disabling it.")
class DisableChannelPayload(ChannelPayload):
    pass


@strawberry.type(description="What came of enabling it.")
class EnableChannelPayload(ChannelPayload):
    pass


@strawberry.type(description="What came of ordering them.")
class OrderChannelsPayload(ChannelsPayload):
    pass


@strawberry.type(description="What came of rotating it.")
class RotateChannelSecretPayload(ChannelPayload):
    secret: str | None = strawberry.field(description=_SIGNS)


@strawberry.type
class ChannelMutations:
    @mutation(description=f"Let somebody be told another way too, after the ways they have. {_OWN}")
    async def add_channel(self, info: Info, given: Given[AddChannelInput]) -> AddChannelPayload:
        async def act(call: Call, secret: str) -> Written:
            return await commands.add_channel(
                call=call,
                person=person_id(given.person_id, "personId"),
                kind=given.kind,
                name=given.name,
                address=given.address,
                secret=secret,
                allowed=info.context.surroundings.allowed_networks,
            )

        return await _with_secret(info, Act.ADD_CHANNEL, given, act, AddChannelPayload)

    @mutation(description=f"Forget a channel and where it leads. {_OWN}")
    async def remove_channel(
        self, info: Info, given: Given[RemoveChannelInput]
    ) -> RemoveChannelPayload:
        async def act(call: Call) -> Written:
            return await commands.remove_channel(_id(given), call=call)

        outcome = await attempt(info, Act.REMOVE_CHANNEL, given, act)
        return await _with_channels(info, outcome, RemoveChannelPayload)

    @mutation(description=f"Pass a channel over until it is enabled. {_OWN}")
    async def disable_channel(
        self, info: Info, given: Given[DisableChannelInput]
    ) -> DisableChannelPayload:
        async def act(call: Call) -> Written:
            return await commands.disable_channel(_id(given), call=call, reason=given.reason)

        outcome = await attempt(info, Act.DISABLE_CHANNEL, given, act)
        return await _with_channel(info, outcome, DisableChannelPayload)

    @mutation(
        description="Use a channel again that was disabled, by hand or by a receiver that was "
        f"gone. {_OWN}"
    )
    async def enable_channel(
        self, info: Info, given: Given[EnableChannelInput]
    ) -> EnableChannelPayload:
        async def act(call: Call) -> Written:
            return await commands.enable_channel(_id(given), call=call)

        outcome = await attempt(info, Act.ENABLE_CHANNEL, given, act)
        return await _with_channel(info, outcome, EnableChannelPayload)

    @mutation(description=f"Say in which order somebody's channels are tried. {_OWN}")
    async def order_channels(
        self, info: Info, given: Given[OrderChannelsInput]
    ) -> OrderChannelsPayload:
        async def act(call: Call) -> Written:
            ids = read_ids(given.channel_ids, field="channelIds")
            return await commands.order_channels(
                [ChannelId(one) for one in ids],
                call=call,
                person=person_id(given.person_id, "personId"),
            )

        outcome = await attempt(info, Act.ORDER_CHANNELS, given, act)
        return await _with_channels(info, outcome, OrderChannelsPayload)

    @mutation(
        description="Sign what goes to a channel with a new secret, for a while with those before "
        f"it too. {_OWN}"
    )
    async def rotate_channel_secret(
        self, info: Info, given: Given[RotateChannelSecretInput]
    ) -> RotateChannelSecretPayload:
        async def act(call: Call, secret: str) -> Written:
            return await commands.rotate_channel_secret(
                _id(given), call=call, secret=secret, grace=given.grace
            )

        return await _with_secret(
            info, Act.ROTATE_CHANNEL_SECRET, given, act, RotateChannelSecretPayload
        )


P = TypeVar("P", bound=ChannelPayload)
L = TypeVar("L", bound=ChannelsPayload)
S = TypeVar("S", AddChannelPayload, RotateChannelSecretPayload)


async def _with_secret(
    info: Info,
    act: Act,
    given: KeyedInput,
    command: Callable[[Call, str], Awaitable[Written]],
    payload: type[S],
) -> S:
    """Show the secret to whom it was made for, and not again where the same is asked twice."""
    secret = commands.new_secret()
    outcome = await attempt(info, act, given, lambda call: command(call, secret))
    return payload(
        channel=await _channel(info, outcome),
        secret=secret if await _signs(info, outcome, secret) else None,
        errors=outcome.errors,
        cursor=outcome.cursor,
    )


async def _with_channel(info: Info, outcome: Outcome, payload: type[P]) -> P:
    channel = await _channel(info, outcome)
    return payload(channel=channel, errors=outcome.errors, cursor=outcome.cursor)


async def _with_channels(info: Info, outcome: Outcome, payload: type[L]) -> L:
    shown = None
    if outcome.written is not None and may_read(info):
        viewer, whose = info.context.session.actor, PersonId(outcome.written.id)
        shown = channels_of(await channels.of_person(whose, viewer=viewer))
    return payload(channels=shown, errors=outcome.errors, cursor=outcome.cursor)


async def _channel(info: Info, outcome: Outcome) -> Channel | None:
    """None also where it was removed since, and the same is asked again."""
    if outcome.written is None or not may_read(info):
        return None
    viewer = info.context.session.actor
    row = await channels.with_id(ChannelId(outcome.written.id), viewer=viewer)
    return None if row is None else channel_of(row)


async def _signs(info: Info, outcome: Outcome, secret: str) -> bool:
    if outcome.written is None:
        return False
    now = info.context.surroundings.clock.now()
    return await channels.signs(ChannelId(outcome.written.id), secret, at=now)


def _id(given: ChannelInput) -> ChannelId:
    return ChannelId(read_id(given.channel_id, field="channelId"))
