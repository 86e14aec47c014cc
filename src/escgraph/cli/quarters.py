"""`escgraph review report` and `due`: a review as people read it, and opening what is due."""

from pathlib import Path
from typing import Annotated

import typer

from escgraph.cli.console import remark, say, say_json
from escgraph.cli.output_file import write
from escgraph.cli.review_reading import review_named
from escgraph.cli.running import finish, opened, ready, told
from escgraph.cli.words import named
from escgraph.config import Settings
from escgraph.documents.forms import DocumentFormat
from escgraph.jobs.quarterly import open_due
from escgraph.queries import review_report

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def report(
    which: Annotated[
        str,
        typer.Argument(
            help="A review's id, its quarter, or the number of a ticket, whose latest it is then.",
            metavar="ID|2026-Q1|ESC-000123",
            show_default=False,
        ),
    ],
    *,
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
    """Write the report of a review as people read it, with its charts."""

    async def work(settings: Settings) -> str:
        async with opened(settings) as now:
            return await review_report.text(await review_named(which), form=form, at=now)

    with told():
        text = finish(work(ready()))
        if output is None:
            say(text.removesuffix("\n"))
        else:
            write(output, text)
            remark(f"{output} holds the report")


def due(*, as_json: Json = False) -> None:
    """Open the review of each quarter that is over and has none; workers do it by themselves."""

    async def work(settings: Settings) -> list[str]:
        async with opened(settings) as now:
            return list((await open_due(now=now)).quarters)

    with told():
        quarters = finish(work(ready()))
    if as_json:
        say_json(quarters)
    else:
        remark(f"opened the review of {', '.join(quarters)}" if quarters else "none was due")
