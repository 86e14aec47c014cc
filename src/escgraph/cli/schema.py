"""`escgraph schema`: the GraphQL schema as text."""

from pathlib import Path
from typing import Annotated

import typer

from escgraph.api.schema import printed_schema
from escgraph.cli.console import remark, say
from escgraph.cli.running import Refusal, told

app = typer.Typer()


@app.command()
def schema(
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Print nothing; exit with 1 when the file is stale.")
    ] = False,
    file: Annotated[Path, typer.Option(help="What --check compares with.")] = Path(
        "schema.graphql"
    ),
) -> None:
    """Print the GraphQL schema in its own language (SDL)."""
    text = printed_schema()
    if not check:
        say(text.rstrip())
        return
    with told():
        _compare(file, text)
    remark(f"{file} is up to date")


def _compare(file: Path, text: str) -> None:
    try:
        written = file.read_text(encoding="utf-8")
    except OSError as error:
        raise Refusal(f"{file} cannot be read: {error.strerror}") from error
    if written.strip() != text.strip():
        raise Refusal(f"{file} is stale; run: make schema-write")
