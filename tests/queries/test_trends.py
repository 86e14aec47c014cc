"""Trends (P4, §8): the figures that SQL counts are those that plain Python finds in the events."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from escgraph.domain.errors import ForbiddenError, InvalidInputError
from escgraph.domain.figures import Answers, Dimension, Figure, Group, Point, Series, Spread
from escgraph.domain.periods import Period
from escgraph.domain.terms import DeadlineKind, Priority, Tier
from escgraph.queries import trends
from escgraph.queries.trends import TrendsFilter, TrendsQuestion
from escgraph.store import database
from tests.domain.desk import NINE, Desk, days, hours
from tests.domain.people import MANAGER, STAKEHOLDER, WALLBOARD
from tests.queries import plain_figures
from tests.queries.past import Lived, happened, move_in, stored

AT = NINE + days(40)
NEARLY = timedelta(microseconds=1)


@pytest.fixture
async def _open(database_url: str) -> AsyncIterator[None]:
    await database.connect(database_url, pool_size=2)
    await move_in()
    yield
    await database.close()


def _spreads(point: Point) -> list[Spread | None]:
    ages = [point.backlog.age] if point.backlog else []
    return [
        point.first_response,
        point.resolution,
        *ages,
        *(figures.spread for _, figures in sorted(point.at_tiers.items())),
    ]


def _without_spreads(point: Point) -> Point:
    """Counts, shares and sums, which must be equal exactly."""
    backlog = point.backlog and replace(point.backlog, age=None)
    totals = {
        tier: replace(one, spread=Spread(one.spread.count, NEARLY, NEARLY))
        for tier, one in point.at_tiers.items()
    }
    return replace(point, first_response=None, resolution=None, backlog=backlog, at_tiers=totals)


def _must_agree(found: Point, expected: Point) -> None:
    assert _without_spreads(found) == _without_spreads(expected)
    for ours, theirs in zip(_spreads(found), _spreads(expected), strict=True):
        assert (ours is None) == (theirs is None)
        if ours is not None and theirs is not None:
            assert ours.count == theirs.count
            assert abs(ours.median - theirs.median) <= NEARLY
            assert abs(ours.p90 - theirs.p90) <= NEARLY


async def _compare(
    lived: Sequence[Lived], question: TrendsQuestion, *, at: datetime = AT
) -> trends.Trends:
    answer = await trends.answer(question, at=at)
    for series in answer.series:
        of_group = [one for one in lived if _belongs(one, series.group, answer.series)]
        for point in series.points:
            _must_agree(point, plain_figures.point(point.bucket, of_group, at=at))
    return answer


def _key(one: Lived, dimension: Dimension) -> str:
    value: str = getattr(one.ticket, dimension.lower())
    return value


def _belongs(one: Lived, group: Group, among: Sequence[Series]) -> bool:
    if group.rest:
        return not any(_belongs(one, other.group, among) for other in among if not other.group.rest)
    return all(_key(one, dimension) == value for dimension, value in group.keys.items())


@pytest.mark.usefixtures("_open")
@pytest.mark.parametrize("by", list(Period))
async def test_every_figure_is_what_the_events_say(by: Period) -> None:
    lived = await happened(Random(1), tickets=150, within=days(40))
    since = NINE - days(2)

    answer = await _compare(lived, TrendsQuestion(since=since, by=by))

    (series,) = answer.series
    assert sum(point.opened for point in series.points) == 150
    assert sum(point.reopened for point in series.points) > 10


@pytest.mark.usefixtures("_open")
@pytest.mark.parametrize(
    "group_by",
    [
        (Dimension.PRIORITY,),
        (Dimension.TIER,),
        (Dimension.TEAM,),
        (Dimension.CATEGORY, Dimension.COMPONENT),
    ],
)
async def test_each_group_has_the_figures_of_its_own_tickets(
    group_by: tuple[Dimension, ...],
) -> None:
    lived = await happened(Random(2), tickets=80, within=days(30))

    answer = await _compare(lived, TrendsQuestion(since=NINE, group_by=group_by, top=50))

    groups = [series.group for series in answer.series]
    assert not any(group.rest for group in groups)
    assert {tuple(group.keys.values()) for group in groups} == {
        tuple(_key(one, dimension) for dimension in group_by) for one in lived
    }


@pytest.mark.usefixtures("_open")
async def test_the_largest_groups_are_named_and_the_others_counted_together() -> None:
    lived = await happened(Random(3), tickets=80, within=days(30))
    question = TrendsQuestion(since=NINE, group_by=(Dimension.CATEGORY,), top=2)

    answer = await _compare(lived, question)

    assert [series.group.rest for series in answer.series] == [False, False, True]
    many = [sum(point.opened for point in series.points) for series in answer.series]
    assert sum(many) == 80
    assert many[0] >= many[1] > 0


@pytest.mark.usefixtures("_open")
async def test_a_filter_leaves_exactly_the_tickets_that_it_names() -> None:
    lived = await happened(Random(4), tickets=60, within=days(30))
    where = TrendsFilter(
        priorities=(Priority.HIGH, Priority.LOW), components=("search", "mail"), teams=("", "web")
    )
    passing = [
        one
        for one in lived
        if one.ticket.priority is not Priority.MEDIUM
        and one.ticket.component != "index"
        and one.ticket.team != "mail"
    ]

    await _compare(passing, TrendsQuestion(since=NINE, where=where))

    assert 0 < len(passing) < 60
    assert await _opened(TrendsFilter(priorities=())) == 0
    for tier in Tier:
        there = [one for one in lived if one.ticket.tier is tier]
        assert await _opened(TrendsFilter(tiers=(tier,))) == len(there)
    critical = [one for one in lived if one.ticket.critical]
    assert await _opened(TrendsFilter(critical=True)) == len(critical)
    assert await _opened(TrendsFilter(critical=False)) == 60 - len(critical)
    minor = [one for one in lived if one.ticket.category == "minor-bug"]
    assert await _opened(TrendsFilter(categories=("minor-bug",))) == len(minor)


async def _opened(where: TrendsFilter) -> int:
    answer = await trends.answer(
        TrendsQuestion(since=NINE, where=where, wanted=Figure.OPENED), at=AT
    )
    return sum(point.opened for series in answer.series for point in series.points)


@pytest.mark.usefixtures("_open")
async def test_what_comes_into_the_backlog_and_leaves_it_explains_how_it_grows() -> None:
    await happened(Random(5), tickets=100, within=days(35))

    answer = await trends.answer(TrendsQuestion(since=NINE, by=Period.WEEK), at=AT)

    live = 0
    for point in answer.series[0].points:
        live += point.opened + point.reopened - point.resolved - point.cancelled
        assert point.backlog is not None
        assert point.backlog.count == live
    assert live > 0


@pytest.mark.usefixtures("_open")
async def test_only_what_is_wanted_is_counted() -> None:
    await happened(Random(6), tickets=20, within=days(20))
    whole = await trends.answer(TrendsQuestion(since=NINE), at=AT)

    answer = await trends.answer(TrendsQuestion(since=NINE, wanted=Figure.ESCALATIONS), at=AT)

    (series,), (all_of_it,) = answer.series, whole.series
    assert series.points == tuple(
        Point(point.bucket, escalations=point.escalations) for point in all_of_it.points
    )


@pytest.mark.usefixtures("_open")
async def test_of_a_bucket_that_lasts_the_backlog_is_that_of_the_present() -> None:
    lived = await happened(Random(7), tickets=30, within=days(3))
    at = max(step.event.at for one in lived for step in one.steps)

    answer = await _compare(lived, TrendsQuestion(since=NINE, by=Period.QUARTER), at=at)

    (point,) = answer.series[0].points
    assert point.bucket.partial
    assert point.backlog is not None
    assert point.backlog.at == at


@pytest.mark.usefixtures("_open")
async def test_stakeholders_see_no_figures_of_all_tickets_and_a_wallboard_does() -> None:
    question = TrendsQuestion(since=NINE, wanted=Figure.OPENED)

    with pytest.raises(ForbiddenError, match="figures of all tickets"):
        await trends.ask(question, at=AT, viewer=STAKEHOLDER)
    for viewer in (MANAGER, WALLBOARD):
        assert (await trends.ask(question, at=AT, viewer=viewer)).zone == "UTC"


@pytest.mark.usefixtures("_open")
@pytest.mark.parametrize(
    ("question", "message"),
    [
        (TrendsQuestion(top=0), "top is 0"),
        (TrendsQuestion(top=51), "top is 51"),
        (TrendsQuestion(group_by=(Dimension.TIER, Dimension.TIER)), "twice"),
        (TrendsQuestion(since=AT, until=NINE), "not before until"),
        (TrendsQuestion(since=NINE - days(500), by=Period.DAY), "more than 400 buckets"),
    ],
)
async def test_a_question_that_cannot_be_answered_is_refused(
    question: TrendsQuestion, message: str
) -> None:
    with pytest.raises(InvalidInputError, match=message):
        await trends.answer(question, at=AT)


@pytest.mark.usefixtures("_open")
async def test_too_many_points_are_refused_with_their_number() -> None:
    await happened(Random(8), tickets=120, within=days(30))
    dimensions = (Dimension.CATEGORY, Dimension.COMPONENT, Dimension.TEAM)
    question = TrendsQuestion(since=AT - days(380), by=Period.DAY, group_by=dimensions, top=50)

    with pytest.raises(InvalidInputError, match="points, more than 5000"):
        await trends.answer(question, at=AT)


@pytest.mark.usefixtures("_open")
async def test_what_happens_at_midnight_belongs_to_the_day_that_begins() -> None:
    midnight = NINE + days(1) - hours(9)
    await stored(Desk(at=midnight))
    await stored(Desk(at=midnight - timedelta(microseconds=1)))

    before = await _opened_until(midnight)
    both = await _opened_until(midnight + hours(1))

    assert before == [1]
    assert both == [1, 1]


async def _opened_until(until: datetime) -> list[int]:
    question = TrendsQuestion(since=NINE, until=until, by=Period.DAY, wanted=Figure.OPENED)
    answer = await trends.answer(question, at=AT)
    return [point.opened for point in answer.series[0].points]


@pytest.mark.usefixtures("_open")
async def test_a_deadline_counts_from_its_very_moment_on() -> None:
    """A13: it has fallen when now is the deadline, and not a moment before."""
    due = (await stored(Desk())).deadlines[0].due_at
    question = TrendsQuestion(since=NINE, wanted=Figure.TARGETS)

    before, then = [
        (await trends.answer(question, at=at)).series[0].points[-1].targets
        for at in (due - timedelta(microseconds=1), due)
    ]

    assert before == {}
    assert then == {DeadlineKind.RESPONSE: Answers(count=1, within=0)}
