"""Open hours as moments, for as many years as were ever asked for, and what they add up to.

A civil day lasts from its first moment to that of the next day, so that a day which its zone
skipped lasts no time. The ends of a window are converted as PEP 495 says, with fold=0: in an hour
that the clock skips by the offset before, in one that it repeats to the first. What is then not
within its day, or not after the window before it, holds nothing: no moment ever counts twice.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from escgraph.domain.civil_days import first_moment
from escgraph.domain.errors import InvalidInputError

Hours = Sequence[Sequence[tuple[time, time | None]]]
"""The windows of Monday to Sunday, each day's in order; None for 24:00."""

YEARS = range(2, 9999)
"""Whose civil days can be told in UTC, whatever their zone."""

NEAR = 50
"""A moment more years away than this begins a table of its own; the years between stay unknown."""

_DAY = timedelta(days=1)
_MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch of open time."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class _Table:
    """The spells of whole years in order. `counted` is what was counted before each, and in all."""

    years: range
    opens: list[datetime]
    closes: list[datetime]
    counted: list[timedelta]

    def counted_at(self, moment: datetime) -> timedelta:
        place = bisect_right(self.opens, moment)
        if place == 0:
            return self.counted[0]
        return min(self.counted[place - 1] + (moment - self.opens[place - 1]), self.counted[place])

    def moment_of(self, counted: timedelta) -> datetime:
        """The first moment at which that is counted, which is above zero and not above all."""
        place = bisect_left(self.counted, counted) - 1
        return self.opens[place] + (counted - self.counted[place])

    def between(self, start: datetime, end: datetime) -> list[Spell]:
        places = slice(bisect_right(self.closes, start), bisect_left(self.opens, end))
        pairs = zip(self.opens[places], self.closes[places], strict=True)
        return [Spell(opens, closes) for opens, closes in pairs]


class Timetable:
    """The weekly hours of a zone, less the closed days."""

    __slots__ = ("_closed", "_hours", "_table", "_zone")

    def __init__(self, zone: str, hours: Hours, closed: frozenset[date]) -> None:
        self._zone = zone
        self._hours = hours
        self._closed = closed
        self._table: _Table | None = None

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The first moment at which that much was counted since; `duration` is above zero.

        Raises:
            InvalidInputError: that moment lies beyond the years of a calendar.
        """
        table = self._around(start, start)
        goal = table.counted_at(start) + duration
        while goal > table.counted[-1]:
            table = self._later(table)
        return table.moment_of(goal)

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """The open time between; `end` is not before `start`."""
        table = self._around(start, end)
        return table.counted_at(end) - table.counted_at(start)

    def spells(self, start: datetime, end: datetime) -> list[Spell]:
        """Those with a moment between, in order."""
        return self._around(start, end).between(start, end)

    def spells_of(self, day: date) -> Iterator[Spell]:
        """Those of one civil day, in order."""
        zone = ZoneInfo(self._zone)
        begins, ends = (first_moment(each, zone) for each in (day, day + _DAY))
        return self._spells(day, begins, ends, zone)

    def day_of(self, moment: datetime) -> date:
        """The civil day on which it falls."""
        return moment.astimezone(ZoneInfo(self._zone)).date()

    def _around(self, start: datetime, end: datetime) -> _Table:
        """A table with the years of both and one more on either side, since zones differ."""
        years = range(start.year - 1, end.year + 2)
        known = self._table
        if known is None or years.start > known.years.stop + NEAR:
            return self._keep(self._table_of(years))
        if years.stop < known.years.start - NEAR:
            return self._keep(self._table_of(years))
        if years.start < known.years.start:
            known = _joined(self._table_of(range(years.start, known.years.start)), known)
        if years.stop > known.years.stop:
            known = _joined(known, self._table_of(range(known.years.stop, years.stop)))
        return self._keep(known)

    def _later(self, table: _Table) -> _Table:
        """The table with twice its years."""
        stop = table.years.stop
        if stop >= YEARS.stop or not any(self._hours):
            raise InvalidInputError(
                f"the calendar does not open for that long before the year {YEARS.stop}; "
                "give a shorter duration or longer hours"
            )
        more = range(stop, min(stop + len(table.years), YEARS.stop))
        return self._keep(_joined(table, self._table_of(more)))

    def _keep(self, table: _Table) -> _Table:
        self._table = table
        return table

    def _table_of(self, years: range) -> _Table:
        if years.start < YEARS.start or years.stop > YEARS.stop:
            raise InvalidInputError(
                f"a calendar knows the years {YEARS.start + 1} to {YEARS.stop - 2}; "
                "give a moment in them"
            )
        spells = list(self._spells_in(years))
        lengths = (spell.closes - spell.opens for spell in spells)
        return _Table(
            years,
            [spell.opens for spell in spells],
            [spell.closes for spell in spells],
            list(accumulate(lengths, initial=timedelta(0))),
        )

    def _spells_in(self, years: range) -> Iterator[Spell]:
        zone = ZoneInfo(self._zone)
        day, last = date(years.start, 1, 1), date(years.stop, 1, 1)
        begins = first_moment(day, zone)
        while day < last:
            ends = first_moment(day + _DAY, zone)
            yield from self._spells(day, begins, ends, zone)
            day, begins = day + _DAY, ends

    def _spells(
        self, day: date, begins: datetime, ends: datetime, zone: ZoneInfo
    ) -> Iterator[Spell]:
        """Those of the day, which lasts from `begins` to `ends`."""
        if day in self._closed:
            return
        for opens, closes in self._hours[day.weekday()]:
            opened = begins if opens == _MIDNIGHT else max(begins, _moment(day, opens, zone))
            closed = ends if closes is None else min(ends, _moment(day, closes, zone))
            if opened < closed:
                yield Spell(opened, closed)
                begins = closed


def _joined(earlier: _Table, later: _Table) -> _Table:
    """Both as one, counted as in the earlier."""
    before = earlier.counted[-1] - later.counted[0]
    return _Table(
        range(earlier.years.start, later.years.stop),
        earlier.opens + later.opens,
        earlier.closes + later.closes,
        earlier.counted + [before + counted for counted in later.counted[1:]],
    )


def _moment(day: date, wall: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall, zone).astimezone(UTC)
