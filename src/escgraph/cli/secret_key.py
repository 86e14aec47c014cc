"""`escgraph secret-key`: a key for ESCGRAPH_SECRET_KEYS."""

import typer

from escgraph.cli.console import remark, say
from escgraph.store import sealing

app = typer.Typer()


@app.command("secret-key")
def secret_key() -> None:
    """Make a key that seals secrets in the database and signs links; keep it like a password."""
    say(sealing.new_key())
    remark("put it in front of the others in ESCGRAPH_SECRET_KEYS; lost, what it sealed is lost")
