"""Playing a log: every row through the real commands, every deadline through the real engine.

Time is that of the log. The player knows no rule of the SOP: it says what a manager would have
done at each row, and the domain decides what follows.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from escgraph.commands import ending, ladder, opening, work
from escgraph.commands.acting import Call
from escgraph.domain.opening import Report
from escgraph.domain.terms import (
    EscalationReason,
    Priority,
    ResolutionCode,
    Status,
    TicketId,
    Tier,
)
from escgraph.domain.texts import LINE_LENGTH
from escgraph.domain.ticket import Actor, Ticket
from escgraph.jobs.deadlines import sweep
from escgraph.play.course import Happening, Opening, Turn, in_order
from escgraph.play.rows import Log, Row
from escgraph.store import firing, tickets

CATEGORY = {
    Priority.HIGH: "system-outage",
    Priority.MEDIUM: "feature-not-working",
    Priority.LOW: "minor-bug",
}
"""The logs name no category of ours; each priority plays the one that suggests it."""

FROM_THE_LOG = "from the log"


@dataclass(slots=True)
class Part:
    """An incident on stage. `level` is the tier that the log's rows have led it to so far."""

    ticket_id: TicketId
    level: Tier


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
        self.parts[row.incident] = Part(TicketId(written.id), row.level)

    async def _turn(self, turn: Turn) -> None:
        row, part = turn.row, self.parts[turn.row.incident]
        ticket = await tickets.facts(part.ticket_id)
        self.climbs[ticket.priority] += turn.climbs
        ticket = await self._respond(ticket, row)
        ticket = await self._reopen(ticket, row)
        ticket = await self._move(ticket, row, part)
        ticket = await self._work(ticket, turn)
        if turn.last and ticket.live:
            call = self._call(row.at)
            await ending.cancel_ticket(ticket.id, call=call, reason="the log ends here")

    async def _respond(self, ticket: Ticket, row: Row) -> Ticket:
        if not row.responded or ticket.acknowledged_at is not None or not ticket.live:
            return ticket
        await work.acknowledge_ticket(ticket.id, call=self._call(row.at))
        return await tickets.facts(ticket.id)

    async def _reopen(self, ticket: Ticket, row: Row) -> Ticket:
        if ticket.live or row.completed:
            return ticket
        await ending.reopen_ticket(ticket.id, call=self._call(row.at), reason=row.words)
        return await tickets.facts(ticket.id)

    async def _move(self, ticket: Ticket, row: Row, part: Part) -> Ticket:
        """A change of level; one between two completed rows waits for the next reopening."""
        if not ticket.live or row.level is part.level:
            return ticket
        upwards, part.level = row.level > part.level, row.level
        if upwards and row.level > ticket.tier:
            await self._escalate(ticket, row)
        elif not upwards and row.level < ticket.tier:
            await ladder.deescalate_ticket(
                ticket.id,
                call=self._call(row.at),
                expected_tier=ticket.tier,
                to_tier=row.level,
                reason=row.words,
            )
        else:
            return ticket
        return await tickets.facts(ticket.id)

    async def _escalate(self, ticket: Ticket, row: Row) -> None:
        call = self._call(row.at)
        if not ticket.actions_logged:
            await work.log_action(ticket.id, call=call, text=FROM_THE_LOG)
        await ladder.escalate_ticket(
            ticket.id,
            call=call,
            expected_tier=ticket.tier,
            to_tier=row.level,
            reason=EscalationReason.EXPERTISE_NEEDED,
            comment=row.words,
        )

    async def _work(self, ticket: Ticket, turn: Turn) -> Ticket:
        row, call = turn.row, self._call(turn.at)
        waited = turn.before is not None and turn.before.waiting is not None
        if row.completed:
            await self._end(ticket, row)
        elif row.waiting is not None and not waited:
            await ladder.hold_ticket(ticket.id, call=call, reason=row.waiting, note=row.words)
        elif row.waiting is None and ticket.status is Status.ON_HOLD:
            await ladder.resume_ticket(ticket.id, call=call)
        else:
            return ticket
        return await tickets.facts(ticket.id)

    async def _end(self, ticket: Ticket, row: Row) -> None:
        call = self._call(row.at)
        if ticket.live:
            await ending.resolve_ticket(
                ticket.id,
                call=call,
                summary=f"{row.words} ({FROM_THE_LOG})",
                code=ResolutionCode.FIXED,
                root_cause="",
            )
        if row.closes and ticket.status is not Status.CLOSED:
            await ending.close_ticket(
                ticket.id, call=call, follow_ups=(), closing_notice=f"{row.words} {FROM_THE_LOG}"
            )

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
