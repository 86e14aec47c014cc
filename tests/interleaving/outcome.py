"""What two acts left behind, put so that it does not matter when it was and under which ids."""

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from escgraph.domain.state import state_of
from escgraph.domain.terms import LIVE, TicketId
from escgraph.queries.tickets import TicketPage
from escgraph.store import escalations, stream, tickets
from escgraph.store.codec import event_of, read_state
from escgraph.store.database import fetch
from escgraph.store.deadlines import deadline_of
from escgraph.store.stream import StoredEvent
from tests.machine.steps import facts, parts, shown, ticket_facts

Facts = tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """The whole ticket, its events in their order, and what each of both was told."""

    told: tuple[str, ...]
    left: Facts

    def differs_from(self, other: "Outcome") -> list[str]:
        mine, others = set(self.told + self.left), set(other.told + other.left)
        return [f"+ {line}" for line in sorted(mine - others)] + [
            f"- {line}" for line in sorted(others - mine)
        ]


async def left(ticket_id: TicketId, *, nine: datetime) -> Facts:
    """Every fact of the ticket, of its deadlines, pauses, escalations and events."""
    names: dict[UUID, str] = {ticket_id: "the ticket"}
    ticket = await tickets.load(ticket_id)
    rows = await fetch(
        "SELECT * FROM deadline WHERE ticket_id = $1 ORDER BY cycle, rank", ticket_id
    )
    known = ticket_facts(ticket, [deadline_of(row) for row in rows], names)
    del known["number"]
    lines = [f"{name}: {value}" for name, value in known.items()]
    for count, row in enumerate(await escalations.of_tickets([ticket_id]), 1):
        lines += [f"escalation {count}: {n} {v}" for n, v in facts(parts(row), names).items()]
    for event in await history(ticket_id):
        happened = event_of(event.kind, event.payload, at=event.at, by=event.by)
        state = read_state(event.state or {})
        lines.append(f"event {event.ticket_version}: {shown((happened, state), names)}")
    return tuple(_NUMBER.sub("", _since(line, nine)) for line in lines)


async def history(ticket_id: TicketId) -> list[StoredEvent]:
    rows = await fetch("SELECT * FROM event WHERE ticket_id = $1 ORDER BY position", ticket_id)
    return [stream.stored_event(row) for row in rows]


async def broken(ticket_id: TicketId, *, after: int) -> list[str]:
    """What must never be, whatever the order was; `after` is where the stream stood before."""
    events = await stream.read(after, limit=1000)
    told = await history(ticket_id)
    positions = [event.position for event in events]
    versions = [event.ticket_version for event in told]
    found = []
    if positions != list(range(after + 1, (await stream.head()).position + 1)):
        found.append(f"the positions after {after} are {positions}")
    if versions != list(range(1, (await tickets.load(ticket_id)).version + 1)):
        found.append(f"the versions are {versions}")
    for one, next_ in pairwise(told):
        if next_.by is None and read_state(one.state or {}).status not in LIVE:
            found.append(f"an engine fired {next_.kind} on a ticket that was not open")
    return found


async def torn(page: TicketPage) -> list[str]:
    """Where a snapshot is not what the stream says at its cursor."""
    (view,) = page.views
    told = [
        event for event in await history(view.facts.id) if event.position <= page.true_at.position
    ]
    found = []
    if state_of(view.facts) != read_state(told[-1].state or {}):
        found.append("the ticket is not what its last event before the cursor says")
    climbed = [event.ticket_version for event in told if event.kind == "TicketEscalated"]
    if [row.ticket_version for row in view.escalations] != climbed:
        found.append("the escalations are not those before the cursor")
    return found


def _since(line: str, nine: datetime) -> str:
    return _MOMENT.sub(lambda found: f"+{datetime.fromisoformat(found[0]) - nine}", line)


_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00")
_NUMBER = re.compile(r"number=\d+, ")
