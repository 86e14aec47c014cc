"""`escgraph play`: a real incident log through the real commands and the real engine."""

from itertools import count
from pathlib import Path
from typing import Annotated

import typer

from escgraph.cli.console import say_json
from escgraph.cli.log_file import chosen, tell_skipped
from escgraph.cli.migrate import migrate_and_seed
from escgraph.cli.play_counts import Counts, counts, show
from escgraph.cli.progress import progress
from escgraph.cli.running import Refusal, finish, opened, ready, told
from escgraph.commands.seeding import person_for_playing
from escgraph.config import Settings, masked
from escgraph.domain.terms import Role, Tier
from escgraph.domain.ticket import Actor
from escgraph.play.player import Player
from escgraph.play.rows import Log
from escgraph.store import readers, simulation, tally, tickets
from escgraph.store.transactions import unit_of_work

app = typer.Typer()


@app.command()
def play(
    log: Annotated[Path, typer.Argument(help="A CSV file, gzipped or not.", show_default=False)],
    *,
    limit: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Only the N incidents that began first."),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(metavar="URL", help="An empty database; else that of the settings."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the counts as JSON and nothing else.")
    ] = False,
) -> None:
    """Play an incident log (BPI 2013, ServiceNow); count what the SOP made of it.

    Time is the log's: every deadline fires at its own moment, between the rows.

    The database is migrated and seeded. It must hold no tickets, and live engines
    keep off it meanwhile.
    """
    with told():
        settings = ready(database_url=database)
        incidents = chosen(log, limit=limit)
        result = finish(_play(incidents, settings))
    tell_skipped(incidents)
    if as_json:
        say_json(result)
    else:
        show(result)


async def _play(log: Log, settings: Settings) -> Counts:
    await migrate_and_seed(settings)
    async with opened(settings) as now:
        await _must_be_empty(settings)
        if not await simulation.begin(at=now):
            raise Refusal(_interrupted(settings))
        player = Player(Actor(await person_for_playing(at=now), Role.MANAGER, Tier.MANAGEMENT))
        with progress("rows", total=len(log.rows)) as one_more:
            await player.play(log, progress=one_more)
        await unit_of_work(lambda: readers.to_the_end(readers.NOTICES, at=now))
        await simulation.end()
        return counts(await tally.take(), climbs=player.climbs)


async def _must_be_empty(settings: Settings) -> None:
    if await simulation.marked():
        raise Refusal(_interrupted(settings))
    if await tickets.any_there():
        raise Refusal(
            f"{masked(settings.database_url)} holds tickets, and a log is played into an empty "
            f"database only; {_another(settings)}"
        )


def _interrupted(settings: Settings) -> str:
    return (
        f"a log is being played into {masked(settings.database_url)}, or was when it was "
        "interrupted: it holds a part of it, and engines keep off it; "
        f"{_another(settings)}"
    )


def _another(settings: Settings) -> str:
    """What to do instead: a file that is not there yet, beside the one that is."""
    if not settings.on_sqlite:
        return "name an empty one with --database"
    file = Path(settings.database_url.removeprefix("sqlite://"))
    others = (file.with_name(f"play-{number}.db") for number in count(2))
    free = next(other for other in others if not other.exists())
    return f"name another, for example --database sqlite://{free}, or delete {file}"
