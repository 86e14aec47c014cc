"""Trends (P4, §8): what happened to tickets, by day, week, month or quarter, and by group."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from escgraph.domain.errors import InvalidInputError
from escgraph.domain.figures import (
    Answers,
    Backlog,
    Dimension,
    Figure,
    Group,
    Point,
    Series,
    Spread,
    TierFigures,
)
from escgraph.domain.periods import Bucket, Period, buckets
from escgraph.domain.terms import DeadlineKind, Tier, Trigger
from escgraph.domain.ticket import Actor
from escgraph.queries.sight import reads_figures
from escgraph.store import policies, trends
from escgraph.store.quantiles import spread_of, total_of
from escgraph.store.trends import EVERY_TICKET, Frame, TrendsFilter

__all__ = ["EVERY_TICKET", "Trends", "TrendsFilter", "TrendsQuestion", "answer", "ask"]

MOST_GROUPS = 50
MOST_POINTS = 5000
SIDE_BY_SIDE = 2
"""How many statements of one question run at a time; the pool has connections for others too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendsQuestion:
    """What is asked.

    Attributes:
        since: the first bucket is the one that this lies in; None for as many as are usual.
        until: the last bucket is the one that ends here or later; None for the present one.
        group_by: a group for each combination that there is; none: all tickets in one.
        top: how many groups are named, the largest; the others are counted together.
        wanted: what to count.
    """

    since: datetime | None = None
    until: datetime | None = None
    by: Period = Period.MONTH
    group_by: tuple[Dimension, ...] = ()
    where: TrendsFilter = EVERY_TICKET
    top: int = 10
    wanted: Figure = Figure.EVERYTHING


@dataclass(frozen=True, slots=True)
class Trends:
    """The answer: each series has a point for each bucket. `zone` is the organisation's."""

    zone: str
    by: Period
    buckets: tuple[Bucket, ...]
    series: tuple[Series, ...]


async def ask(question: TrendsQuestion, *, at: datetime, viewer: Actor) -> Trends:
    """The figures, for all who may read figures of all tickets; `at` is the present.

    Raises:
        ForbiddenError: the viewer is a stakeholder.
        InvalidInputError: the question is too large, or ends before it begins.
    """
    reads_figures(viewer)
    return await answer(question, at=at)


async def answer(question: TrendsQuestion, *, at: datetime) -> Trends:
    """The same for a job, which asks for nobody in particular."""
    zone = (await policies.in_force()).zone
    within = buckets(question.since, question.until, by=question.by, zone=ZoneInfo(zone), at=at)
    return Trends(zone, question.by, within, await counted(question, within, at=at))


async def counted(
    question: TrendsQuestion, within: Sequence[Bucket], *, at: datetime
) -> tuple[Series, ...]:
    """The figures of those buckets, whatever period the question names.

    Raises:
        InvalidInputError: the question is too large.
    """
    _check(question)
    frame = await _frame(question, within, at=at)
    sheet = _Sheet(within, len(frame.named) + 1)
    await _count(frame, sheet, wanted=question.wanted)
    if Figure.BACKLOG in question.wanted:
        sheet.without_backlog(at=at)
    return sheet.series(_groups(question, frame))


async def _count(frame: Frame, sheet: "_Sheet", *, wanted: Figure) -> None:
    """Each figure is as of one moment, and its statement runs beside another one.

    All of them in one transaction would keep one core of the database busy, and the engine of a
    SQLite waiting for the whole of it.
    """
    turn = asyncio.Semaphore(SIDE_BY_SIDE)

    async def count(rows: Statement, write: Write) -> None:
        async with turn:
            write(sheet, await rows(frame))

    await asyncio.gather(
        *(count(*both) for figure, both in _STATEMENTS.items() if figure in wanted)
    )


def _check(question: TrendsQuestion) -> None:
    if not 1 <= question.top <= MOST_GROUPS:
        raise InvalidInputError(
            f"top is {question.top}; ask for 1 to {MOST_GROUPS} groups", field=("top",)
        )
    if len(set(question.group_by)) < len(question.group_by):
        raise InvalidInputError("groupBy names a dimension twice; name it once", field=("groupBy",))


async def _frame(question: TrendsQuestion, within: Sequence[Bucket], *, at: datetime) -> Frame:
    bounds = (*(bucket.starts_at for bucket in within), within[-1].ends_at)
    whole = Frame(bounds, at, question.where, question.group_by)
    if not question.group_by:
        return whole
    named = await trends.groups(whole, limit=question.top + 1)
    points = len(within) * min(len(named), question.top + 1)
    if points > MOST_POINTS:
        raise InvalidInputError(
            f"{len(within)} buckets of {len(named)} groups are {points} points, "
            f"more than {MOST_POINTS}; ask for a longer period or a smaller top",
            field=("top",),
        )
    return Frame(bounds, at, question.where, question.group_by, tuple(named[: question.top]))


