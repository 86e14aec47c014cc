"""Durations as people write them: "2h", "1d12h", "90s"; in whole seconds."""

import re
from datetime import timedelta

from escgraph.domain.errors import InvalidInputError

_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
_SECOND = timedelta(seconds=1)
_PART = re.compile(r"(\d+)([dhms])", re.ASCII)


def written(duration: timedelta) -> str:
    """A duration as people write it, in whole seconds.

    Raises:
        InvalidInputError: the duration is negative or has a fraction of a second.
    """
    if duration < timedelta(0) or duration % _SECOND:
        raise InvalidInputError(f"{duration} is no duration in whole seconds; round it")
    parts, rest = [], duration
    for letter, unit in _UNITS.items():
        count, rest = divmod(rest, unit)
        parts.append(f"{count}{letter}" if count else "")
    seconds = rest // _SECOND
    parts.append(f"{seconds}s" if seconds else "")
    return "".join(parts) or "0s"


def read_duration(text: str) -> timedelta:
    """The duration that `written` wrote.

    Raises:
        InvalidInputError: the text is none.
    """
    parts = _PART.findall(text)
    if not parts or "".join(count + letter for count, letter in parts) != text:
        raise InvalidInputError(f'"{text[:40]}" is no duration; write it like 2h, 1d12h or 90s')
    units = {**_UNITS, "s": _SECOND}
    try:
        return sum((int(count) * units[letter] for count, letter in parts), timedelta(0))
    except (OverflowError, ValueError) as error:
        raise InvalidInputError(f'"{text[:40]}" is longer than time itself; shorten it') from error
