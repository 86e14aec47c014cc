"""`escgraph worker`: the process that fires deadlines in production."""

import typer

from escgraph.cli.logs import configure_logs
from escgraph.cli.running import finish, settings_with, told

app = typer.Typer()


@app.command()
def worker() -> None:
    """Fire deadlines and do what is periodic, until SIGTERM or SIGINT.

    Run as many as you like; each deadline fires once. Without Redis it works by itself.
    """
    with told():
        settings = settings_with()
        configure_logs(settings)
        from escgraph.worker import run  # noqa: PLC0415 - importing it reads the settings

        finish(run(settings))
