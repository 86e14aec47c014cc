"""Moving a ticket up and down by hand, and pausing its climb."""

from datetime import datetime

from escgraph.commands.acting import Call, Written, act_on
from escgraph.domain import holds, ladder, work
from escgraph.domain.policy import Policy
from escgraph.domain.terms import EscalationReason, HoldReason, TicketId, Tier
from escgraph.domain.ticket import Change, Ticket


async def escalate_ticket(
    ticket_id: TicketId,
    *,
    call: Call,
    expected_tier: Tier,
    reason: EscalationReason,
    to_tier: Tier | None = None,
    comment: str = "",
) -> Written:
    """Move it up, to the next tier unless another is named."""

    async def decide(ticket: Ticket, policy: Policy, at: datetime) -> Change:
        return ladder.escalate(
            ticket,
            by=call.by,
            at=at,
            policy=policy,
            expected_tier=expected_tier,
            to_tier=to_tier,
            reason=reason,
            comment=comment,
        )

    return await act_on(ticket_id, decide, call=call)


async def deescalate_ticket(
    ticket_id: TicketId,
    *,
    call: Call,
    expected_tier: Tier,
    reason: str,
    to_tier: Tier | None = None,
) -> Written:
    """Hand it down, one tier unless another is named."""

    async def decide(ticket: Ticket, policy: Policy, at: datetime) -> Change:
        return ladder.deescalate(
            ticket,
            by=call.by,
            at=at,
            policy=policy,
            expected_tier=expected_tier,
            to_tier=to_tier,
            reason=reason,
        )

    return await act_on(ticket_id, decide, call=call)


async def hold_ticket(
    ticket_id: TicketId, *, call: Call, reason: HoldReason, note: str = "", reply: str = ""
) -> Written:
    """Stop its rungs; a `reply` to the reporter is written first (A12)."""

    async def decide(ticket: Ticket, policy: Policy, at: datetime) -> Change:
        replied = work.reply(ticket, by=call.by, at=at, policy=policy, text=reply)
        held = replied.ticket
        return replied.then(
            holds.hold(held, by=call.by, at=at, policy=policy, reason=reason, note=note)
        )

    return await act_on(ticket_id, decide, call=call)


async def resume_ticket(ticket_id: TicketId, *, call: Call) -> Written:
    """Let its rungs run on."""

    async def decide(ticket: Ticket, policy: Policy, at: datetime) -> Change:
        return holds.resume(ticket, by=call.by, at=at, policy=policy)

    return await act_on(ticket_id, decide, call=call)
