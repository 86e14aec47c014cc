"""What a quarterly review looks at: computed while it is open, as it was stored once completed."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from escgraph.domain.civil_days import first_moment
from escgraph.domain.figures import Figure, Point
from escgraph.domain.periods import Bucket
from escgraph.domain.permissions import may_see_internal
from escgraph.domain.process_gaps import gaps
from escgraph.domain.quarter import Quarter, latest, named
from escgraph.domain.quarterly import Climbs, Kept, QuarterFigures, QuarterlyFacts, Week
from escgraph.domain.review import Review
from escgraph.domain.terms import DeadlineKind, ReviewId, ReviewKind, Tier, Trigger
from escgraph.domain.ticket import Actor
from escgraph.queries import recurring
from escgraph.queries.sight import among_colleagues
from escgraph.queries.trends import TrendsQuestion, counted
from escgraph.store import (
    policies,
    process_gaps,
    quarterly_facts,
    review_follow_ups,
    review_search,
    trends,
)
from escgraph.store.trends import EVERY_TICKET, Frame

__all__ = ["QuarterlyFacts", "facts", "found_out", "to_freeze"]

COMPARED = 5
"""So many quarters stand side by side: the one that is over, and the four before it."""

INSTANT = timedelta(microseconds=1)

WANTED = (
    Figure.OPENED
    | Figure.CANCELLED
    | Figure.RESOLVED
    | Figure.REOPENED
    | Figure.FIRST_RESPONSE
    | Figure.TARGETS
    | Figure.ESCALATIONS
)
"""The figures that a quarter is judged by; the others are for those who ask for trends."""


async def facts(review: Review, *, at: datetime, viewer: Actor) -> QuarterlyFacts:
    """What the review of a quarter looks at, or says for ever since it was completed.

    Raises:
        ForbiddenError: the viewer does not work on tickets.
    """
    among_colleagues(viewer, what="what a review found out")
    return await quarterly_facts.kept(review.id) or await found_out(review, at=at)


async def to_freeze(review_id: ReviewId, *, at: datetime, viewer: Actor) -> QuarterlyFacts | None:
    """What its completion would keep; None where there is nothing to keep, or no such review.

    Whether the viewer may complete it, and whether it is whole, is asked where it is completed.
    """
    if not may_see_internal(viewer):
        return None
    review = (await review_search.of_ids([review_id])).get(review_id)
    if review is None or review.kind is not ReviewKind.QUARTERLY or not review.open:
        return None
    return await found_out(review, at=at)


async def found_out(review: Review, *, at: datetime) -> QuarterlyFacts:
    """All that the review of a quarter looks at, as it is at `at`."""
    assert review.quarter is not None
    assert review.starts_at is not None
    assert review.ends_at is not None
    policy, quarter = await policies.in_force(), named(review.quarter)
    span = (review.starts_at, review.ends_at)
    subjects = await recurring.subjects(*span, policy.recurrence)
    return QuarterlyFacts(
        quarter=review.quarter,
        version=review.version,
        zone=policy.zone,
        as_of=at,
        figures=await _figures(quarter, *span, zone=policy.zone, at=at),
        weeks=await _weeks(*span, zone=policy.zone, at=at),
        rule=policy.recurrence,
        recurring=subjects,
        gaps=gaps(await process_gaps.observed(*span)),
        actions=tuple(await review_follow_ups.own(review.id)),
        carried=tuple(await review_follow_ups.carried(review.quarter, review.ends_at)),
        alike=await recurring.across(*span, policy.recurrence, listed=subjects),
    )


async def _figures(
    quarter: Quarter, starts_at: datetime, ends_at: datetime, *, zone: str, at: datetime
) -> tuple[QuarterFigures, ...]:
    """This quarter as its review bounds it, and those before it in the zone in force."""
    quarters = latest(quarter, COMPARED)
    bounds = [*(one.starts_at(zone) for one in quarters[:-1]), starts_at, ends_at]
    within = [Bucket(since, until, partial=until > at) for since, until in pairwise(bounds)]
    (series,) = await counted(TrendsQuestion(wanted=WANTED), within, at=at)
    return tuple(_of(one, point) for one, point in zip(quarters, series.points, strict=True))


def _of(quarter: Quarter, point: Point) -> QuarterFigures:
    return QuarterFigures(
        quarter=quarter.name,
        opened=point.opened,
        cancelled=point.cancelled,
        resolved=point.resolved,
        reopened=point.reopened,
        response=point.first_response,
        resolution=point.resolution,
        kept=tuple(
            Kept(clock, point.targets[clock].count, point.targets[clock].within)
            for clock in DeadlineKind
            if clock in point.targets
        ),
        climbs=_climbs(point.escalations),
    )


def _climbs(escalations: Mapping[tuple[Tier, Trigger], int]) -> tuple[Climbs, ...]:
    """In climbing order."""
    return tuple(
        Climbs(tier, trigger, escalations[tier, trigger])
        for tier in Tier
        for trigger in Trigger
        if (tier, trigger) in escalations
    )


async def _weeks(
    starts_at: datetime, ends_at: datetime, *, zone: str, at: datetime
) -> tuple[Week, ...]:
    days = list(_mondays(starts_at, ends_at, zone))
    bounds = (starts_at, *(first_moment(day, ZoneInfo(zone)) for day in days[1:]), ends_at)
    counted: dict[int, dict[tuple[Tier, Trigger], int]] = {}
    for row in await trends.escalations(Frame(bounds, at, EVERY_TICKET)):
        key = Tier(row["to_tier"]), Trigger(row["trigger"])
        counted.setdefault(row["b"], {})[key] = row["many"]
    return tuple(Week(day, _climbs(counted.get(n, {}))) for n, day in enumerate(days, 1))


def _mondays(starts_at: datetime, ends_at: datetime, zone: str) -> Iterator[date]:
    """The first day of the quarter, and each Monday in it after that."""
    there = ZoneInfo(zone)
    day, last = (moment.astimezone(there).date() for moment in (starts_at, ends_at - INSTANT))
    while day <= last:
        yield day
        day += timedelta(days=7 - day.weekday())
