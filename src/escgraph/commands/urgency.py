"""Changing how much a ticket hurries."""

from datetime import datetime

from escgraph.commands.acting import Call, Written, act_on
from escgraph.domain import urgency
from escgraph.domain.policy import Policy
from escgraph.domain.terms import Priority, TicketId
from escgraph.domain.ticket import Change, Ticket


async def change_priority(
    ticket_id: TicketId, *, call: Call, priority: Priority, reason: str
) -> Written:
    """Set the priority; every deadline counts anew."""

    async def decide(ticket: Ticket, policy: Policy, at: datetime) -> Change:
        return urgency.change_priority(
            ticket, by=call.by, at=at, policy=policy, priority=priority, reason=reason
        )

    return await act_on(ticket_id, decide, call=call)


async def flag_urgent(ticket_id: TicketId, *, call: Call, flagged: bool, reason: str) -> Written:
    """Set or take back the urgent flag."""

    async def decide(ticket: Ticket, policy: Policy, at: datetime) -> Change:
        return urgency.flag_urgent(
            ticket, by=call.by, at=at, policy=policy, flagged=flagged, reason=reason
        )

    return await act_on(ticket_id, decide, call=call)


async def mark_critical(ticket_id: TicketId, *, call: Call, critical: bool, reason: str) -> Written:
    """Set or take back the critical mark."""

    async def decide(ticket: Ticket, policy: Policy, at: datetime) -> Change:
        return urgency.mark_critical(
            ticket, by=call.by, at=at, policy=policy, critical=critical, reason=reason
        )

    return await act_on(ticket_id, decide, call=call)
