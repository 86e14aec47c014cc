"""`escgraph play`: a real incident log through the real commands and the real engine."""

from pathlib import Path
from typing import Annotated

import typer

from escgraph.cli.console import new_table, remark, say_json, say_table
from escgraph.cli.migrate import migrate_and_seed
from escgraph.cli.play_counts import COLUMNS, Counts, counts
from escgraph.cli.progress import progress
from escgraph.cli.running import Refusal, finish, opened, ready, told
from escgraph.commands.seeding import person_for_playing
from escgraph.config import Settings, masked
from escgraph.domain.terms import Role, Tier
from escgraph.domain.ticket import Actor
from escgraph.play.formats import read
from escgraph.play.player import Player
from escgraph.play.rows import Log
from escgraph.store import simulation, tally, tickets

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
    """Play an incident log (BPI 2013 or ServiceNow) and count what the SOP made of it.

    Time is that of the log: every deadline fires at its own moment, between the rows. The database
    is migrated and seeded; it must hold no tickets, and live engines keep off it meanwhile.
    """
    with told():
        settings = ready(database_url=database)
        whole = read(log)
        for row in whole.bad_rows:
            remark(f"line {row.line}: {row.reason}")
        chosen = whole if limit is None else whole.first(limit)
        result = finish(_play(chosen, settings))
    if whole.bad_rows:
        remark(f"{len(whole.bad_rows)} bad rows were skipped")
    if as_json:
        say_json(result)
    else:
        _show(result)


async def _play(log: Log, settings: Settings) -> Counts:
    await migrate_and_seed(settings)
    async with opened(settings) as now:
        await _must_be_empty(settings)
        if not await simulation.begin(at=now):
            raise Refusal(_interrupted(settings))
        player = Player(Actor(await person_for_playing(at=now), Role.MANAGER, Tier.MANAGEMENT))
        with progress("rows", total=len(log.rows)) as one_more:
            await player.play(log, progress=one_more)
        await simulation.end()
        return counts(await tally.take(), climbs=player.climbs)


async def _must_be_empty(settings: Settings) -> None:
    if await simulation.marked():
        raise Refusal(_interrupted(settings))
    if await tickets.any_there():
        raise Refusal(
            f"{masked(settings.database_url)} holds tickets, and a log is played into an empty "
            "database only; name another, for example --database sqlite://var/play.db"
        )


def _interrupted(settings: Settings) -> str:
    return (
        f"a log is being played into {masked(settings.database_url)}, or was when it was "
        "interrupted: it holds a part of it, and engines keep off it; "
        "delete that database, or name another with --database"
    )


def _show(result: Counts) -> None:
    table = new_table("", *COLUMNS.values(), numbers=frozenset(COLUMNS.values()))
    for priority, row in result.items():
        table.add_row(priority, *(f"{row[key]:,}" for key in COLUMNS))
    say_table(table)
