"""Quiet hours and digests: moments on the wall clock of a person's zone, whatever the clocks do.

Ends are converted as PEP 495 says, with fold=0, as those of a calendar are: in an hour that the
clock skips by the offset before, in one that it repeats to the first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from escgraph.domain.errors import InvalidInputError

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Every day from one time on the wall clock until the next time that it shows the other.

    Raises:
        InvalidInputError: both are one, which would be all of the day or none.
    """

    since: time
    until: time

    def __post_init__(self) -> None:
        if self.since == self.until:
            raise InvalidInputError(
                f"quiet hours from {self.since:%H:%M} until {self.until:%H:%M} have no length; "
                "give two times",
                field=("quietHours", "until"),
            )


def after_quiet(at: datetime, hours: QuietHours | None, zone: ZoneInfo) -> datetime:
    """The first moment from `at` on that lies in no quiet hours, in UTC."""
    if hours is None:
        return at
    free = at
    for start, end in _around(at, hours, zone):
        if start <= free < end:
            free = end
    return free


def next_time(at: datetime, shown: time, zone: ZoneInfo) -> datetime:
    """The first moment after `at` at which the clock there shows that time, in UTC."""
    moments = (_moment(day, shown, zone) for day in _days(at, zone))
    return min(moment for moment in moments if moment > at)


def _around(at: datetime, hours: QuietHours, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """The quiet hours that begin on the days around that moment, in their order."""
    over_night = _DAY if hours.until < hours.since else timedelta(0)
    for day in _days(at, zone):
        yield _moment(day, hours.since, zone), _moment(day + over_night, hours.until, zone)


def _days(at: datetime, zone: ZoneInfo) -> Iterator[date]:
    """A civil day may last up to 25 hours, or not at all where a zone skipped it."""
    today = at.astimezone(zone).date()
    return (today + n * _DAY for n in range(-2, 4))


def _moment(day: date, shown: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, shown, zone).astimezone(UTC)
