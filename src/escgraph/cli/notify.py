"""`escgraph notify`: whether notices reach people, and how they fared."""

from datetime import timedelta
from typing import Annotated

import typer

from escgraph.cli import notify_tables
from escgraph.cli.console import complain, remark, say_json
from escgraph.cli.notify_reading import Fate, Wanted, fates
from escgraph.cli.person import person_of
from escgraph.cli.redelivering import Requeued, acting, requeued
from escgraph.cli.running import Refusal, finish, for_shells, opened, ready, told
from escgraph.cli.words import named
from escgraph.config import Settings
from escgraph.domain.notice import MessageState
from escgraph.jobs.trial import Trial, send, trial
from escgraph.notify.outcome import UndeliveredError
from escgraph.notify.post_office import post_office
from escgraph.runtime import post_settings
from escgraph.store.keyset import LONGEST_PAGE
from escgraph.store.sealing import SealingError
from escgraph.store.ways import ClosedWayError

app = typer.Typer()
group = typer.Typer(no_args_is_help=True)
app.add_typer(group, name="notify", help=__doc__)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@group.command("test")
def send_test(
    email: Annotated[str, typer.Argument(help="Whom to send it to.", show_default=False)],
    *,
    via: Annotated[
        str | None,
        typer.Option(
            help="By which of their ways: its kind, as in SLACK, its name or its id; their first, "
            "where none is named."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Send a person one test letter now, and print what was answered; exit with 1 if it failed."""

    async def work(settings: Settings) -> tuple[Trial, str, bool]:
        async with opened(settings) as now, post_office(post_settings(settings)) as ways:
            mail_is_set = settings.smtp_url is not None
            chosen = await trial(await person_of(email), via=via, mail_is_set=mail_is_set)
            patience = timedelta(seconds=settings.send_timeout)
            try:
                return chosen, await send(chosen, ways=ways, patience=patience, at=now), True
            except UndeliveredError as error:
                return chosen, error.reason, False
            except (ClosedWayError, SealingError) as error:
                raise Refusal(str(error)) from None

    with told():
        tried, answer, arrived = finish(work(ready()))
    if as_json:
        say_json(_tried(tried, answer, arrived=arrived))
    elif arrived:
        remark(f"{tried.person.name} by {notify_tables.way(tried)}: {answer}")
    if not arrived:
        if not as_json:
            complain(f"{tried.person.name} by {notify_tables.way(tried)}: {answer}")
        raise typer.Exit(1)


@group.command("list")
def deliveries(
    *,
    ticket: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="Only of this ticket, as ESC-000123.")
    ] = None,
    person: Annotated[
        str | None, typer.Option(metavar="EMAIL", help="Only what this person was told.")
    ] = None,
    state: Annotated[
        MessageState | None,
        typer.Option(
            parser=named(MessageState),
            metavar="STATE",
            help=f"One of {', '.join(MessageState)}.",
        ),
    ] = None,
    limit: Annotated[
        int, typer.Option(help="How many at most.", min=1, max=LONGEST_PAGE, show_default=True)
    ] = 50,
    as_json: Json = False,
) -> None:
    """List who was told what, by which way, and whether it arrived; the latest first."""
    wanted = Wanted(ticket=ticket, person=person, state=state)

    async def work(settings: Settings) -> list[Fate]:
        async with opened(settings):
            return await fates(wanted, limit=limit)

    with told():
        found = finish(work(ready()))
    if as_json:
        say_json([notify_tables.as_json(one) for one in found])
    elif found:
        notify_tables.say_fates(found)
    else:
        remark("nobody was told any such thing")


@group.command()
def redeliver(
    messages: Annotated[
        list[str],
        typer.Argument(help="Ids of dead messages, from: escgraph notify list", show_default=False),
    ],
    *,
    by: Annotated[
        str,
        typer.Option(metavar="EMAIL", help="In whose name: a manager or an administrator."),
    ],
    as_json: Json = False,
) -> None:
    """Let dead messages be sent once more; exit with 1 if one of them is refused."""

    async def work(settings: Settings) -> list[Requeued]:
        async with opened(settings) as now:
            actor = acting(await person_of(by))
            return [await requeued(message, by=actor, at=now) for message in messages]

    with told():
        done = finish(work(ready()))
    if as_json:
        say_json([{"message": one.message, "refused": one.refused} for one in done])
    for one in done if not as_json else ():
        if one.refused is None:
            remark(f"{one.message} waits to be sent")
        else:
            complain(f"{one.message}: {for_shells(one.refused)}")
    if any(one.refused is not None for one in done):
        raise typer.Exit(1)


def _tried(tried: Trial, answer: str, *, arrived: bool) -> dict[str, object]:
    return {
        "person": tried.person.email,
        "channel": tried.way.kind,
        "name": tried.name or None,
        "place": tried.place,
        "delivered": arrived,
        "answer": answer,
    }
