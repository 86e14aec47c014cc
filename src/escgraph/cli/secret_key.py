"""`escgraph secret-key`: keys for ESCGRAPH_SECRET_KEYS, and how an old one is taken away."""

from typing import Annotated

import typer

from escgraph.cli.console import remark, say
from escgraph.cli.running import finish, opened, ready, told
from escgraph.config import Settings
from escgraph.store import sealing
from escgraph.store.resealing import seal_everything_anew

app = typer.Typer()


@app.command("secret-key")
def secret_key(
    *,
    seal_anew: Annotated[
        bool,
        typer.Option(
            "--seal-anew", help="Make none; seal what is stored with the first key that is set."
        ),
    ] = False,
) -> None:
    """Make a key that seals secrets in the database and signs links; keep it like a password.

    To change keys: put the new one in front of the others, restart every process, run this with
    --seal-anew, and take the old one out once the links that it signed have expired (30 days).
    """
    if not seal_anew:
        say(sealing.new_key())
        remark(
            "put it in front of the others in ESCGRAPH_SECRET_KEYS; lost, what it sealed is lost"
        )
        return
    with told():
        count = finish(_sealed_anew(ready()))
    remark(f"sealed {count} secrets with the first key of ESCGRAPH_SECRET_KEYS")
    remark("processes that were started without that key open none of them: restart those now")


async def _sealed_anew(settings: Settings) -> int:
    async with opened(settings):
        return await seal_everything_anew()
