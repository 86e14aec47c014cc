"""`escgraph sop`: the SOP as a document, from the database or from the file of a policy."""

from pathlib import Path
from typing import Annotated

import typer

from escgraph.cli.console import remark, say
from escgraph.cli.output_file import write
from escgraph.cli.policy_file import policy_of
from escgraph.cli.running import Refusal, finish, opened, ready, told
from escgraph.cli.words import named
from escgraph.clock import Clock
from escgraph.config import Settings
from escgraph.documents.blocks import Document
from escgraph.documents.forms import FORMS, DocumentFormat
from escgraph.documents.sop import sop as rendered
from escgraph.queries.sop import whole

app = typer.Typer()


@app.command()
def sop(
    *,
    version: Annotated[
        int | None,
        typer.Option(help="Of the policy; the one in force where none is named.", min=1),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(help="A policy in YAML, as a draft; then no database is asked."),
    ] = None,
    form: Annotated[
        DocumentFormat,
        typer.Option(
            "--format",
            parser=named(DocumentFormat),
            metavar="FORMAT",
            help="markdown, or html: a page that needs no other file.",
        ),
    ] = DocumentFormat.MARKDOWN,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Where to write it; printed where no file is named."),
    ] = None,
) -> None:
    """Write the SOP as people read it, every figure as its policy has it."""
    with told():
        if version is not None and file is not None:
            raise Refusal("--version and --file name two policies; give one of them", code=2)
        document = finish(_stored(ready(), version)) if file is None else _drafted(file)
        text = FORMS[form].write(document)
        if output is None:
            say(text.removesuffix("\n"))
        else:
            write(output, text)
            remark(f"{output} holds the SOP")


async def _stored(settings: Settings, version: int | None) -> Document:
    async with opened(settings) as now:
        return (await whole(version)).document(at=now)


def _drafted(file: Path) -> Document:
    return rendered(policy_of(file), (), in_force=None, at=Clock.host())
