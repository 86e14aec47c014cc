"""Days, ISO weeks, months and quarters of the organisation, as moments: what trends count by (P4).

A bucket begins at midnight by the organisation's clocks and lasts until the next one begins, so
that a day of 23 or 25 hours is one bucket, and no moment is in two buckets or in none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from escgraph.domain.civil_days import first_moment
from escgraph.domain.errors import InvalidInputError

MOST = 400
"""How many buckets one question may ask for: a year of days, and a month more."""


class Period(StrEnum):
    """How long a bucket is. Weeks are those of ISO 8601 and begin on Monday."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    QUARTER = "QUARTER"


USUAL = {Period.DAY: 30, Period.WEEK: 13, Period.MONTH: 12, Period.QUARTER: 5}
"""How many buckets there are where nobody says since when."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """From `starts_at` until just before `ends_at`, both aware UTC.

    `partial` says that it was not over yet when it was looked at.
    """

    starts_at: datetime
    ends_at: datetime
    partial: bool


def buckets(
    since: datetime | None, until: datetime | None, *, by: Period, zone: ZoneInfo, at: datetime
) -> tuple[Bucket, ...]:
    """Every bucket of which some part lies between, whole, in order; none that begins after `at`.

    `until` None is the present, `at`; `since` None goes as far back as is usual for the period.

    Raises:
        InvalidInputError: `since` is not before `until` and the present, or it is too long.
    """
    end = at if until is None else min(until, at)
    last = first_day(end, by=by, zone=zone)
    if until is not None and first_moment(last, zone) == until and until <= at:
        last = before(last, by)
    first = last if since is None else first_day(since, by=by, zone=zone)
    if since is None:
        for _ in range(USUAL[by] - 1):
            first = before(first, by)
    elif since > at or (until is not None and since >= until):
        raise InvalidInputError(
            f"since is {since.isoformat()}, which is not before until or lies in the future; "
            "give an earlier one",
            field=("since",),
        )
    moments = [first_moment(day, zone) for day in _days(first, last, by)]
    return tuple(
        Bucket(start, stop, partial=stop > at) for start, stop in pairwise(moments) if start < stop
    )


def first_day(moment: datetime, *, by: Period, zone: ZoneInfo) -> date:
    """The day on which the bucket begins that the moment lies in."""
    day = moment.astimezone(zone).date()
    if by is Period.DAY:
        return day
    if by is Period.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(
        month=day.month if by is Period.MONTH else 1 + (day.month - 1) // 3 * 3, day=1
    )


def after(day: date, by: Period) -> date:
    """The first day of the next bucket; `day` is the first of one."""
    if by is Period.DAY:
        return day + timedelta(days=1)
    if by is Period.WEEK:
        return day + timedelta(weeks=1)
    months = day.month + (1 if by is Period.MONTH else 3)
    return date(day.year + (months - 1) // 12, (months - 1) % 12 + 1, 1)


def before(day: date, by: Period) -> date:
    """The first day of the bucket before."""
    if by is Period.DAY:
        return day - timedelta(days=1)
    if by is Period.WEEK:
        return day - timedelta(weeks=1)
    months = day.month - (1 if by is Period.MONTH else 3)
    return date(day.year + (months - 1) // 12, (months - 1) % 12 + 1, 1)


def _days(first: date, last: date, by: Period) -> Iterator[date]:
    """The first days of the buckets, and that of the one behind the last."""
    count = 0
    while first <= last:
        if count == MOST:
            raise InvalidInputError(
                f"that is more than {MOST} buckets by {by}; ask for less, or by a longer period",
                field=("since",),
            )
        yield first
        first, count = after(first, by), count + 1
    yield first
