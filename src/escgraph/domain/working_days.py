"""Days as the organisation counts them: where one ends, and which of them are for work (D3)."""

from datetime import date, datetime, timedelta
from itertools import count, islice
from zoneinfo import ZoneInfo

from escgraph.domain.civil_days import first_moment
from escgraph.domain.policy import Policy

_DAY = timedelta(days=1)
_WEEKEND = frozenset({5, 6})


def civil_day(moment: datetime, policy: Policy) -> date:
    """The day on which the organisation's calendar stands at that moment."""
    return moment.astimezone(ZoneInfo(policy.zone)).date()


def end_of(day: date, policy: Policy) -> datetime:
    """When that day ends: the first moment of the next, in UTC, however long the day was."""
    return first_moment(day + _DAY, ZoneInfo(policy.zone))


def is_for_work(day: date, policy: Policy) -> bool:
    """Whether the review calendar is open on that day; Monday to Friday without one."""
    if policy.review_calendar is None:
        return day.weekday() not in _WEEKEND
    return policy.calendars[policy.review_calendar].opens_on(day)


def working_days_after(moment: datetime, *, days: int, policy: Policy) -> datetime:
    """The end of the last of so many working days, of which the first is after that moment's day.

    Raises:
        OverflowError: it lies behind the year 9999.
    """
    start = civil_day(moment, policy)
    later = (start + n * _DAY for n in count(1))
    working = (day for day in later if is_for_work(day, policy))
    return end_of(next(islice(working, days - 1, None)), policy)
