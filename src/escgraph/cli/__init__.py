"""The command line. Each command stands in a module of its own, imported when it is asked for."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from typing import Annotated

import typer

from escgraph.cli.console import complain

COMMANDS = {
    "serve": "Answer GraphQL on /graphql, over HTTP, WebSockets and event streams.",
    "worker": "Fire deadlines and do what is periodic; with Redis, through arq too.",
    "migrate": "Bring the database to the schema of this version, and seed the SOP.",
    "demo": "Play a busy day into a server with a fast clock, to watch escalations arrive.",
    "play": "Play a real incident log into an empty database, in simulated time.",
    "policy": "Check, compare, publish and show policies, as files in YAML.",
    "sop": "Write the SOP as people read it, every figure as its policy has it.",
    "simulate": "Replay past tickets, or a log, under another policy; write nothing.",
    "export": "Write the resolution log as CSV or JSON lines.",
    "trends": "Show what happened by day, week, month or quarter, in figures.",
    "review": "List, show and print reviews, and what they want done; open those that are due.",
    "schema": "Print the GraphQL schema.",
    "secret-key": "Make a key that seals secrets and signs links.",
    "token": "Make, list and revoke tokens.",
    "notify": "Send a person a test, list what arrived and what did not, redeliver what is dead.",
    "webhook": "Subscribe endpoints of scripts to events, rotate, replay and test them.",
    "person": "Add and list people, and say who owns what scripts open.",
    "channel": "Add, list, order, disable and remove the ways by which people are told.",
    "preferences": "Show and say how people want to be told: quiet hours, digest, cap, zone.",
    "backup": "Copy a SQLite database while others write in it; say how PostgreSQL does it.",
    "restored": "Say that the database came from a backup, so that every subscriber asks anew.",
    "archive": "Move old events out of the stream, to where timelines and packages find them.",
    "doctor": "Look at the database, the engines, Redis and the notices, and say what is wrong.",
}
"""Each in the module of its name, with _ for -, as `app`; the sentence is what --help shows."""


def main() -> None:
    """Run what the command line asks for, and end with 0, 1 or 2 (wrongly called or set up)."""
    try:
        commands(sys.argv[1:])()
    except Exception as error:  # the edge of the program: no traceback for people
        if os.environ.get("ESCGRAPH_LOG_LEVEL", "").upper() == "DEBUG":
            raise
        complain(f"a fault of escgraph: {error!r}; ESCGRAPH_LOG_LEVEL=DEBUG shows where")
        sys.exit(1)


def commands(words: Sequence[str]) -> typer.Typer:
    """The commands for that command line: the one that it names is real, the others are listed."""
    app = typer.Typer(
        name="escgraph",
        help="An escalation SOP as a living system: GraphQL with subscriptions.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        callback=_options,
    )
    wanted = next((word for word in words if not word.startswith("-")), None)
    for name, summary in COMMANDS.items():
        if name == wanted:
            app.add_typer(import_module(f"escgraph.cli.{name.replace('-', '_')}").app)
        else:
            app.command(name, help=summary)(_elsewhere)
    return app


def _options(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            is_eager=True,
            callback=lambda asked: _show_version() if asked else None,
            help="Print the version.",
        ),
    ] = False,
) -> None:
    """What stands before the command."""


def _show_version() -> None:
    typer.echo(f"escgraph {version('escgraph')}")
    raise typer.Exit


def _elsewhere() -> None:
    raise AssertionError("a command that is only listed was called")
