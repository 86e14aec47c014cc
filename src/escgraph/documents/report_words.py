"""Figures of reports in words: durations, shares, and how one quarter stands to the one before."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from escgraph.domain.texts import called

NOTHING = "-"
"""Stands where there is no figure."""

NARROW = "\N{NO-BREAK SPACE}"
"""Between a figure and its sign, so that no line ends there."""

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def day(moment: datetime, zone: str) -> str:
    """The civil day there, as people write it: 1 April 2026."""
    return civil(moment.astimezone(ZoneInfo(zone)).date())


def moment(at: datetime, zone: str) -> str:
    """The day and the minute there."""
    there = at.astimezone(ZoneInfo(zone))
    return f"{civil(there.date())}, {there:%H:%M}"


def last_day(ends_at: datetime, zone: str) -> str:
    """The last civil day of what ends at that moment."""
    return day(ends_at - timedelta(microseconds=1), zone)


def civil(one: date) -> str:
    return f"{one.day} {_MONTHS[one.month - 1]} {one.year}"


def short(duration: timedelta) -> str:
    """With two units at most: 3 d 4 h, 2 h 30 min, 45 s."""
    seconds = round(duration.total_seconds())
    units = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))
    for place, (unit, length) in enumerate(units):
        if seconds >= length:
            whole, rest = divmod(seconds, length)
            if place + 1 == len(units):
                return f"{whole} {unit}"
            less, size = units[place + 1]
            return f"{whole} {unit} {rest // size} {less}" if rest // size else f"{whole} {unit}"
    return "0 s"


def percent(share: float | None) -> str:
    """Whole percents; 0 and 100 only where it is just that."""
    if share is None:
        return NOTHING
    if 0 < share < 0.01:
        return f"under 1{NARROW}%"
    if 0.99 < share < 1:
        return f"over 99{NARROW}%"
    return f"{share:.0%}".replace("%", f"{NARROW}%")


def number(count: int) -> str:
    return f"{count:,}"


def many(count: int, thing: str) -> str:
    """The number with the word for it in singular or plural."""
    return f"{number(count)} {thing}" if count == 1 else f"{number(count)} {thing}s"


def change(now: float | None, before: float | None) -> str:
    """How a count or duration moved, in percent of what it was."""
    if now is None or before is None:
        return NOTHING
    if now == before:
        return "same"
    if not before:
        return "new"
    moved = (now - before) / before
    if abs(moved) >= 10:
        return f"{now / before:,.0f} times"
    return f"{moved:+.0%}".replace("%", f"{NARROW}%")


def points(now: float | None, before: float | None) -> str:
    """How a share moved, in points."""
    if now is None or before is None:
        return NOTHING
    moved = round(100 * now) - round(100 * before)
    return "same" if not moved else f"{moved:+d}{NARROW}points"


def tickets(numbers: Sequence[int], *, of: int | None = None) -> str:
    """What people call them; that there are more, where there are."""
    named = ", ".join(called(one) for one in numbers)
    return f"{named} and more" if of is not None and of > len(numbers) and named else named