def _groups(question: TrendsQuestion, frame: Frame) -> list[Group]:
    named = [Group(dict(zip(frame.dimensions, values, strict=True))) for values in frame.named]
    return [*named, Group({}, rest=bool(question.group_by))]


@dataclass(slots=True)
class _Figures:
    """One point on the way."""

    facts: dict[str, Any] = field(default_factory=dict)

    def among(self, name: str) -> dict[Any, Any]:
        among: dict[Any, Any] = self.facts.setdefault(name, {})
        return among


class _Sheet:
    """The points on the way, by group and bucket."""

    def __init__(self, within: Sequence[Bucket], groups: int) -> None:
        self._buckets = within
        self._points = [[_Figures() for _ in within] for _ in range(groups)]
        self._seen: set[int] = set()

    def at(self, row: Mapping[str, Any]) -> _Figures:
        group: int = row["g"]
        bucket: int = row["b"]
        self._seen.add(group)
        return self._points[group][bucket - 1]

    def without_backlog(self, *, at: datetime) -> None:
        """Say of a bucket without a row that nothing was live."""
        for points in self._points:
            for bucket, point in zip(self._buckets, points, strict=True):
                age: Spread | None = point.facts.get("backlog")
                point.facts["backlog"] = Backlog(min(bucket.ends_at, at), age)

    def series(self, groups: Sequence[Group]) -> tuple[Series, ...]:
        """Without the rest where nothing is left for it."""
        return tuple(
            Series(
                group,
                tuple(
                    Point(bucket, **figures.facts)
                    for bucket, figures in zip(self._buckets, points, strict=True)
                ),
            )
            for number, (group, points) in enumerate(zip(groups, self._points, strict=True))
            if number in self._seen or not group.rest
        )


Statement = Callable[[Frame], Awaitable[Sequence[Mapping[str, Any]]]]
Write = Callable[[_Sheet, Sequence[Mapping[str, Any]]], None]


def _counts(name: str) -> Write:
    def write(sheet: _Sheet, rows: Sequence[Mapping[str, Any]]) -> None:
        for row in rows:
            sheet.at(row).facts[name] = row["many"]

    return write


def _spreads(name: str) -> Write:
    def write(sheet: _Sheet, rows: Sequence[Mapping[str, Any]]) -> None:
        for row in rows:
            sheet.at(row).facts[name] = spread_of(row)

    return write


def _resolutions(sheet: _Sheet, rows: Sequence[Mapping[str, Any]]) -> None:
    _counts("resolved")(sheet, rows)
    _spreads("resolution")(sheet, rows)


def _targets(sheet: _Sheet, rows: Sequence[Mapping[str, Any]]) -> None:
    for row in rows:
        answers = Answers(row["many"], row["in_time"])
        sheet.at(row).among("targets")[DeadlineKind(row["kind"])] = answers


def _escalations(sheet: _Sheet, rows: Sequence[Mapping[str, Any]]) -> None:
    for row in rows:
        rung = (Tier(row["to_tier"]), Trigger(row["trigger"]))
        sheet.at(row).among("escalations")[rung] = row["many"]


def _at_tiers(sheet: _Sheet, rows: Sequence[Mapping[str, Any]]) -> None:
    for row in rows:
        figures = TierFigures(spread_of(row), total_of(row))
        sheet.at(row).among("at_tiers")[Tier(row["tier"])] = figures


_STATEMENTS: Mapping[Figure, tuple[Statement, Write]] = {
    Figure.AT_TIERS: (trends.at_tiers, _at_tiers),
    Figure.TARGETS: (trends.targets, _targets),
    Figure.BACKLOG: (trends.backlog, _spreads("backlog")),
    Figure.RESOLVED: (trends.resolutions, _resolutions),
    Figure.ESCALATIONS: (trends.escalations, _escalations),
    Figure.FIRST_RESPONSE: (trends.first_responses, _spreads("first_response")),
    Figure.CANCELLED: (trends.cancelled, _counts("cancelled")),
    Figure.OPENED: (trends.opened, _counts("opened")),
    Figure.REOPENED: (trends.reopened, _counts("reopened")),
}
"""The longest first, so that both hands stay busy to the end."""
