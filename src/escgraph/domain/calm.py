"""Calm: when a message may go, and what an open one may still take (§5).

| pace    | for whom                      | goes                                                   |
|---------|-------------------------------|--------------------------------------------------------|
| AT_ONCE | HIGH and critical             | at once; the next to the same person and way waits for |
|         |                               | company, at most `COMPANY`; nothing else holds it up   |
| BUNDLED | every other                   | after `GATHERING`; behind quiet hours and the cap      |
| DIGEST  | LOW, who wants it once a day  | at the time of day that the person chose               |

A message takes what comes later as long as nobody began to send it, so a person gets a handful of
messages however much happens, and each tells of much.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from escgraph.domain.notice import Pace
from escgraph.domain.quiet_hours import QuietHours, after_quiet, next_time
from escgraph.domain.terms import Priority

COMPANY = timedelta(seconds=10)
GATHERING = timedelta(seconds=60)
HOUR = timedelta(hours=1)
HOURLY_CAP = 30
"""So many messages a person gets in an hour; what is pressing counts, and is never held up."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a person wants to be told. `digest_at` is when they read what LOW tickets have to say."""

    zone: ZoneInfo | None = None
    quiet: QuietHours | None = None
    digest_at: time | None = None
    hourly_cap: int = HOURLY_CAP

    @property
    def clock(self) -> ZoneInfo:
        """By which their times of day are told."""
        return self.zone or _UTC


NO_WISHES = Wishes()


@dataclass(frozen=True, slots=True)
class Lately:
    """What went to a person.

    Attributes:
        in_the_hour: when each message of the last hour was made, the first one first.
        at_once: when the last one AT_ONCE went or goes, by the way in question; None: never yet.
    """

    in_the_hour: Sequence[datetime] = ()
    at_once: datetime | None = None


def pace_of(*, priority: Priority | None, pressing: bool, wishes: Wishes) -> Pace:
    """How soon a notice goes; `priority` is None where it is about no ticket."""
    if pressing:
        return Pace.AT_ONCE
    if priority is Priority.LOW and wishes.digest_at is not None:
        return Pace.DIGEST
    return Pace.BUNDLED


def due_at(pace: Pace, *, at: datetime, wishes: Wishes, lately: Lately) -> datetime:
    """When a message that is made now may go."""
    match pace:
        case Pace.AT_ONCE:
            return _in_company(at, lately.at_once)
        case Pace.BUNDLED:
            gathered = at + GATHERING
            return after_quiet(_below_cap(gathered, wishes, lately), wishes.quiet, wishes.clock)
        case Pace.DIGEST:
            assert wishes.digest_at is not None
            return next_time(at, wishes.digest_at, wishes.clock)


def _in_company(at: datetime, last: datetime | None) -> datetime:
    """The first goes at once, and the next not earlier than `COMPANY` after it."""
    if last is None:
        return at
    return min(max(at, last + COMPANY), at + COMPANY)


def _below_cap(moment: datetime, wishes: Wishes, lately: Lately) -> datetime:
    """Behind the hour in which so many went: the rest is one message when it is over."""
    made = lately.in_the_hour
    if len(made) < wishes.hourly_cap:
        return moment
    return max(moment, made[-wishes.hourly_cap] + HOUR)


_UTC = ZoneInfo("UTC")
