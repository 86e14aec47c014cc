"""Trends as types: what happened in each bucket, for each group of tickets (P4, §8)."""

from datetime import datetime, timedelta

import strawberry

from escgraph.domain.figures import CLOCKS, Dimension, Group, Point, Series, Spread
from escgraph.domain.periods import Period
from escgraph.domain.terms import DeadlineKind, Priority, Tier, Trigger
from escgraph.queries import trends


@strawberry.type(description="How long something took, of how many.")
class TimeSpread:
    count: int = strawberry.field(description="Of how many; none is none at all.")
    median: timedelta = strawberry.field(description="Half of them took no longer.")
    p90: timedelta = strawberry.field(
        description="Nine in ten of them took no longer; between two of them, linearly."
    )


@strawberry.type(
    description="How well one clock was kept. It counts in the bucket of the answer or, where "
    "none came by then, of the deadline. Moments are compared: an answer after the deadline is "
    "late, however late an engine fired. The acknowledgement answers RESPONSE, the resolution the "
    "rungs. Rungs that were reached by hand and targets of cancelled tickets are left out."
)
class TargetShare:
    clock: DeadlineKind = strawberry.field(description="RESPONSE, LEVEL_2, LEVEL_3 or MANAGEMENT.")
    count: int = strawberry.field(description="How many deadlines fell due or were answered.")
    within: int = strawberry.field(description="How many of them were answered in time.")
    share: float = strawberry.field(description="That part of them, from 0 to 1.")


@strawberry.type(description="How many escalations led to a tier by one trigger.")
class EscalationCount:
    to_tier: Tier = strawberry.field(description="The rung.")
    trigger: Trigger = strawberry.field(description="What moved the tickets.")
    count: int = strawberry.field(description="How many; never 0.")


@strawberry.type(description="How long tickets were live at one tier, holds included.")
class TierSpread:
    tier: Tier = strawberry.field(description="The tier.")
    count: int = strawberry.field(description="How many tickets stood there at all.")
    median: timedelta = strawberry.field(description="Half of those stood there no longer.")
    p90: timedelta = strawberry.field(description="Nine in ten of those stood there no longer.")
    total: timedelta = strawberry.field(description="All of their time together.")


@strawberry.type(description="The tickets that were live at one moment.")
class TrendBacklog:
    at: datetime = strawberry.field(description="The bucket's end, or the present.")
    count: int = strawberry.field(description="How many there were.")
    age: TimeSpread | None = strawberry.field(
        description="How long ago they had been opened, reopened ones too; null where none were."
    )


@strawberry.type(description="What happened in one day, week, month or quarter.")
class TrendBucket:
    starts_at: datetime = strawberry.field(
        description="Its first moment: midnight by the organisation's clocks."
    )
    ends_at: datetime = strawberry.field(description="Where the next one starts.")
    partial: bool = strawberry.field(description="Whether it is not over yet.")
    opened: int = strawberry.field(description="Tickets opened.")
    cancelled: int = strawberry.field(description="Tickets cancelled.")
    resolved: int = strawberry.field(
        description="Resolutions, each of them of a ticket that was resolved more than once."
    )
    reopened: int = strawberry.field(description="Reopenings.")
    reopen_rate: float | None = strawberry.field(
        description="Reopenings by resolutions; null where nothing was resolved."
    )
    first_response: TimeSpread | None = strawberry.field(
        description="From the start of the clock to the acknowledgement, of those that came in "
        "this bucket; null where none did."
    )
    resolution: TimeSpread | None = strawberry.field(
        description="From the start of the clock to the resolution, by the wall clock, of those "
        "that came in this bucket; null where none did."
    )
    targets: list[TargetShare] = strawberry.field(
        description="The share within target, by clock; without those of which none fell due."
    )
    escalations: list[EscalationCount] = strawberry.field(
        description="Escalations by rung and trigger; without those of which there was none."
    )
    time_at_tiers: list[TierSpread] = strawberry.field(
        description="Where the time went of the tickets whose last resolution lies in this "
        "bucket and still stands, as in `resolutionLog`; without tiers at which none stood."
    )
    backlog: TrendBacklog | None = strawberry.field(
        description="What was live at the end of this bucket, or is now; null where not asked for."
    )


