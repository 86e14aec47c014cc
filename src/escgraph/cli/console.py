"""Where words go: what was asked for to standard output, all else to standard error."""

import json

import typer
from rich.console import Console, JustifyMethod
from rich.table import Table

WIDTH = 110
"""A table is this wide where nobody says how wide the terminal is, so that no token is cut."""


def say(text: str = "") -> None:
    """A line that was asked for."""
    typer.echo(text)


def say_json(value: object) -> None:
    """The same for programs. `value` is made of what JSON knows."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def remark(text: str) -> None:
    """A line for the person who watches."""
    typer.echo(text, err=True)


def complain(text: str) -> None:
    """What went wrong, in one line."""
    remark(f"escgraph: {' '.join(text.split())}")


def say_table(table: Table) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDTH)
    console.print(table)


def new_table(*columns: str, numbers: frozenset[str] = frozenset()) -> Table:
    """A table of texts without lines around it; the columns in `numbers` are set to the right.

    A column of ids is never broken over lines, since people copy them.
    """
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        justify: JustifyMethod = "right" if column in numbers else "left"
        table.add_column(column, justify=justify, overflow="fold", no_wrap=column == "id")
    return table
