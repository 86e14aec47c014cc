"""When time counts: every deadline asks a calendar; the default one never closes (A6)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta


@dataclass(frozen=True, slots=True)
class Window:
    """Open hours of one civil day. `closes` is None for midnight at its end, 24:00."""

    opens: time
    closes: time | None


@dataclass(frozen=True, slots=True)
class Region:
    """A country or a part of it whose public holidays are closed, as in "DE" and "BE"."""

    country: str
    subdivision: str | None = None


@dataclass(frozen=True, slots=True)
class Holiday:
    """A civil day without a window, and why."""

    day: date
    name: str


Week = tuple[tuple[Window, ...], ...]
"""The windows of Monday to Sunday."""

ALL_DAY: Week = ((Window(time(0), None),),) * 7


@dataclass(frozen=True, slots=True)
class Calendar:
    """Moments are aware UTC; durations are time that counts.

    Attributes:
        zone: the IANA zone of its windows.
        regions: whose public holidays are closed.
        holidays: the days of those regions as they were known when the policy was published, so
            that a calendar never changes afterwards.
        closed: own closed days.
    """

    name: str
    zone: str = "UTC"
    week: Week = ALL_DAY
    regions: tuple[Region, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    closed: tuple[Holiday, ...] = ()

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The moment at which `duration` has been counted since `start`."""
        return start + duration

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """The time that counts from `start` to `end`; zero where `end` is not later."""
        return max(end - start, timedelta(0))


ALWAYS = Calendar("24x7")