@strawberry.type(
    description="The tickets that have these in common, as they are now; what they are not "
    "grouped by is null."
)
class TrendGroup:
    priority: Priority | None = strawberry.field(description="Their priority.")
    category: str | None = strawberry.field(description="Key of their category.")
    component: str | None = strawberry.field(description="What is affected; may be empty.")
    tier: Tier | None = strawberry.field(description="The tier that works on them, or did so last.")
    team: str | None = strawberry.field(
        description="The team that they were routed to; empty for none."
    )
    rest: bool = strawberry.field(
        description="Whether these are the tickets of all groups that are not named."
    )


@strawberry.type(description="The buckets of one group.")
class TrendSeries:
    group: TrendGroup = strawberry.field(description="Which tickets they count.")
    buckets: list[TrendBucket] = strawberry.field(
        description="In order, the same in each series, empty ones too."
    )


@strawberry.type(description="What happened to tickets over time, all as of one moment.")
class Trends:
    zone: str = strawberry.field(
        description="The organisation's time zone, whose days these are: that of the policy in "
        "force."
    )
    by: Period = strawberry.field(description="How long a bucket is.")
    series: list[TrendSeries] = strawberry.field(
        description="One for each group, the largest first; one of all tickets without `groupBy`."
    )


def trends_of(known: trends.Trends) -> Trends:
    return Trends(
        zone=known.zone, by=known.by, series=[_series_of(series) for series in known.series]
    )


def _series_of(series: Series) -> TrendSeries:
    return TrendSeries(
        group=_group_of(series.group), buckets=[_bucket_of(point) for point in series.points]
    )


def _group_of(group: Group) -> TrendGroup:
    priority, tier = group.keys.get(Dimension.PRIORITY), group.keys.get(Dimension.TIER)
    return TrendGroup(
        priority=None if priority is None else Priority(priority),
        category=group.keys.get(Dimension.CATEGORY),
        component=group.keys.get(Dimension.COMPONENT),
        tier=None if tier is None else Tier(tier),
        team=group.keys.get(Dimension.TEAM),
        rest=group.rest,
    )


def _bucket_of(point: Point) -> TrendBucket:
    return TrendBucket(
        starts_at=point.bucket.starts_at,
        ends_at=point.bucket.ends_at,
        partial=point.bucket.partial,
        opened=point.opened,
        cancelled=point.cancelled,
        resolved=point.resolved,
        reopened=point.reopened,
        reopen_rate=point.reopen_rate,
        first_response=_spread_of(point.first_response),
        resolution=_spread_of(point.resolution),
        targets=_targets_of(point),
        escalations=_escalations_of(point),
        time_at_tiers=_tiers_of(point),
        backlog=_backlog_of(point),
    )


def _spread_of(spread: Spread | None) -> TimeSpread | None:
    if spread is None:
        return None
    return TimeSpread(count=spread.count, median=spread.median, p90=spread.p90)


def _targets_of(point: Point) -> list[TargetShare]:
    return [
        TargetShare(clock=clock, count=answers.count, within=answers.within, share=answers.share)
        for clock in CLOCKS
        if (answers := point.targets.get(clock)) is not None
    ]


def _escalations_of(point: Point) -> list[EscalationCount]:
    return [
        EscalationCount(to_tier=tier, trigger=trigger, count=count)
        for (tier, trigger), count in sorted(point.escalations.items())
    ]


def _tiers_of(point: Point) -> list[TierSpread]:
    return [
        TierSpread(
            tier=tier,
            count=figures.spread.count,
            median=figures.spread.median,
            p90=figures.spread.p90,
            total=figures.total,
        )
        for tier, figures in sorted(point.at_tiers.items())
    ]


def _backlog_of(point: Point) -> TrendBacklog | None:
    if point.backlog is None:
        return None
    backlog = point.backlog
    return TrendBacklog(at=backlog.at, count=backlog.count, age=_spread_of(backlog.age))
