"""When time counts: every deadline asks a calendar; the default one never closes (A6)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from escgraph.domain.errors import InvalidInputError
from escgraph.domain.timetable import Hours, Spell, Timetable

ZERO = timedelta(0)


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
    _timetable: Timetable | None = field(init=False, repr=False, compare=False)
    """The same as moments, which it grows as it is asked; None where it never closes."""

    def __post_init__(self) -> None:
        closed = frozenset(holiday.day for holiday in (*self.holidays, *self.closed))
        never_closes = self.zone == "UTC" and self.week == ALL_DAY and not closed
        timetable = None if never_closes else Timetable(self.zone, _hours(self.week), closed)
        object.__setattr__(self, "_timetable", timetable)

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The first moment at which `duration` has been counted since `start`.

        Nothing is counted at `start` itself, open or not. What is used up when a window closes
        is so at its close, and not when the next one opens.

        Raises:
            InvalidInputError: that moment lies beyond the years of a calendar.
        """
        if duration < ZERO:
            raise ValueError(f"{duration} is below zero, and time is counted forwards only")
        if not duration:
            return start
        if self._timetable is not None:
            return self._timetable.add(start, duration)
        try:
            return start + duration
        except OverflowError as error:
            raise InvalidInputError(
                f"{duration} from {start:%Y-%m-%d} lies beyond the year 9999; shorten it"
            ) from error

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """The time that counts from `start` to `end`; zero where `end` is not later."""
        if end <= start:
            return ZERO
        if self._timetable is None:
            return end - start
        return self._timetable.elapsed(start, end)

    def opens_on(self, day: date) -> bool:
        """Whether it is open at any time of that civil day: whether it is a working day."""
        return self._timetable is None or any(self._timetable.spells_of(day))

    def spells(self, start: datetime, end: datetime) -> Sequence[Spell]:
        """Every stretch of open time with a moment between the two; none where it never closes."""
        return () if self._timetable is None else self._timetable.spells(start, end)

    def closed_between(self, start: datetime, end: datetime) -> tuple[Holiday, ...]:
        """The days from `start` to `end` on which it would be open if they were no holidays.

        In order; a day that is closed for several reasons is there once, with its own one.
        """
        if self._timetable is None:
            return ()
        first, last = self._timetable.day_of(start), self._timetable.day_of(end)
        by_day = {
            holiday.day: holiday
            for holiday in (*self.holidays, *self.closed)
            if first <= holiday.day <= last and self.week[holiday.day.weekday()]
        }
        return tuple(by_day[day] for day in sorted(by_day))


def _hours(week: Week) -> Hours:
    """The windows in the order of the day, midnight at its end as None."""
    return tuple(
        tuple(sorted(((w.opens, w.closes) for w in windows), key=lambda hours: hours[0]))
        for windows in week
    )


ALWAYS = Calendar("24x7")
