"""When time counts: every deadline asks a calendar, and today's only one never closes (A6)."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Calendar:
    """Moments are aware UTC; durations are time that counts."""

    name: str

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The moment at which `duration` has been counted since `start`."""
        return start + duration

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """The time that counts from `start` to `end`; zero where `end` is not later."""
        return max(end - start, timedelta(0))


ALWAYS = Calendar("24x7")
