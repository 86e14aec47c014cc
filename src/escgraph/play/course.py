"""The order in which the things of a log happened, over all of its incidents."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from escgraph.play.rows import Row


@dataclass(frozen=True, slots=True)
class Opening:
    """An incident begins; its first turn follows, at the same moment or later.

    `row` is its first row in time, which also fixes its priority.
    """

    at: datetime
    row: Row


@dataclass(frozen=True, slots=True)
class Turn:
    """A row, and where it stands in its incident.

    `before` is the incident's row before, None for the first; `last` marks its last one.
    """

    row: Row
    before: Row | None
    last: bool

    @property
    def at(self) -> datetime:
        return self.row.at

    @property
    def climbs(self) -> bool:
        """The log moves the incident to a higher level."""
        return self.before is not None and self.row.level > self.before.level


Happening = Opening | Turn


def in_order(rows: Iterable[Row]) -> list[Happening]:
    """Every opening and turn by its moment; what falls on one moment, by line.

    The rows of an incident are put in that order too, and an opening comes before them all: at the
    moment that the log names, or at the first row where that is earlier or the log names none.
    """
    incidents: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        incidents[row.incident].append(row)
    happenings = (each for of_one in incidents.values() for each in _of_one(of_one))
    return sorted(happenings, key=_order)


def _of_one(incident: Sequence[Row]) -> Iterator[Happening]:
    """What happens to one incident. It has at least one row."""
    rows = sorted(incident, key=lambda row: row.order)
    first, last = rows[0], rows[-1]
    yield Opening(first.opens_at, first)
    before = None
    for row in rows:
        yield Turn(row, before, last=row is last)
        before = row


def _order(happening: Happening) -> tuple[datetime, int, bool]:
    return happening.at, happening.row.line, isinstance(happening, Turn)
