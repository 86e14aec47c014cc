"""`escgraph worker`: the process that fires deadlines in production."""

import typer

from escgraph.cli.running import finish, ready, told
from escgraph.worker import run

app = typer.Typer()


@app.command()
def worker() -> None:
    """Fire deadlines and do what is periodic, until SIGTERM or SIGINT.

    Run as many as you like; each deadline fires once. Without Redis it works by itself.
    """
    with told():
        finish(run(ready()))
