"""`escgraph token`: what people and programs come with. Whoever has a shell here needs none."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import typer

from escgraph.cli.console import new_table, remark, say, say_json, say_table
from escgraph.cli.person import Json, person_of
from escgraph.cli.running import finish, opened, ready, told
from escgraph.cli.welcome import ME, curl
from escgraph.cli.words import named
from escgraph.commands.people import new_secret, new_token, store_token
from escgraph.commands.seeding import SCOPES
from escgraph.config import Settings
from escgraph.domain.errors import NotFoundError
from escgraph.domain.events import TokenRevoked
from escgraph.domain.terms import PersonId, Scope, TokenId
from escgraph.store import people, timeline, tokens
from escgraph.store.people import Person
from escgraph.store.tokens import Token
from escgraph.store.transactions import unit_of_work

app = typer.Typer()
group = typer.Typer(no_args_is_help=True)
app.add_typer(group, name="token", help=__doc__)


@group.command()
def create(
    email: Annotated[str, typer.Argument(help="Whose it is.", show_default=False)],
    *,
    name: Annotated[str, typer.Option(help="What it is for.", show_default=False)],
    scope: Annotated[
        list[Scope] | None,
        typer.Option(
            parser=named(Scope),
            metavar="SCOPE",
            help=f"What it may do: {', '.join(Scope)}; else what the role is for.",
        ),
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="How long; else ESCGRAPH_TOKEN_DAYS.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a token and print it: once, on standard output, as only its hash is kept."""
    secret = new_secret()
    with told():
        settings = ready()
        lasting = timedelta(days=days or settings.token_days)
        token, person = finish(_create(settings, email, name, scope, lasting, secret))
    if as_json:
        say_json({**_json(token, person), "token": secret})
        return
    remark(f"the token of {person.name} for {', '.join(sorted(token.scopes))}, shown only now:")
    say(secret)
    remark(f"It is {_state(token, token.created_at)}. To use it, replace … by it:")
    remark(curl(settings, "…", ME))


@group.command("list")
def everything(*, as_json: Json = False) -> None:
    """List all tokens, the newest first. None is shown, as only hashes are kept."""

    async def work(settings: Settings) -> tuple[list[Token], dict[PersonId, Person], datetime]:
        async with opened(settings) as now:
            found = await tokens.everything()
            return found, await people.by_ids([token.person_id for token in found]), now

    with told():
        found, holders, now = finish(work(ready()))
    if as_json:
        say_json([_json(token, holders[token.person_id]) for token in found])
        return
    table = new_table("id", "person", "name", "scopes", "state")
    for token in found:
        scopes, email = " ".join(sorted(token.scopes)), holders[token.person_id].email
        table.add_row(str(token.id), email, token.name, scopes, _state(token, now))
    say_table(table)


@group.command()
def revoke(
    token_id: Annotated[UUID, typer.Argument(metavar="ID", help="See: escgraph token list.")],
    *,
    as_json: Json = False,
) -> None:
    """Make a token good for nothing; sockets that live by it end within seconds."""

    async def work(settings: Settings) -> tuple[Token, Person]:
        async with opened(settings) as now:
            await unit_of_work(lambda: _revoke(TokenId(token_id), at=now))
            token = await _known(TokenId(token_id))
            return token, (await people.by_ids([token.person_id]))[token.person_id]

    with told():
        token, person = finish(work(ready()))
    if as_json:
        say_json(_json(token, person))
    else:
        remark(f'the token "{token.name}" of {person.name} is revoked')


async def _create(
    settings: Settings,
    email: str,
    name: str,
    scopes: list[Scope] | None,
    lasting: timedelta,
    secret: str,
) -> tuple[Token, Person]:
    async with opened(settings) as now:
        person = await person_of(email)
        token = new_token(
            person_id=person.id,
            name=name,
            scopes=frozenset(scopes or SCOPES[person.role]),
            expires_at=now + lasting,
            at=now,
        )
        await unit_of_work(lambda: store_token(token, secret=secret, by=None))
        return token, person


async def _revoke(token_id: TokenId, *, at: datetime) -> None:
    """Once: the moment and the event are those of the first time."""
    token = await _known(token_id)
    if await tokens.revoke(token_id, at=at):
        event = TokenRevoked(at=at, by=None, token=token_id, person=token.person_id)
        await timeline.append_alone(event)


async def _known(token_id: TokenId) -> Token:
    token = await tokens.by_id(token_id)
    if token is None:
        raise NotFoundError(f"there is no token {token_id}; see: escgraph token list")
    return token


def _state(token: Token, now: datetime) -> str:
    if token.revoked_at is not None:
        return "revoked"
    if token.expires_at is None:
        return "good"
    day = f"{token.expires_at:%Y-%m-%d}"
    return f"good until {day}" if token.expires_at > now else f"expired {day}"


def _json(token: Token, person: Person) -> dict[str, object]:
    return {
        "id": str(token.id),
        "person": person.email,
        "name": token.name,
        "scopes": sorted(token.scopes),
        "demo": token.demo,
        "createdAt": token.created_at.isoformat(),
        "expiresAt": token.expires_at.isoformat() if token.expires_at else None,
        "revokedAt": token.revoked_at.isoformat() if token.revoked_at else None,
    }
