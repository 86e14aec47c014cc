"""`escgraph secret-key`: keys for ESCGRAPH_SECRET_KEYS, and how an old one is taken away."""

from typing import Annotated

import typer

from escgraph.cli.console import remark, say
from escgraph.cli.running import Refusal, finish, opened, ready, told
from escgraph.config import Settings
from escgraph.store import sealing
from escgraph.store.resealing import seal_everything_anew
from escgraph.store.sealing import SealingError

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


async def _sealed_anew(settings: Settings) -> int:
    async with opened(settings):
        try:
            return await seal_everything_anew()
        except SealingError as error:
            raise Refusal(str(error)) from None
