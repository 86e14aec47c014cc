"""`escgraph migrate`: the database as this version needs it."""

from typing import Annotated

import typer

from escgraph.cli.console import remark, say, say_json
from escgraph.cli.running import finish, must_have_a_folder, opened, ready, told
from escgraph.commands.seeding import seed
from escgraph.config import Settings
from escgraph.store import migrate as migrations

app = typer.Typer()


@app.command()
def migrate(
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Apply nothing; exit with 1 when something is pending.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Bring the database to the schema of this version, and seed the SOP's policy and categories.

    Run it before a new version starts; running it twice does no harm.
    """
    with told():
        settings = ready()
        if check:
            applied, left = [], finish(migrations.pending(settings.database_url))
        else:
            applied, left = finish(migrate_and_seed(settings)), []
    if as_json:
        say_json({"applied": applied, "pending": left})
    else:
        _show(applied, left)
    if left:
        raise typer.Exit(1)


def _show(applied: list[str], left: list[str]) -> None:
    for name in applied:
        say(f"applied {name}")
    for name in left:
        say(f"pending {name}")
    if not applied and not left:
        remark("the database is up to date")


async def migrate_and_seed(settings: Settings) -> list[str]:
    """Apply what is pending and seed what is missing; the names of what was applied."""
    must_have_a_folder(settings)
    applied = await migrations.migrate(settings.database_url)
    async with opened(settings) as now:
        await seed(at=now)
    return applied
