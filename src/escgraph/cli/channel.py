"""`escgraph channel`: by which ways people are told. Whoever has a shell here needs no token."""

import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated
from uuid import UUID

import typer

from escgraph.cli.console import new_table, remark, say, say_json, say_table
from escgraph.cli.person import Json, person_of
from escgraph.cli.running import finish, opened, ready, told
from escgraph.cli.words import named
from escgraph.commands import channel_steps as steps
from escgraph.commands.acting import Written
from escgraph.commands.channel_address import checked
from escgraph.commands.channel_steps import By
from escgraph.commands.channels import BY_HAND, new_secret
from escgraph.config import Settings
from escgraph.domain.channels import GRACE, SIGNED
from escgraph.domain.notice import ChannelKind
from escgraph.domain.terms import ChannelId, PersonId
from escgraph.store import channels
from escgraph.store.notice_rows import Channel
from escgraph.store.transactions import unit_of_work

app = typer.Typer()
group = typer.Typer(no_args_is_help=True)
app.add_typer(group, name="channel", help=__doc__)

Whose = Annotated[str, typer.Argument(metavar="EMAIL", help="Whose.", show_default=False)]
Which = Annotated[
    UUID, typer.Argument(metavar="ID", help="See: escgraph channel list.", show_default=False)
]
Step = Callable[[By], Awaitable[Written]]
_HOUR = timedelta(hours=1)


@group.command("list")
def everything(email: Whose, *, as_json: Json = False) -> None:
    """List somebody's channels, the first tried first. Their e-mail address stands behind them."""

    async def work(settings: Settings) -> list[Channel]:
        async with opened(settings):
            return await _of((await person_of(email)).id)

    with told():
        found = finish(work(ready()))
    _say(found, as_json=as_json)


@group.command()
def add(
    email: Whose,
    kind: Annotated[
        ChannelKind,
        typer.Argument(
            parser=named(ChannelKind),
            metavar="KIND",
            help="EMAIL, WEBHOOK, SLACK, TEAMS, NTFY or APPRISE.",
            show_default=False,
        ),
    ],
    address: Annotated[
        str | None,
        typer.Argument(
            help="Where it leads; - reads it from standard input, so that no history keeps it. For "
            "EMAIL none: the address that they have.",
            show_default=False,
        ),
    ] = None,
    *,
    name: Annotated[str | None, typer.Option(help="What to call it; else its kind.")] = None,
    as_json: Json = False,
) -> None:
    """Tell somebody another way too, after the others; print the secret that signs a WEBHOOK: once.

    Address and secret are kept sealed.
    """
    secret = new_secret()
    where = sys.stdin.readline() if address == "-" else address

    async def work(settings: Settings) -> Channel:
        async with opened(settings) as now:
            person = (await person_of(email)).id
            wanted = await checked(
                kind, name=name or kind.lower(), address=where, allowed=settings.allowed_networks
            )
            by = By(None, now)
            made = await unit_of_work(lambda: steps.add(person, wanted, secret=secret, by=by))
            return await _one(made)

    with told():
        channel = finish(work(ready()))
    _say_with_secret(channel, secret, as_json=as_json)


@group.command()
def remove(channel_id: Which, *, as_json: Json = False) -> None:
    """Forget a channel and where it leads; prints what is left."""

    async def work(settings: Settings) -> list[Channel]:
        async with opened(settings) as now:
            by = By(None, now)
            gone = await unit_of_work(lambda: steps.remove(ChannelId(channel_id), by=by))
            return await _of(PersonId(gone.id))

    with told():
        left = finish(work(ready()))
    _say(left, as_json=as_json)


@group.command()
def disable(
    channel_id: Which,
    *,
    reason: Annotated[str, typer.Option(help="Why.")] = BY_HAND,
    as_json: Json = False,
) -> None:
    """Pass a channel over until it is enabled."""
    channel = _act(lambda by: steps.disable(ChannelId(channel_id), reason=reason, by=by))
    _say([channel], as_json=as_json)


@group.command()
def enable(channel_id: Which, *, as_json: Json = False) -> None:
    """Use a channel again, that was disabled by hand or by a receiver that was gone."""
    channel = _act(lambda by: steps.enable(ChannelId(channel_id), by=by))
    _say([channel], as_json=as_json)


@group.command()
def order(
    email: Whose,
    channel_ids: Annotated[
        list[UUID], typer.Argument(metavar="ID...", help="Each of theirs once.", show_default=False)
    ],
    *,
    as_json: Json = False,
) -> None:
    """Try somebody's channels in that order."""
    wanted = [ChannelId(one) for one in channel_ids]

    async def work(settings: Settings) -> list[Channel]:
        async with opened(settings) as now:
            person, by = (await person_of(email)).id, By(None, now)
            await unit_of_work(lambda: steps.put_in_order(person, wanted, by=by))
            return await _of(person)

    with told():
        found = finish(work(ready()))
    _say(found, as_json=as_json)


@group.command()
def rotate(
    channel_id: Which,
    *,
    grace: Annotated[
        float, typer.Option(help="Hours that the secrets before it sign too, up to 30 days.")
    ] = GRACE / _HOUR,
    as_json: Json = False,
) -> None:
    """Sign with another secret and print it: once, as it is kept sealed."""
    secret = new_secret()
    channel = _act(
        lambda by: steps.rotate(ChannelId(channel_id), secret=secret, grace=grace * _HOUR, by=by)
    )
    _say_with_secret(channel, secret, as_json=as_json)


def _act(step: Step) -> Channel:
    """The channel after that step."""

    async def work(settings: Settings) -> Channel:
        async with opened(settings) as now:
            return await _one(await unit_of_work(lambda: step(By(None, now))))

    with told():
        return finish(work(ready()))


async def _one(written: Written) -> Channel:
    (found,) = (await channels.by_ids([ChannelId(written.id)])).values()
    return found


async def _of(person: PersonId) -> list[Channel]:
    return (await channels.of_people([person]))[person]


def _say_with_secret(channel: Channel, secret: str, *, as_json: bool) -> None:
    if channel.kind not in SIGNED:
        _say([channel], as_json=as_json)
    elif as_json:
        say_json([{**_json(channel), "secret": secret}])
    else:
        remark(f"the secret that signs what goes to {channel.place}, shown only now:")
        say(secret)


def _say(found: list[Channel], *, as_json: bool) -> None:
    if as_json:
        say_json([_json(channel) for channel in found])
        return
    table = new_table("id", "kind", "name", "place", "state")
    for channel in found:
        state = "" if channel.disabled_at is None else f"disabled: {channel.disabled_reason}"
        table.add_row(str(channel.id), channel.kind, channel.name, channel.place, state)
    say_table(table)


def _json(channel: Channel) -> dict[str, object]:
    disabled = channel.disabled_at
    return {
        "id": str(channel.id),
        "kind": channel.kind,
        "name": channel.name,
        "place": channel.place,
        "signed": channel.secrets is not None,
        "createdAt": channel.created_at.isoformat(),
        "disabledAt": None if disabled is None else disabled.isoformat(),
        "disabledReason": channel.disabled_reason,
    }
