"""What a manager would have done at each row of an incident: its script, row by row.

Whoever performs it, through the commands or in the domain alone, leaves out what makes no sense
for the ticket as it then stands (`domain.deeds`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from escgraph.domain.history import (
    Acknowledged,
    Cancelled,
    Closed,
    Deed,
    Deescalated,
    Escalated,
    Held,
    History,
    Reopened,
    Resolved,
    Resumed,
)
from escgraph.domain.policy import SOP
from escgraph.domain.terms import Priority, Tier
from escgraph.play.course import Turn, in_order_of_each, turns_of
from escgraph.play.rows import Log, Row

CATEGORY = {
    Priority.HIGH: "system-outage",
    Priority.MEDIUM: "feature-not-working",
    Priority.LOW: "minor-bug",
}
"""The logs name no category of ours; each priority plays the one that suggests it."""


@dataclass(slots=True)
class Script:
    """`level` is the tier that the rows have led the incident to so far."""

    level: Tier
    answered: bool = False

    def deeds(self, turn: Turn) -> Iterator[Deed]:
        """What is done at that row; the turns come in their order, each once."""
        row, rested = turn.row, turn.before is not None and turn.before.completed
        if row.responded and not self.answered:
            self.answered = True
            yield Acknowledged(row.at)
        if rested and not row.completed:
            yield Reopened(row.at)
        if not (rested and row.completed):
            yield from self._move(row)
            yield from _work(turn)
        if row.closes:
            yield Closed(row.at)
        if turn.last and not row.completed:
            yield Cancelled(row.at)

    def _move(self, row: Row) -> Iterator[Deed]:
        """A change of level; one between two completed rows waits for the next reopening."""
        if row.level is self.level:
            return
        upwards, self.level = row.level > self.level, row.level
        yield Escalated(row.at, row.level) if upwards else Deescalated(row.at, row.level)


def histories(log: Log) -> Iterator[History]:
    """Each incident of the log as the history of a ticket."""
    return (_history(rows) for rows in in_order_of_each(log.rows))


def climbs(log: Log) -> dict[Priority, int]:
    """How often the log itself goes up a level, by the priority of the incident."""
    counted = dict.fromkeys(Priority, 0)
    for rows in in_order_of_each(log.rows):
        counted[rows[0].priority] += sum(turn.climbs for turn in turns_of(rows))
    return counted


def _history(rows: Sequence[Row]) -> History:
    first = rows[0]
    script = Script(first.level)
    return History(
        name=first.incident,
        priority=first.priority,
        category=CATEGORY[first.priority],
        tier=first.level,
        opened_at=first.opens_at,
        clock_started_at=first.opens_at,
        policy_version=SOP.version,
        deeds=tuple(deed for turn in turns_of(rows) for deed in script.deeds(turn)),
    )


def _work(turn: Turn) -> Iterator[Deed]:
    row = turn.row
    waited = turn.before is not None and turn.before.waiting is not None
    if row.completed:
        yield Resolved(row.at)
    elif row.waiting is None and waited:
        yield Resumed(row.at)
    elif row.waiting is not None and not waited:
        yield Held(row.at, row.waiting)
