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
    happenings = (each for of_one in in_order_of_each(rows) for each in _of_one(of_one))
    return sorted(happenings, key=_order)


def in_order_of_each(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows of each incident by their moment; there is at least one."""
    incidents: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        incidents[row.incident].append(row)
    return (sorted(incident, key=lambda row: row.order) for incident in incidents.values())


def turns_of(incident: Sequence[Row]) -> Iterator[Turn]:
    """The turns of one incident whose rows are in order."""
    before, last = None, incident[-1]
    for row in incident:
        yield Turn(row, before, last=row is last)
        before = row


def _of_one(incident: Sequence[Row]) -> Iterator[Happening]:
    yield Opening(incident[0].opens_at, incident[0])
    yield from turns_of(incident)


def _order(happening: Happening) -> tuple[datetime, int, bool]:
    return happening.at, happening.row.line, isinstance(happening, Turn)
