"""What makes a calendar one by which time can be counted (A6)."""

from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from itertools import pairwise

from escgraph.domain.calendar import ZERO, Calendar, Window
from escgraph.domain.calendar_document import WEEKDAYS, window_text
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.zones import zone_named

LONGEST_CLOSED = timedelta(days=400)
"""A calendar that is closed on so many days on end is none: something would wait for ever."""

LONGEST_WAIT = timedelta(days=36_525)
"""A target takes no longer to be used up: one that falls due after a century is a slip."""

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_MIDNIGHT = time(0)


def validate_calendar(calendar: Calendar, *, place: Sequence[str] = ()) -> None:
    """Pass if time can be counted by it. `place` is the path to it in a document.

    Raises:
        InvalidInputError: its zone is unknown, a window is backwards, empty, over midnight or over
            another, an own day comes twice, or it is closed for 400 days.
    """
    zone_named(calendar.zone, (*place, "zone"))
    if len(calendar.week) != len(WEEKDAYS):
        raise InvalidInputError(
            f"the calendar has {len(calendar.week)} weekdays; give seven", field=(*place, "week")
        )
    for weekday, windows in zip(WEEKDAYS, calendar.week, strict=True):
        _validate_windows(windows, weekday, (*place, "week", weekday))
    _validate_own_days(calendar, place)
    _validate_open(calendar, place)


def validate_wait(calendar: Calendar, duration: timedelta, *, place: Sequence[str] = ()) -> None:
    """Pass if so much time is counted within a lifetime (P1).

    Raises:
        InvalidInputError: at the calendar's hours a week it is not.
    """
    weekly = sum((_length(window) for windows in calendar.week for window in windows), ZERO)
    if duration / weekly > LONGEST_WAIT / _WEEK:
        raise InvalidInputError(
            f'by the calendar "{calendar.name}", which opens for {weekly / timedelta(hours=1):g} '
            "hours a week, that takes longer than a century; shorten it",
            field=tuple(place),
        )


def _validate_windows(windows: Sequence[Window], weekday: str, place: Sequence[str]) -> None:
    for index, window in enumerate(windows):
        _validate_window(window, weekday, (*place, str(index)))
    ordered = sorted(range(len(windows)), key=lambda index: windows[index].opens)
    for earlier, later in pairwise(ordered):
        closes = windows[earlier].closes
        if closes is None or closes > windows[later].opens:
            raise InvalidInputError(
                f"on {weekday} the windows {window_text(windows[earlier])} and "
                f"{window_text(windows[later])} overlap; write them as one, or shorten one",
                field=(*place, str(max(earlier, later))),
            )


def _validate_window(window: Window, weekday: str, place: Sequence[str]) -> None:
    if window.closes is None or window.closes > window.opens:
        return
    said = f"on {weekday} the window {window_text(window)}"
    if window.closes == window.opens:
        raise InvalidInputError(
            f"{said} is empty; leave it out, or write 00:00-24:00 for the whole day", field=place
        )
    if window.closes == _MIDNIGHT:
        raise InvalidInputError(
            f"{said} closes before it opens; write 24:00 for midnight at the end of the day",
            field=place,
        )
    evening, morning = Window(window.opens, None), Window(_MIDNIGHT, window.closes)
    raise InvalidInputError(
        f"{said} closes before it opens; if it goes over midnight, write {window_text(evening)} "
        f"and, on the next day, {window_text(morning)}",
        field=place,
    )


def _validate_own_days(calendar: Calendar, place: Sequence[str]) -> None:
    known: set[date] = set()
    for index, holiday in enumerate(calendar.closed):
        if holiday.day in known:
            raise InvalidInputError(
                f"the closed day {holiday.day} stands there twice; leave one out",
                field=(*place, "closed", str(index), "day"),
            )
        known.add(holiday.day)


def _validate_open(calendar: Calendar, place: Sequence[str]) -> None:
    if not any(calendar.week):
        raise InvalidInputError(
            "the calendar has no open window on any day, so no time would ever count; open it on "
            "a weekday, or leave the calendar out for 24x7",
            field=(*place, "week"),
        )
    for first, opens in _closures(calendar):
        if opens - first >= LONGEST_CLOSED:
            raise InvalidInputError(
                f"the calendar has no open window in {LONGEST_CLOSED.days} days from {first} on; "
                "leave closed days out",
                field=(*place, "closed"),
            )


def _closures(calendar: Calendar) -> Iterator[tuple[date, date]]:
    """From which to which day it is closed around each closed day, in order, each stretch once.

    A stretch ends where it opens again, or where it is too long anyhow.
    """
    closed = {holiday.day for holiday in (*calendar.holidays, *calendar.closed)}

    def shut(day: date) -> bool:
        return day in closed or not calendar.week[day.weekday()]

    opens = date.min
    for day in sorted(closed):
        if day < opens:
            continue
        first = opens = day
        while first > date.min and shut(first - _DAY):
            first -= _DAY
        while opens < date.max and opens - first < LONGEST_CLOSED and shut(opens):
            opens += _DAY
        yield first, opens


def _length(window: Window) -> timedelta:
    closes = _DAY if window.closes is None else _since_midnight(window.closes)
    return closes - _since_midnight(window.opens)


def _since_midnight(wall: time) -> timedelta:
    return timedelta(
        hours=wall.hour,
        minutes=wall.minute,
        seconds=wall.second,
        microseconds=wall.microsecond,
    )
