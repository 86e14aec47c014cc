"""One line of a real incident log in the SOP's words: what every format is read into."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

from escgraph.domain.terms import HoldReason, Priority, Tier

Meaning = TypeVar("Meaning")

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
"""Outside these a date is a typing error, and adding a target to it might pass the last year."""


class LogError(Exception):
    """The file as a whole cannot be read; the message says why, and what can be."""


class RowError(Exception):
    """One line cannot be read; the message is the reason, to be shown with the line's number."""


@dataclass(frozen=True, slots=True)
class Row:
    """One status change of one incident.

    Attributes:
        line: where it stands in the file; the header is line 1.
        at: when it happened, in UTC.
        opened_at: when the incident was opened, None where the log says no more than its rows.
        level: the tier of the team that then works on it.
        responded: it counts as a first response.
        waiting: why the incident waits from now on, None while it does not.
        completed: it is resolved from now on.
        closes: it is closed as well; only completed rows are.
        words: the status in the log's own words.
        by: who made the change; like the texts after it, empty where the log does not say.
    """

    line: int
    incident: str
    at: datetime
    opened_at: datetime | None
    priority: Priority
    critical: bool
    level: Tier
    responded: bool
    waiting: HoldReason | None
    completed: bool
    closes: bool
    words: str
    by: str
    team: str
    component: str
    reporter: str

    @property
    def opens_at(self) -> datetime:
        """When the incident opens, if this is its first row: never after the row itself."""
        return min(self.opened_at or self.at, self.at)

    @property
    def order(self) -> tuple[datetime, int]:
        """The rows of an incident by their moment; what falls on one moment, by line."""
        return self.at, self.line


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that was skipped, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of log: the columns that tell it from others, and how to read one row of it.

    `row` takes the line's number and its cells by column, trimmed; it raises RowError.
    """

    name: str
    columns: tuple[str, ...]
    row: Callable[[int, Mapping[str, str]], Row]


@dataclass(frozen=True, slots=True)
class Log:
    """A whole log. Rows and bad rows stand in the order of the file."""

    format: str
    rows: tuple[Row, ...]
    bad_rows: tuple[BadRow, ...]

    @property
    def incidents(self) -> tuple[str, ...]:
        """Each incident once, in the order in which the file first names them."""
        return tuple(dict.fromkeys(row.incident for row in self.rows))

    def first(self, incidents: int) -> "Log":
        """The log of only the first so many incidents to open; at one moment, by line."""
        opening: dict[str, Row] = {}
        for row in sorted(self.rows, key=lambda row: row.order):
            opening.setdefault(row.incident, row)
        rows = sorted(opening.values(), key=lambda row: (row.opens_at, row.line))
        chosen = {row.incident for row in rows[:incidents]}
        return replace(self, rows=tuple(row for row in self.rows if row.incident in chosen))


def meaning(cells: Mapping[str, str], column: str, *, of: Mapping[str, Meaning]) -> Meaning:
    """What the word in that column stands for.

    Raises:
        RowError: the format has no such word.
    """
    word = cells[column]
    if word not in of:
        raise RowError(f"{column} is {word!r}; known are {_listed(of)}")
    return of[word]


def plausible(moment: datetime, *, column: str) -> datetime:
    """The same moment in UTC. `moment` is aware.

    Raises:
        RowError: it is centuries away.
    """
    if not EARLIEST <= moment < LATEST:
        raise RowError(f"{column} lies in the year {moment.year}; known are 1970 to 2199")
    return moment.astimezone(UTC)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
