"""Playing a log: every row through the real commands, every deadline through the real engine.

Time is that of the log. The player knows no rule of the SOP: the script says what a manager would
have done at each row, and the domain decides what follows.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from escgraph.commands import opening
from escgraph.commands.acting import Call
from escgraph.domain.deeds import applies
from escgraph.domain.opening import Report
from escgraph.domain.terms import Priority, TicketId
from escgraph.domain.texts import LINE_LENGTH
from escgraph.domain.ticket import Actor
from escgraph.jobs.deadlines import sweep
from escgraph.play.course import Happening, Opening, Turn, in_order
from escgraph.play.performing import FROM_THE_LOG, perform
from escgraph.play.rows import Log
from escgraph.play.script import CATEGORY, Script
from escgraph.store import firing, tickets


@dataclass(slots=True)
class Part:
    """An incident on stage."""

    ticket_id: TicketId
    script: Script


@dataclass(slots=True)
class Player:
    """Plays the happenings of a log in their order, as one manager."""

    manager: Actor
    parts: dict[str, Part] = field(default_factory=dict)
    climbs: dict[Priority, int] = field(default_factory=lambda: dict.fromkeys(Priority, 0))

    async def play(self, log: Log, *, progress: Callable[[], None]) -> None:
        """Everything, from the first opening to the last row; calls `progress` once a row."""
        for happening in in_order(log.rows):
            await fire_before(happening.at)
            await self._happen(happening)
            if isinstance(happening, Turn):
                progress()

    async def _happen(self, happening: Happening) -> None:
        if isinstance(happening, Opening):
            await self._open(happening)
        else:
            await self._turn(happening)

    async def _open(self, happening: Opening) -> None:
        row = happening.row
        report = Report(
            title=_line(f"{row.incident} {row.component}"),
            description=f"{row.incident}: {row.words}, {FROM_THE_LOG}",
            category=CATEGORY[row.priority],
            component=_line(row.component),
            priority=row.priority,
            reporter=_line(row.reporter) or "unknown",
            critical=row.critical,
            tier=row.level,
        )
        written = await opening.open_ticket(report, call=self._call(happening.at))
        self.parts[row.incident] = Part(TicketId(written.id), Script(row.level))

    async def _turn(self, turn: Turn) -> None:
        part = self.parts[turn.row.incident]
        ticket = await tickets.facts(part.ticket_id)
        self.climbs[ticket.priority] += turn.climbs
        for deed in part.script.deeds(turn):
            if applies(deed, ticket):
                call = self._call(deed.at)
                await perform(deed, ticket, words=turn.row.words, call=call)
                ticket = await tickets.facts(ticket.id)

    def _call(self, at: datetime) -> Call:
        return Call(by=self.manager, at=at)


def _line(text: str) -> str:
    """As much of a log's words as one line of ours takes, without what nobody can see."""
    seen = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(seen.split())[:LINE_LENGTH].rstrip()


async def fire_before(end: datetime) -> None:
    """Fire every deadline that is strictly earlier, each at its own moment."""
    while (due := await firing.next_due(simulated=True)) is not None and due < end:
        await sweep(now=due, simulated=True)
