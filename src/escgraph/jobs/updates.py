"""Reminds owners of the word that they owe the stakeholders: once for each time it is due (R4)."""

from collections.abc import Sequence
from datetime import datetime

from escgraph.domain.events_updates import StakeholderUpdateOverdue
from escgraph.domain.terms import TicketId
from escgraph.domain.ticket import Ticket
from escgraph.domain.updates import next_update_due
from escgraph.store import policies, timeline, updates
from escgraph.store.transactions import unit_of_work
from escgraph.store.updates import Waiting

BATCH = 200
"""How many are looked at, and reminded of, in one transaction at most."""


async def remind_of_updates(
    *, now: datetime, batch: int = BATCH, simulated: bool = False
) -> int | None:
    """Remind every owner who is late; the position of the last event, if any.

    Any number of processes may do it at once, and doing it again does nothing. Only a `simulated`
    pass works in a database that holds simulated time.
    """
    known = [version.policy for version in await policies.versions()]
    position, after = None, None
    while True:
        page = await updates.may_be_overdue(
            known, now=now, after=after, limit=batch, simulated=simulated
        )
        late = [waiting.ticket.id for waiting in page if await _overdue(waiting, now=now)]
        if late:
            position = await unit_of_work(lambda late=late: _remind(late, now=now)) or position  # type: ignore[misc]  # mypy infers no lambda with a default
        if len(page) < batch:
            return position
        after = page[-1].ticket.id


async def _remind(ids: Sequence[TicketId], *, now: datetime) -> int | None:
    """Look again, alone with them: somebody may have posted meanwhile, or reminded."""
    due = [
        (waiting.ticket, due_at)
        for waiting in await updates.locked(ids)
        if (due_at := await _overdue(waiting, now=now)) is not None
    ]
    if not due:
        return None
    await updates.mark([(ticket.id, due_at) for ticket, due_at in due])
    events = [_event(ticket, due_at, now=now) for ticket, due_at in due]
    return await timeline.append_alone(*events)


async def _overdue(waiting: Waiting, *, now: datetime) -> datetime | None:
    """When it was due, if it is over and its owner was not reminded of just that."""
    due_at = next_update_due(
        waiting.ticket, await policies.of_version(waiting.ticket.policy_version)
    )
    if due_at is None or due_at > now or waiting.reminded_for == due_at:
        return None
    return due_at


def _event(ticket: Ticket, due_at: datetime, *, now: datetime) -> StakeholderUpdateOverdue:
    return StakeholderUpdateOverdue(
        at=now,
        by=None,
        ticket=ticket.id,
        number=ticket.number,
        title=ticket.title,
        priority=ticket.priority,
        indicator=ticket.indicator,
        due_at=due_at,
        told=(ticket.owner,),
    )
