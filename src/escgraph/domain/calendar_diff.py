"""What changed between two calendars of one name, in words and as data."""

from collections.abc import Iterable, Iterator, Sequence

from escgraph.domain.calendar import Calendar, Holiday, Window
from escgraph.domain.calendar_document import WEEKDAYS, region_text, window_text
from escgraph.domain.difference import Difference


def calendar_differences(before: Calendar | None, after: Calendar | None) -> Iterator[Difference]:
    """None stands for a calendar that is not there."""
    if before is None and after is not None:
        yield Difference(_path(after), None, _summary(after), f"{_the(after)} is new")
    elif after is None and before is not None:
        yield Difference(_path(before), _summary(before), None, f"{_the(before)} is gone")
    elif before is not None and after is not None:
        yield from _within(before, after)


def _within(before: Calendar, after: Calendar) -> Iterator[Difference]:
    if before.zone != after.zone:
        yield Difference(
            f"{_path(after)}.zone",
            before.zone,
            after.zone,
            f"{_the(after)} goes by the time of {after.zone} instead of {before.zone}",
        )
    for weekday, was, now in zip(WEEKDAYS, before.week, after.week, strict=True):
        if was != now:
            yield Difference(
                f"{_path(after)}.week.{weekday}",
                _windows(was) or None,
                _windows(now) or None,
                f"{_the(after)} {_opening(weekday.title(), _windows(was), _windows(now))}",
            )
    yield from _regions(before, after)
    yield from _days(
        f"{_path(after)}.closed", f"{_the(after)} is closed on", before.closed, after.closed
    )


def _opening(weekday: str, was: str, now: str) -> str:
    if not was:
        return f"is open on {weekday} {now} now"
    if not now:
        return f"is closed on {weekday} now; it was open {was}"
    return f"is open on {weekday} {now} instead of {was}"


def _regions(before: Calendar, after: Calendar) -> Iterator[Difference]:
    """Of the same regions other days may be known by now; of other regions the days go along."""
    was = ", ".join(region_text(region) for region in before.regions)
    now = ", ".join(region_text(region) for region in after.regions)
    if was != now:
        yield Difference(
            f"{_path(after)}.holidays",
            was or None,
            now or None,
            f"{_the(after)} is closed on the public holidays of {now or 'no region'} "
            f"instead of {was or 'none'}",
        )
    else:
        yield from _days(
            f"{_path(after)}.holidays",
            f"{_the(after)} is closed on the public holiday",
            before.holidays,
            after.holidays,
        )


def _days(
    path: str, said: str, before: Sequence[Holiday], after: Sequence[Holiday]
) -> Iterator[Difference]:
    for holiday in _missing(before, after):
        yield Difference(path, _day(holiday), None, f"{said} {_day(holiday)} no longer")
    for holiday in _missing(after, before):
        yield Difference(path, None, _day(holiday), f"{said} {_day(holiday)} now")
    if set(before) == set(after) and tuple(before) != tuple(after):
        yield Difference(path, None, None, f"{said} the same days, in another order")


def _missing(those: Iterable[Holiday], others: Iterable[Holiday]) -> list[Holiday]:
    known = set(others)
    return [holiday for holiday in those if holiday not in known]


def _day(holiday: Holiday) -> str:
    return f"{holiday.day} ({holiday.name})" if holiday.name else f"{holiday.day}"


def _summary(calendar: Calendar) -> str:
    """Its hours on one line: "MONDAY 09:00-17:00; …, Europe/Berlin"."""
    days = (
        f"{weekday} {_windows(windows)}"
        for weekday, windows in zip(WEEKDAYS, calendar.week, strict=True)
        if windows
    )
    return f"{'; '.join(days)}, {calendar.zone}"


def _windows(windows: Sequence[Window]) -> str:
    return ", ".join(window_text(window) for window in windows)


def _path(calendar: Calendar) -> str:
    return f"calendars.{calendar.name}"


def _the(calendar: Calendar) -> str:
    return f"The calendar {calendar.name}"
