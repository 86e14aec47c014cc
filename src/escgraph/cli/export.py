"""`escgraph export`: what has happened as files for other programs."""

import sys
from contextlib import aclosing
from datetime import datetime
from pathlib import Path
from typing import Annotated, TextIO
from uuid import UUID

import typer

from escgraph.cli.console import remark
from escgraph.cli.running import Refusal, finish, opened, ready, told
from escgraph.cli.words import moment, named
from escgraph.config import Settings
from escgraph.documents.rows import ROW_FORMS, RowForm, RowFormat
from escgraph.domain.terms import PersonId, Priority, ResolutionCode, Role
from escgraph.domain.ticket import Actor
from escgraph.queries.resolution_export import COLUMNS, pages
from escgraph.queries.resolution_log import ResolutionFilter

app = typer.Typer()
group = typer.Typer(no_args_is_help=True)
app.add_typer(group, name="export", help=__doc__)

OPERATOR = Actor(PersonId(UUID(int=0)), Role.ADMINISTRATOR, None)
"""Whoever can open the database reads all of it, and is nobody in it."""

MOMENT = "A day as 2026-03-01 (UTC), or a moment as 2026-03-01T09:00:00Z."


def form_named(text: str) -> RowForm:
    """The form whose files end so."""
    for form in ROW_FORMS.values():
        if form.ending == text.lower():
            return form
    known = ", ".join(form.ending for form in ROW_FORMS.values())
    raise typer.BadParameter(f"{text!r} is none of {known}")


@group.command("resolution-log")
def resolution_log(
    *,
    form: Annotated[
        RowForm,
        typer.Option("--format", parser=form_named, metavar="FORMAT", help="csv or jsonl."),
    ] = ROW_FORMS[RowFormat.CSV].ending,  # type: ignore[assignment]  # typer parses the default too
    since: Annotated[
        datetime | None,
        typer.Option(parser=moment, metavar="MOMENT", help=f"Resolved then or later. {MOMENT}"),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(parser=moment, metavar="MOMENT", help="Resolved before that."),
    ] = None,
    code: Annotated[
        list[ResolutionCode] | None,
        typer.Option(parser=named(ResolutionCode), metavar="CODE", help="Ended so; repeatable."),
    ] = None,
    priority: Annotated[
        list[Priority] | None,
        typer.Option(parser=named(Priority), metavar="PRIORITY", help="Repeatable."),
    ] = None,
    category: Annotated[str | None, typer.Option(help="The key of its category.")] = None,
    component: Annotated[str | None, typer.Option(help="What was affected, exactly.")] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Where to write it; printed where no file is named."),
    ] = None,
) -> None:
    """Write resolved and closed tickets, the latest resolution first, a row each.

    In CSV a text that a spreadsheet would run as a formula has an apostrophe in front.
    """
    which = ResolutionFilter(
        since=since,
        until=until,
        codes=tuple(code) if code else None,
        category=category,
        component=component,
        priorities=tuple(priority) if priority else None,
    )
    with told():
        settings = ready()
        if output is None:
            finish(_write(settings, form, which, to=sys.stdout))
            return
        try:
            with output.open("w", encoding="utf-8", newline="") as file:
                count = finish(_write(settings, form, which, to=file))
        except OSError as error:
            raise Refusal(f"{output} cannot be written: {error.strerror}; name another") from error
        remark(f"{output} holds the resolution log; rows: {count:,}")


async def _write(settings: Settings, form: RowForm, which: ResolutionFilter, *, to: TextIO) -> int:
    """How many rows were written, a page at a time."""
    count = 0
    async with opened(settings):
        to.write(form.head(COLUMNS))
        async with aclosing(pages(which, viewer=OPERATOR)) as found:
            async for page in found:
                to.write(form.lines(page))
                count += len(page)
    return count
