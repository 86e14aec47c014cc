"""Where the civil days of a zone begin, and so where the days before them end."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def first_moment(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of that day there, in UTC, however long the day is.

    Where clocks show midnight twice, the first one. Where they skip it, the moment at which they
    do: since 1970 they skip it from midnight on everywhere, so that the offset before (fold=0)
    names that very moment.
    """
    return datetime.combine(day, time(0), zone).astimezone(UTC)
