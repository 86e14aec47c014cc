"""The quarters of the organisation: what belongs to which, counted in its own time zone (A24)."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from escgraph.domain.civil_days import first_moment
from escgraph.domain.errors import InvalidInputError

_NAME = re.compile(r"([1-9]\d{3})-Q([1-4])", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """Three civil months. `number` is 1 to 4; the order is that of time."""

    year: int
    number: int

    @property
    def name(self) -> str:
        """As people and programs write it: `2026-Q1`."""
        return f"{self.year}-Q{self.number}"

    @property
    def before(self) -> "Quarter":
        return (
            Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)
        )

    @property
    def after(self) -> "Quarter":
        return (
            Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)
        )

    def starts_at(self, zone: str) -> datetime:
        """The first moment of its first day there; where a clock skips midnight, the first left."""
        return first_moment(date(self.year, 3 * self.number - 2, 1), ZoneInfo(zone))

    def ends_at(self, zone: str) -> datetime:
        """The first moment that is not in it any more."""
        return self.after.starts_at(zone)


def of(moment: datetime, zone: str) -> Quarter:
    """The quarter in which the moment falls in that zone."""
    there = moment.astimezone(ZoneInfo(zone))
    return Quarter(there.year, (there.month + 2) // 3)


def named(name: str) -> Quarter:
    """The quarter that people call so.

    Raises:
        InvalidInputError: it is no quarter's name.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        raise InvalidInputError(
            f'"{name}" is no quarter; they are written like 2026-Q1', field=("quarter",)
        )
    return Quarter(int(found[1]), int(found[2]))


def ended(first: Quarter, *, now: datetime, zone: str) -> tuple[Quarter, ...]:
    """That quarter and all that follow, as far as they are over at `now`."""
    over: list[Quarter] = []
    while first.ends_at(zone) <= now:
        over.append(first)
        first = first.after
    return tuple(over)


def latest(last: Quarter, count: int) -> tuple[Quarter, ...]:
    """So many quarters, the oldest first, up to and including that one."""
    quarters = [last]
    while len(quarters) < count:
        quarters.append(quarters[-1].before)
    return tuple(reversed(quarters))
