"""Time that counts: from a start, through a calendar, less the intervals of standing still."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from escgraph.domain.calendar import Calendar
from escgraph.domain.ticket import Pause


def pause_end(pause: Pause) -> datetime | None:
    """When it ended or, for a hold that lasts, will end by itself (A7); None while resolved."""
    return pause.ended_at or pause.cap_at


def advance(
    start: datetime, duration: timedelta, *, pauses: Iterable[Pause], calendar: Calendar
) -> datetime:
    """The moment at which `duration` has counted since `start`.

    A pause that begins at that very moment comes first (A13): nothing remains, and the moment is
    the pause's end. One that begins later changes nothing, though no time may count in between,
    as after the last window of a day. `pauses` are in order and do not overlap; one without an
    end is left out.
    """
    cursor, remaining = start, duration
    for pause in pauses:
        end = pause_end(pause)
        if end is None or end <= cursor:
            continue
        if calendar.add(cursor, remaining) < pause.started_at:
            break
        remaining -= calendar.elapsed(cursor, pause.started_at)
        cursor = end
    return calendar.add(cursor, remaining)
