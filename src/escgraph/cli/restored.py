"""`escgraph restored`: says that the database came from a backup."""

from typing import Annotated

import typer

from escgraph.cli.console import say, say_json
from escgraph.cli.running import finish, opened, ready, told
from escgraph.config import Settings
from escgraph.store import lives
from escgraph.store.stream import Head

app = typer.Typer()


@app.command()
def restored(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say that the database came from a backup: nobody goes on from a cursor of before.

    Where it was restored from a dump, promoted, or written by escgraph backup, that is known by
    itself, and saying it once more does no harm: every subscriber asks anew, once.
    """
    with told():
        before, after = finish(_begin_anew(ready()))
    if as_json:
        say_json({"position": after.position, "epoch": after.epoch, "epochBefore": before.epoch})
        return
    say(f"the stream goes on behind position {after.position:,} in a new epoch, {after.epoch}")
    say(f"cursors of the epoch before, {before.epoch}, get a resync; no process need be restarted")


async def _begin_anew(settings: Settings) -> tuple[Head, Head]:
    async with opened(settings):
        return await lives.begin_anew()
