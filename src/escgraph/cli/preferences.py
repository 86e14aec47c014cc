"""`escgraph preferences`: how people want to be told. Whoever has a shell here needs no token."""

from collections.abc import Callable
from typing import Annotated, TypeVar

import typer

from escgraph.cli.console import say, say_json
from escgraph.cli.person import Json, person_of
from escgraph.cli.running import finish, opened, ready, told
from escgraph.commands.preferences import wish
from escgraph.config import Settings
from escgraph.domain.calm import NO_WISHES, Wishes
from escgraph.domain.quiet_hours import QuietHours
from escgraph.domain.times_of_day import time_of_day, written
from escgraph.domain.wishing import KEPT, Changes, Kept
from escgraph.domain.zones import zone_named
from escgraph.store import preferences
from escgraph.store.transactions import unit_of_work

app = typer.Typer()
group = typer.Typer(no_args_is_help=True)
app.add_typer(group, name="preferences", help=__doc__)

Whose = Annotated[str, typer.Argument(metavar="EMAIL", help="Whose.", show_default=False)]
NONE = "none"


@group.command()
def show(email: Whose, *, as_json: Json = False) -> None:
    """Show how somebody wants to be told."""

    async def work(settings: Settings) -> Wishes:
        async with opened(settings):
            person = (await person_of(email)).id
            return (await preferences.wishes_of([person])).get(person, NO_WISHES)

    with told():
        wishes = finish(work(ready()))
    _say(wishes, as_json=as_json)


@group.command("set")
def change(
    email: Whose,
    *,
    zone: Annotated[str | None, typer.Option(help="By whose clock, as Europe/Berlin.")] = None,
    quiet: Annotated[
        str | None,
        typer.Option(
            metavar="HH:MM-HH:MM", help="When only what is HIGH or critical reaches them."
        ),
    ] = None,
    digest: Annotated[
        str | None,
        typer.Option(metavar="HH:MM", help="When they read about LOW tickets, once a day."),
    ] = None,
    cap: Annotated[
        str | None, typer.Option(metavar="N", help="So many messages an hour; 30 unless said.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say how somebody wants to be told; what is left out stays, and "none" takes a wish back."""

    async def work(settings: Settings) -> Wishes:
        changes = Changes(
            zone=_said(zone, lambda text: zone_named(text, ("zone",))),
            quiet=_said(quiet, _hours),
            digest_at=_said(digest, time_of_day),
            hourly_cap=_said(cap, _number),
        )
        async with opened(settings) as now:
            person = (await person_of(email)).id
            await unit_of_work(lambda: wish(person, changes, by=None, at=now))
            return (await preferences.wishes_of([person]))[person]

    with told():
        wishes = finish(work(ready()))
    _say(wishes, as_json=as_json)


T = TypeVar("T")


def _said(text: str | None, read: Callable[[str], T]) -> T | Kept | None:
    if text is None:
        return KEPT
    return None if text.casefold() == NONE else read(text)


def _hours(text: str) -> QuietHours:
    since, _, until = text.partition("-")
    return QuietHours(time_of_day(since), time_of_day(until))


def _number(text: str) -> int:
    """A whole number; what is none is a cap that nobody may have, and refused as such."""
    return int(text) if text.isdecimal() else 0


def _say(wishes: Wishes, *, as_json: bool) -> None:
    found = _json(wishes)
    if as_json:
        say_json(found)
        return
    for name, value in found.items():
        say(f"{name}: {NONE if value is None else value}")


def _json(wishes: Wishes) -> dict[str, object]:
    quiet, digest = wishes.quiet, wishes.digest_at
    return {
        "zone": None if wishes.zone is None else wishes.zone.key,
        "quiet": None if quiet is None else f"{written(quiet.since)}-{written(quiet.until)}",
        "digest": None if digest is None else written(digest),
        "cap": wishes.hourly_cap,
    }
