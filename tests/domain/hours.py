"""Calendars and moments as people write them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from escgraph.domain.calendar import Calendar, Holiday, Week, Window

WORKDAYS = range(5)
DAILY = range(7)
WHOLE = "00:00-24:00"


def window(text: str) -> Window:
    """As in "09:00-17:00"."""
    opens, closes = text.split("-")
    return Window(
        time.fromisoformat(opens), None if closes == "24:00" else time.fromisoformat(closes)
    )


def week(*windows: str, days: Iterable[int] = DAILY) -> Week:
    """The same windows on each of the days, Monday being 0."""
    each, open_days = tuple(window(text) for text in windows), set(days)
    return tuple(each if day in open_days else () for day in DAILY)


def calendar(
    zone: str, *windows: str, days: Iterable[int] = DAILY, closed: Iterable[str] = ()
) -> Calendar:
    own = tuple(Holiday(date.fromisoformat(day), "closed") for day in closed)
    return Calendar("hours", zone=zone, week=week(*windows, days=days), closed=own)


def office(zone: str = "America/New_York", *, closed: Iterable[str] = ()) -> Calendar:
    """Monday to Friday, nine to five."""
    return calendar(zone, "09:00-17:00", days=WORKDAYS, closed=closed)


def moment(text: str, zone: str) -> datetime:
    """The moment at which a clock on the wall shows that, for the first time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def shown(at: datetime, zone: str) -> str:
    """What a clock on the wall shows, with its offset: as in "2026-03-09T12:00:00-04:00"."""
    return at.astimezone(ZoneInfo(zone)).isoformat()
