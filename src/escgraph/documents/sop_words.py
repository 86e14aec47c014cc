"""The figures of a policy in words, as the SOP says them, and the figures of those words again."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from types import MappingProxyType

from escgraph.domain.calendar import Week, Window
from escgraph.domain.calendar_document import window_of, window_text
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.terms import HoldReason

UNITS = MappingProxyType(
    {
        "day": timedelta(days=1),
        "hour": timedelta(hours=1),
        "minute": timedelta(minutes=1),
        "second": timedelta(seconds=1),
    }
)
_PART = re.compile(r"(\d+) (?:business )?(day|hour|minute|second)s?", re.ASCII)

HOLDS: Mapping[HoldReason, str] = MappingProxyType(
    {
        HoldReason.AWAITING_CUSTOMER: "Waiting for the customer",
        HoldReason.AWAITING_VENDOR: "Waiting for a vendor",
        HoldReason.CHANGE_WINDOW: "Waiting for a change window",
        HoldReason.AWAITING_EVIDENCE: "Waiting for evidence",
    }
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CLOSED = "closed"


def in_hours(duration: timedelta, *, of: str = "") -> str:
    """As a target is said: "1 hour 30 minutes", "72 hours"; `of` is "business" or nothing."""
    return _said(duration, ("hour", "minute", "second"), of)


def in_days(duration: timedelta) -> str:
    """As a longer time around the clock is said: "14 days", "1 day 12 hours"."""
    return _said(duration, tuple(UNITS), "")


def duration_of(text: str) -> timedelta:
    """The duration that one of the two said.

    Raises:
        InvalidInputError: the text is none.
    """
    parts = _PART.findall(text)
    if not parts or _PART.sub("", text).strip():
        raise InvalidInputError(f'"{text[:40]}" is no duration; write it like 1 hour 30 minutes')
    try:
        return sum((int(count) * UNITS[unit] for count, unit in parts), timedelta(0))
    except (OverflowError, ValueError) as error:
        raise InvalidInputError(f'"{text[:40]}" is longer than time itself; shorten it') from error


def _said(duration: timedelta, units: Sequence[str], of: str) -> str:
    rest, parts = duration, list[str]()
    for unit in units:
        number, rest = divmod(rest, UNITS[unit])
        if number or (unit == units[-1] and not parts):
            kind = of if not parts else ""
            parts.append(counted(number, " ".join(filter(None, (kind, unit)))))
    return " ".join(parts)


def counted(number: int, thing: str) -> str:
    """The number with the word for it in singular or plural."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def listed(things: Sequence[str]) -> str:
    """As a sentence lists things: a, b and c."""
    *before, last = things
    return f"{', '.join(before)} and {last}" if before else last


def week_said(week: Week) -> tuple[tuple[str, str], ...]:
    """Days in a row that are open alike, and when: ("Monday to Friday", "09:00-17:00")."""
    said = []
    for windows, days in groupby(zip(week, DAYS, strict=True), key=lambda pair: pair[0]):
        names = [day for _, day in days]
        span = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
        said.append((span, ", ".join(map(window_text, windows)) or CLOSED))
    return tuple(said)


def week_of(said: Sequence[tuple[str, str]]) -> Week:
    """The week that `week_said` said.

    Raises:
        InvalidInputError: a day is none or missing, or a window is none.
    """
    week: list[tuple[Window, ...]] = []
    for span, hours in said:
        first, _, last = span.partition(" to ")
        if _weekday(first) != len(week):
            raise InvalidInputError(f"{first} is out of order; name each day once, from Monday on")
        windows = () if hours == CLOSED else tuple(map(window_of, hours.split(", ")))
        week += [windows] * (_weekday(last or first) - _weekday(first) + 1)
    if len(week) < len(DAYS):
        raise InvalidInputError(f"{DAYS[len(week)]} is missing; name each day once, to Sunday")
    return tuple(week)


def _weekday(name: str) -> int:
    try:
        return DAYS.index(name)
    except ValueError as error:
        raise InvalidInputError(f'"{name[:40]}" is no day of the week; write {DAYS[0]}') from error


def said_or(text: str | None, absent: str) -> str:
    """The text, or the word for none; a text that looks like either that word is put in quotes."""
    if text is None:
        return absent
    return f'"{text}"' if text == absent or text[:1] == '"' else text


def text_or(said: str, absent: str) -> str | None:
    """The text that `said_or` said."""
    if said == absent:
        return None
    return said[1:-1] if said[:1] == '"' else said
