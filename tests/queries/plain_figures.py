"""The figures of trends in plain Python, from the events alone: what the databases are held to."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from escgraph.domain.calendar import ALWAYS
from escgraph.domain.events import (
    Event,
    TicketCancelled,
    TicketDeescalated,
    TicketEscalated,
    TicketOpened,
    TicketReopened,
    TicketResolved,
)
from escgraph.domain.figures import CLOCKS, Answers, Backlog, Point, Spread, TierFigures
from escgraph.domain.periods import Bucket
from escgraph.domain.terms import LIVE, DeadlineKind, DeadlineState, Status, Tier
from escgraph.domain.ticket import Deadline
from escgraph.domain.tier_time import Standing, tier_time
from tests.queries.past import Lived

MOVES = (TicketOpened, TicketEscalated, TicketDeescalated, TicketResolved, TicketReopened)


def point(bucket: Bucket, tickets: Sequence[Lived], *, at: datetime) -> Point:
    resolved = _moments(tickets, TicketResolved, bucket)
    return Point(
        bucket,
        opened=len(_moments(tickets, TicketOpened, bucket)),
        cancelled=len(_moments(tickets, TicketCancelled, bucket)),
        resolved=len(resolved),
        reopened=len(_moments(tickets, TicketReopened, bucket)),
        first_response=_spread(_first_responses(tickets, bucket)),
        resolution=_spread(moment - one.ticket.clock_started_at for one, moment in resolved),
        targets=_targets(tickets, bucket, at),
        escalations=Counter(
            (event.to_tier, event.trigger)
            for one in tickets
            for event in _events(one)
            if isinstance(event, TicketEscalated) and _in(event.at, bucket)
        ),
        at_tiers=_at_tiers(tickets, bucket),
        backlog=_backlog(tickets, bucket, at),
    )


def _events(one: Lived) -> list[Event]:
    return [step.event for step in one.steps]


def _in(moment: datetime | None, bucket: Bucket) -> bool:
    return moment is not None and bucket.starts_at <= moment < bucket.ends_at


def _moments(
    tickets: Iterable[Lived], kind: type[Event], bucket: Bucket
) -> list[tuple[Lived, datetime]]:
    return [
        (one, event.at)
        for one in tickets
        for event in _events(one)
        if isinstance(event, kind) and _in(event.at, bucket)
    ]


def _first_responses(tickets: Iterable[Lived], bucket: Bucket) -> list[timedelta]:
    return [
        one.ticket.acknowledged_at - one.ticket.clock_started_at
        for one in tickets
        if one.ticket.acknowledged_at is not None and _in(one.ticket.acknowledged_at, bucket)
    ]


def _targets(tickets: Iterable[Lived], bucket: Bucket, at: datetime) -> dict[DeadlineKind, Answers]:
    counted: Counter[DeadlineKind] = Counter()
    in_time: Counter[DeadlineKind] = Counter()
    for one in tickets:
        for due in one.deadlines:
            if due.kind not in CLOCKS or due.state is DeadlineState.VOID:
                continue
            answer = _answer(one, due)
            early = answer is not None and answer < due.due_at
            moment = answer if early else due.due_at
            if _in(moment, bucket) and moment is not None and moment <= at:
                counted[due.kind] += 1
                fired = due.state is DeadlineState.FIRED
                in_time[due.kind] += early or (answer == due.due_at and not fired)
    return {kind: Answers(many, in_time[kind]) for kind, many in counted.items()}


def _answer(one: Lived, due: Deadline) -> datetime | None:
    if due.kind is DeadlineKind.RESPONSE:
        return one.ticket.acknowledged_at
    resolved = [event.at for event in _events(one) if isinstance(event, TicketResolved)]
    return resolved[due.cycle - 1] if due.cycle <= len(resolved) else None


def _at_tiers(tickets: Iterable[Lived], bucket: Bucket) -> dict[Tier, TierFigures]:
    times: dict[Tier, list[timedelta]] = {tier: [] for tier in Tier}
    for one in tickets:
        ended = one.ticket.status in {Status.RESOLVED, Status.CLOSED}
        if not ended or not _in(one.ticket.resolved_at, bucket):
            continue
        standings = [
            Standing(step.event.at, step.after.tier, step.after.status)
            for step in one.steps
            if isinstance(step.event, MOVES)
        ]
        for tier, time in tier_time(standings, calendar=ALWAYS).items():
            times[tier] += [time] if time else []
    return {
        tier: TierFigures(spread, sum(spent, timedelta(0)))
        for tier, spent in times.items()
        if (spread := _spread(spent)) is not None
    }


def _backlog(tickets: Iterable[Lived], bucket: Bucket, at: datetime) -> Backlog:
    seen_at = min(bucket.ends_at, at)
    ages = []
    for one in tickets:
        before = [step.after for step in one.steps if step.event.at < bucket.ends_at]
        if before and before[-1].status in LIVE:
            ages.append(seen_at - one.ticket.opened_at)
    return Backlog(seen_at, _spread(ages))


def _spread(spans: Iterable[timedelta]) -> Spread | None:
    ordered = sorted(spans)
    if not ordered:
        return None
    return Spread(len(ordered), _quantile(ordered, 5), _quantile(ordered, 9))


def _quantile(ordered: Sequence[timedelta], tenths: int) -> timedelta:
    low, rest = divmod((len(ordered) - 1) * tenths, 10)
    if not rest:
        return ordered[low]
    return ordered[low] + (ordered[low + 1] - ordered[low]) * rest / 10
