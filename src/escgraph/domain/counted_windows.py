"""Which open windows a target was counted in, and which holidays it went past (C3, A6)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from escgraph.domain.calendar import ZERO, Calendar
from escgraph.domain.pauses import pause_end
from escgraph.domain.ticket import Pause
from escgraph.domain.timetable import Spell

T = TypeVar("T")

SHOWN = 20
"""So many of the first, and of the last, are told; a long target has thousands."""


@dataclass(frozen=True, slots=True)
class CountedWindow:
    """An open window and what was counted in it: less where it began, fell due or was paused."""

    opens: datetime
    closes: datetime
    counted: timedelta


def counted_windows(
    start: datetime, due: datetime, *, pauses: Iterable[Pause], calendar: Calendar
) -> tuple[tuple[CountedWindow, ...], int]:
    """The windows between the two that are told, and how many are not; none for 24x7.

    What is counted in all of them, told or not, is the target.
    """
    spells, left_out = told(calendar.spells(start, due))
    stopped = [(pause.started_at, end) for pause in pauses if (end := pause_end(pause)) is not None]
    windows = [
        CountedWindow(spell.opens, spell.closes, _counted(spell, start, due, stopped))
        for spell in spells
    ]
    return tuple(windows), left_out


def told(things: Sequence[T]) -> tuple[Sequence[T], int]:
    """The first and the last of them, and how many lie between."""
    left_out = len(things) - 2 * SHOWN
    if left_out <= 0:
        return things, 0
    return (*things[:SHOWN], *things[-SHOWN:]), left_out


def _counted(
    spell: Spell, start: datetime, due: datetime, stopped: Iterable[tuple[datetime, datetime]]
) -> timedelta:
    opens, closes = max(spell.opens, start), min(spell.closes, due)
    return (closes - opens) - sum(_overlaps(opens, closes, stopped), ZERO)


def _overlaps(
    opens: datetime, closes: datetime, stopped: Iterable[tuple[datetime, datetime]]
) -> Iterator[timedelta]:
    for began, ended in stopped:
        yield max(min(closes, ended) - max(opens, began), ZERO)
