"""`escgraph webhook`: which endpoints of scripts hear of events. A shell needs no token."""

from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import typer

from escgraph.cli.console import remark, say, say_json, say_table
from escgraph.cli.person import Json, person_of
from escgraph.cli.running import finish, opened, ready, told
from escgraph.cli.webhook_table import as_json as written
from escgraph.cli.webhook_table import table
from escgraph.cli.words import named
from escgraph.commands import webhook_steps as steps
from escgraph.commands.webhook_steps import By, Step
from escgraph.commands.webhooks import BY_HAND, endpoint, new_secret
from escgraph.config import Settings
from escgraph.domain.events import KINDS
from escgraph.domain.terms import Priority, Tier, WebhookId
from escgraph.domain.webhook import GRACE
from escgraph.queries import webhooks
from escgraph.queries.events import EventFilter
from escgraph.queries.webhooks import WebhookView
from escgraph.store.transactions import unit_of_work
from escgraph.stream.cursor import Cursor

app = typer.Typer()
group = typer.Typer(no_args_is_help=True)
app.add_typer(group, name="webhook", help=__doc__)

Which = Annotated[
    UUID, typer.Argument(metavar="ID", help="See: escgraph webhook list.", show_default=False)
]
_HOUR = timedelta(hours=1)


def _kind(text: str) -> str:
    if text not in KINDS:
        raise typer.BadParameter(f"{text!r} is no kind of event; see EventKind in escgraph schema")
    return text


@group.command("list")
def everything(*, as_json: Json = False) -> None:
    """List all webhooks: how far each is, and how it fares."""

    async def work(settings: Settings) -> list[WebhookView]:
        async with opened(settings):
            return await webhooks.everything()

    with told():
        found = finish(work(ready()))
    if as_json:
        say_json([written(view) for view in found])
    else:
        say_table(table(found))


@group.command()
def create(
    email: Annotated[str, typer.Argument(help="By whose eyes it sees.", show_default=False)],
    url: Annotated[str, typer.Argument(help="Where its messages go.", show_default=False)],
    *,
    name: Annotated[str, typer.Option(help="What it is for.", show_default=False)],
    kind: Annotated[
        list[str] | None,
        typer.Option(parser=_kind, metavar="KIND", help="Only such events, as TicketEscalated."),
    ] = None,
    tier: Annotated[
        list[Tier] | None,
        typer.Option(parser=named(Tier), metavar="TIER", help="Only of tickets that stand there."),
    ] = None,
    priority: Annotated[
        list[Priority] | None,
        typer.Option(parser=named(Priority), metavar="PRIORITY", help="Only of such tickets."),
    ] = None,
    urgent: Annotated[bool, typer.Option("--urgent", help="Only of urgent tickets.")] = False,
    as_json: Json = False,
) -> None:
    """Subscribe an endpoint from now on, and print the secret that signs: once.

    It is kept sealed. To begin earlier, replay it.
    """
    secret = new_secret()
    wanted = EventFilter(
        kinds=frozenset(kind) if kind else None,
        tiers=frozenset(tier) if tier else None,
        priorities=frozenset(priority) if priority else None,
        urgent_only=urgent,
    )

    async def work(settings: Settings) -> WebhookView:
        async with opened(settings) as now:
            owner = await person_of(email)
            made = await unit_of_work(
                lambda: steps.create(
                    owner=owner.id,
                    name=name,
                    endpoint=endpoint(url, allowed=settings.allowed_networks),
                    wanted=wanted,
                    after=None,
                    secret=secret,
                    by=By(None, now),
                )
            )
            return await webhooks.one(WebhookId(made.id))

    with told():
        view = finish(work(ready()))
    _say_secret(view, secret, as_json=as_json)


@group.command()
def rotate(
    webhook_id: Which,
    *,
    grace: Annotated[
        float, typer.Option(help="Hours that the secrets before it sign too, up to 30 days.")
    ] = GRACE / _HOUR,
    as_json: Json = False,
) -> None:
    """Sign with another secret and print it: once, as it is kept sealed."""
    secret = new_secret()

    def step(now: datetime) -> Step:
        return steps.rotate(secret=secret, grace=grace * _HOUR, by=By(None, now))

    with told():
        view = finish(_act(ready(), webhook_id, step))
    _say_secret(view, secret, as_json=as_json)


@group.command()
def replay(
    webhook_id: Which,
    *,
    after: Annotated[str, typer.Option(metavar="CURSOR", help="As events and webhooks show it.")],
    as_json: Json = False,
) -> None:
    """Send everything behind a cursor again, each event under the id that it had."""
    with told():
        place = Cursor.parse(after)
        view = finish(
            _act(ready(), webhook_id, lambda now: steps.replay(after=place, by=By(None, now)))
        )
    _say(view, f"{view.lag} events are looked at again", as_json=as_json)


@group.command()
def disable(
    webhook_id: Which,
    *,
    reason: Annotated[str, typer.Option(help="Why.")] = BY_HAND,
    as_json: Json = False,
) -> None:
    """Let it send nothing until it is enabled; nothing is lost."""
    _do(webhook_id, lambda by: steps.disable(reason=reason, by=by), "it rests", as_json=as_json)


@group.command()
def enable(webhook_id: Which, *, as_json: Json = False) -> None:
    """Let it go on where it was."""
    _do(webhook_id, lambda by: steps.enable(by=by), "it goes on where it was", as_json=as_json)


@group.command("test")
def try_it(webhook_id: Which, *, as_json: Json = False) -> None:
    """Send an event WebhookTested by this webhook alone."""
    said = "a message is on its way; see: escgraph webhook list"
    _do(webhook_id, lambda by: steps.test(by=by), said, as_json=as_json)


@group.command()
def remove(webhook_id: Which) -> None:
    """Forget a webhook and where it led."""

    async def work(settings: Settings) -> None:
        async with opened(settings) as now:
            step = steps.remove(by=By(None, now))
            await unit_of_work(lambda: steps.on(WebhookId(webhook_id), step))

    with told():
        finish(work(ready()))
    remark("it is there no more")


def _do(webhook_id: UUID, step: Callable[[By], Step], said: str, *, as_json: bool) -> None:
    with told():
        view = finish(_act(ready(), webhook_id, lambda now: step(By(None, now))))
    _say(view, said, as_json=as_json)


def _act(
    settings: Settings, webhook_id: UUID, step: Callable[[datetime], Step]
) -> Coroutine[Any, Any, WebhookView]:
    async def work() -> WebhookView:
        async with opened(settings) as now:
            await unit_of_work(lambda: steps.on(WebhookId(webhook_id), step(now)))
            return await webhooks.one(WebhookId(webhook_id))

    return work()


def _say(view: WebhookView, said: str, *, as_json: bool) -> None:
    if as_json:
        say_json(written(view))
    else:
        remark(f"{view.webhook.name}: {said}")


def _say_secret(view: WebhookView, secret: str, *, as_json: bool) -> None:
    if as_json:
        say_json({**written(view), "secret": secret})
        return
    remark(f"what signs for {view.webhook.name} ({view.webhook.id}), shown only now:")
    say(secret)
    remark(f"To try it: escgraph webhook test {view.webhook.id}")
