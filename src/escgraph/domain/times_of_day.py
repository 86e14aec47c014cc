"""Times of day as text: HH:MM, from 00:00 to 23:59."""

import re
from collections.abc import Sequence
from datetime import time

from escgraph.domain.errors import InvalidInputError

_WRITTEN = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


def time_of_day(text: str, field: Sequence[str] = ()) -> time:
    """What the clock shows then.

    Raises:
        InvalidInputError: it is no time of day.
    """
    if not _WRITTEN.fullmatch(text):
        raise InvalidInputError(
            f'"{text:.20}" is no time of day; write it like 07:30, from 00:00 to 23:59',
            field=field,
        )
    return time.fromisoformat(text)


def written(shown: time) -> str:
    """The same as text."""
    return f"{shown:%H:%M}"
