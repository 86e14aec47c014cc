"""`escgraph trends`: what happened by day, week, month or quarter, in figures."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

import typer

from escgraph.cli.console import remark, say_json
from escgraph.cli.running import finish, opened, ready, told
from escgraph.cli.trends_json import written
from escgraph.cli.trends_tables import show
from escgraph.cli.words import moment, named
from escgraph.config import Settings
from escgraph.domain.civil_days import first_moment
from escgraph.domain.figures import Dimension
from escgraph.domain.periods import Period
from escgraph.domain.terms import Priority
from escgraph.queries.trends import Trends, TrendsFilter, TrendsQuestion, answer
from escgraph.store import policies

T = TypeVar("T")

app = typer.Typer()

MOMENT = "A day of the organisation as 2026-03-01, or a moment as 2026-03-01T09:00:00Z."


def day_or_moment(text: str) -> datetime:
    """A moment; without an offset for a day, since only the database knows whose day it is."""
    found = moment(text)
    return found.replace(tzinfo=None) if len(text) <= len("2026-03-01") else found


@app.command()
def trends(
    *,
    since: Annotated[
        datetime | None,
        typer.Option(
            parser=day_or_moment,
            metavar="MOMENT",
            help=f"Begin with the bucket that this lies in; else as far back as is usual. {MOMENT}",
        ),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            parser=day_or_moment, metavar="MOMENT", help="End before that; else with now."
        ),
    ] = None,
    by: Annotated[
        Period,
        typer.Option(parser=named(Period), metavar="PERIOD", help="day, week, month or quarter."),
    ] = Period.MONTH,
    group_by: Annotated[
        list[Dimension] | None,
        typer.Option(
            parser=named(Dimension),
            metavar="DIMENSION",
            help=f"Tables for each {', '.join(Dimension).lower()}, the ten largest; repeatable.",
        ),
    ] = None,
    priority: Annotated[
        list[Priority] | None,
        typer.Option(parser=named(Priority), metavar="PRIORITY", help="Only these; repeatable."),
    ] = None,
    category: Annotated[
        list[str] | None, typer.Option(metavar="KEY", help="Only these; repeatable.")
    ] = None,
    component: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only these; repeatable.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Count what happened to tickets, in the days of the organisation's time zone.

    A bucket with a star is not over yet. Times are medians; a share is of the deadlines that fell
    due or were answered.
    """
    question = TrendsQuestion(
        since=since,
        until=until,
        by=by,
        group_by=tuple(group_by or ()),
        where=TrendsFilter(
            priorities=_given(priority), categories=_given(category), components=_given(component)
        ),
    )
    with told():
        known = finish(_ask(ready(), question))
    if as_json:
        say_json(written(known))
        return
    remark(f"by {known.by.lower()}, in the time zone {known.zone}; * is not over yet")
    for series in known.series:
        show(series, known)


async def _ask(settings: Settings, question: TrendsQuestion) -> Trends:
    async with opened(settings) as now:
        zone = ZoneInfo((await policies.in_force()).zone)
        since, until = _there(question.since, zone), _there(question.until, zone)
        return await answer(replace(question, since=since, until=until), at=now)


def _there(day_or_moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """The moment; a day stands for its first one in that zone."""
    if day_or_moment is None or day_or_moment.tzinfo is not None:
        return day_or_moment
    return first_moment(day_or_moment.date(), zone)


def _given(values: list[T] | None) -> tuple[T, ...] | None:
    """Nothing given asks for nothing."""
    return tuple(values) if values else None
