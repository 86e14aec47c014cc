"""Calendars as plain documents: windows as "09:00-12:00", public holidays by their region."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, time
from typing import Any

from escgraph.domain.calendar import Calendar, Holiday, Region, Week, Window
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.placing import within

WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
MIDNIGHT = "24:00"
"""At the end of the day, where a window closes."""

HolidaysOf = Callable[[Region], Sequence[Holiday]]
"""How the public holidays of a region are asked for; a version of a policy brings its own."""

_WINDOW = re.compile(r"(\d\d:\d\d(?::\d\d)?)-(\d\d:\d\d(?::\d\d)?)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def calendar_document(calendar: Calendar) -> dict[str, Any]:
    """The calendar as JSON values, without its name and without the days of its regions."""
    return {
        "zone": calendar.zone,
        "week": {
            weekday: [window_text(window) for window in windows]
            for weekday, windows in zip(WEEKDAYS, calendar.week, strict=True)
        },
        "holidays": [
            {"country": region.country, "subdivision": region.subdivision}
            for region in calendar.regions
        ],
        "closed": [_closed_document(holiday) for holiday in calendar.closed],
    }


def calendar_of(name: str, document: Mapping[str, Any], *, holidays: HolidaysOf) -> Calendar:
    """The calendar that a document describes, with the public holidays of its regions.

    Raises:
        InvalidInputError: a window, a day or a region is none.
        KeyError: something is missing.
    """
    regions = tuple(_regions(document["holidays"]))
    return Calendar(
        name=name,
        zone=document["zone"],
        week=_week(document["week"]),
        regions=regions,
        holidays=_holidays(regions, holidays),
        closed=tuple(_closed(document["closed"])),
    )


def kept_days(calendars: Mapping[str, Calendar]) -> dict[str, Any]:
    """The public holidays of each calendar as JSON values, to be kept beside the policy."""
    return {
        name: [_closed_document(holiday) for holiday in calendars[name].holidays]
        for name in sorted(calendars)
    }


def with_kept_days(
    calendars: Mapping[str, Calendar], kept: Mapping[str, Any]
) -> dict[str, Calendar]:
    """The calendars with the days that were kept for each, whatever is known of them now."""
    return {
        name: replace(calendar, holidays=tuple(_closed(kept.get(name, ()))))
        for name, calendar in calendars.items()
    }


def unknown_days(region: Region) -> Sequence[Holiday]:
    """For whoever reads a policy without its public holidays, which would be another policy.

    Raises:
        InvalidInputError: always.
    """
    raise InvalidInputError(
        f"the public holidays of {region_text(region)} are not known here; draft the policy anew"
    )


def region_text(region: Region) -> str:
    """As people write it: DE or DE-BE."""
    return "-".join(filter(None, (region.country, region.subdivision)))


def window_text(window: Window) -> str:
    """The window as people write it: 09:00-12:00."""
    closes = MIDNIGHT if window.closes is None else _clock(window.closes)
    return f"{_clock(window.opens)}-{closes}"


def window_of(text: str) -> Window:
    """The window that `window_text` wrote.

    Raises:
        InvalidInputError: the text is none.
    """
    found = _WINDOW.fullmatch(text)
    try:
        if found is not None:
            opens, closes = found.groups()
            return Window(
                time.fromisoformat(opens),
                None if closes == MIDNIGHT else time.fromisoformat(closes),
            )
    except ValueError:
        pass
    raise InvalidInputError(f'"{text[:40]}" is no window; write it like 09:00-12:00')


def day_of(text: str) -> date:
    """The day of a text like 2026-12-24.

    Raises:
        InvalidInputError: there is no such day.
    """
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise InvalidInputError(f'"{text[:40]}" is no day; write it like 2026-12-24')


def _clock(moment: time) -> str:
    return moment.isoformat("minutes" if moment.second == 0 else "seconds")


def _week(document: Mapping[str, Any]) -> Week:
    with within("week"):
        return tuple(_windows(weekday, document[weekday]) for weekday in WEEKDAYS)


def _windows(weekday: str, texts: Sequence[str]) -> tuple[Window, ...]:
    windows = []
    for at, text in enumerate(texts):
        with within(weekday, str(at)):
            windows.append(window_of(text))
    return tuple(windows)


def _regions(documents: Sequence[Mapping[str, Any]]) -> list[Region]:
    return [Region(one["country"], one["subdivision"]) for one in documents]


def _holidays(regions: Sequence[Region], holidays: HolidaysOf) -> tuple[Holiday, ...]:
    """In the order of the days; a day that several regions keep is closed once."""
    days: dict[date, Holiday] = {}
    for at, region in enumerate(regions):
        with within("holidays", str(at)):
            for holiday in holidays(region):
                days.setdefault(holiday.day, holiday)
    return tuple(days[day] for day in sorted(days))


def _closed_document(holiday: Holiday) -> dict[str, str]:
    return {"day": holiday.day.isoformat(), "name": holiday.name}


def _closed(documents: Sequence[Mapping[str, Any]]) -> list[Holiday]:
    days = []
    for at, one in enumerate(documents):
        with within("closed", str(at), "day"):
            days.append(Holiday(day_of(one["day"]), one["name"]))
    return days
