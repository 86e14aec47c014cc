"""A good database with something of everything in it, and a way to spoil it for a moment."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from uuid_utils.compat import uuid7

from escgraph.commands import ending, ladder, opening, work
from escgraph.commands.acting import Call, Request
from escgraph.domain.events import TokenRevoked
from escgraph.domain.notice import ChannelKind, MessageState, Pace
from escgraph.domain.opening import Report
from escgraph.domain.terms import (
    EscalationReason,
    HoldReason,
    Priority,
    ResolutionCode,
    TicketId,
    TokenId,
    Visibility,
)
from escgraph.jobs.notices import tell
from escgraph.queries.consistency import About, seen_from_here
from escgraph.store import firing, timeline
from escgraph.store.database import execute, fetch
from escgraph.store.stream import take_positions
from escgraph.store.transactions import unit_of_work
from escgraph.store.values import parsed
from tests.queries.house import NINE, House, hours, minutes
from tests.store.rows import add

Row = dict[str, Any]


class _GoodAgainError(Exception):
    """Takes everything back."""


class Good:
    """Four tickets: one that climbed to MANAGEMENT, one held, one closed, and one just opened."""

    climbed: TicketId
    held: TicketId
    closed: TicketId
    fresh: TicketId

    async def make(self, house: House) -> None:
        self.house = house
        self.climbed = await house.open("Climbed", Priority.HIGH, stakeholders=_hearing(house))
        self.closed = await house.open("Closed", Priority.HIGH, critical=True)
        await self._close()
        while (due := await firing.next_due()) is not None and due <= NINE + hours(5):
            await house.sweep(due)
        self.held = await house.open("Held", at=NINE + hours(5))
        call = Call(by=house.manager, at=NINE + hours(6))
        await work.add_note(self.held, call=call, text="We look", visibility=Visibility.REPORTER)
        await ladder.hold_ticket(self.held, call=call, reason=HoldReason.CHANGE_WINDOW)
        revoked = TokenRevoked(
            at=call.at, by=None, token=TokenId(uuid7()), person=house.agent.person
        )
        await unit_of_work(lambda: timeline.append_alone(revoked))
        self.fresh = await self._open_under_a_key()
        await tell(now=NINE + hours(7), mail_is_set=True)

    async def _close(self) -> None:
        call = Call(by=self.house.manager, at=NINE + minutes(30))
        await ladder.escalate_ticket(
            self.closed,
            call=call,
            expected_tier=(await self.row("ticket", self.closed))["tier"],
            reason=EscalationReason.CRITICAL,
        )
        await ending.resolve_ticket(
            self.closed, call=call, summary="fixed", code=ResolutionCode.FIXED, root_cause=""
        )
        await ending.close_ticket(
            self.closed, call=call, follow_ups=(), closing_notice="Done", override_reason="away"
        )

    async def _open_under_a_key(self) -> TicketId:
        report = Report(
            title="Fresh",
            description="It is new",
            category="minor-bug",
            component="",
            priority=Priority.LOW,
            reporter="Ann Example",
        )
        request = Request("a-key", "createTicket", "")
        call = Call(by=self.house.agent, at=NINE + hours(7), request=request)
        return TicketId((await opening.open_ticket(report, call=call)).id)

    async def row(self, table: str, ticket: TicketId, more: str = "") -> Row:
        key = "id" if table == "ticket" else "ticket_id"
        (row, *_) = await fetch(f"SELECT * FROM {table} WHERE {key} = $1 {more}", ticket)
        return row

    async def event(self, ticket: TicketId, kind: str) -> Row:
        return await self.row("event", ticket, f"AND kind = '{kind}' ORDER BY position")

    async def write(self, table: str, row: Row, **values: object) -> None:
        """Write into that row; a dict is written over some keys of its JSON."""
        key = "position" if table == "event" else "id"
        for name, value in values.items():
            new = {**parsed(row[name]), **value} if isinstance(value, dict) else value
            await execute(f"UPDATE {table} SET {name} = $2 WHERE {key} = $1", row[key], new)

    async def tell(self, ticket: TicketId, kind: str, payload: Row, **state: object) -> None:
        """Let an engine say that, one version on, without anything else that belongs to it."""
        row = await self.row("ticket", ticket)
        last = await self.row("event", ticket, "ORDER BY position DESC")
        await execute(
            "INSERT INTO event (position, id, kind, ticket_id, ticket_version, at, payload, state)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            await take_positions(1),
            uuid7(),
            kind,
            ticket,
            row["version"] + 1,
            last["at"],
            payload,
            {**parsed(last["state"]), **state},
        )
        await self.write("ticket", row, version=row["version"] + 1)

    async def a_webhook_message(self, *, position: int) -> None:
        """A webhook that is up with the stream, and the message to it of that position."""
        webhook, at = uuid7(), NINE
        await add(
            "webhook",
            id=webhook,
            owner_id=self.house.script.person,
            **dict.fromkeys(("name", "url", "secrets", "place"), "a"),
            position=1,
            created_at=at,
            updated_at=at,
        )
        await add(
            "message",
            id=uuid7(),
            webhook_id=webhook,
            event_position=position,
            kind=ChannelKind.WEBHOOK,
            pace=Pace.AT_ONCE,
            circuit=f"WEBHOOK:{webhook}",
            state=MessageState.WAITING,
            created_at=at,
            due_at=at,
            attempts=0,
            fence=0,
        )


Spoil = Callable[[Good], Awaitable[object]]


async def spoiled(good: Good, spoil: Spoil) -> list[About]:
    """Of which kinds the contradictions are, once the database is spoiled so; then it is good."""
    found: list[About] = []

    async def work() -> None:
        await spoil(good)
        found.extend(one.about for one in await seen_from_here())
        raise _GoodAgainError

    with suppress(_GoodAgainError):
        await unit_of_work(work)
    return found


def _hearing(house: House) -> tuple[Any, ...]:
    return (house.stakeholder.person,)
