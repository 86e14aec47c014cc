"""Ending tickets and taking them up again."""

from collections.abc import Sequence
from datetime import datetime

from escgraph.commands import reviews
from escgraph.commands.acting import Call, Written, act_on
from escgraph.commands.work import WORKING
from escgraph.domain import ending, work
from escgraph.domain.events import Event, FollowUp
from escgraph.domain.policy import Policy
from escgraph.domain.terms import ResolutionCode, TicketId
from escgraph.domain.ticket import Change, Ticket
from escgraph.store import people


async def resolve_ticket(
    ticket_id: TicketId,
    *,
    call: Call,
    summary: str,
    code: ResolutionCode,
    root_cause: str,
    reply: str = "",
) -> Written:
    """Say that it is fixed, and how; a `reply` to the reporter is written first (A12).

    A ticket that was critical, or had reached management, gets its review in the same act (D3).
    """

    async def decide(ticket: Ticket, policy: Policy, at: datetime) -> Change:
        replied = work.reply(ticket, by=call.by, at=at, policy=policy, text=reply)
        return replied.then(
            ending.resolve(
                replied.ticket,
                by=call.by,
                at=at,
                policy=policy,
                summary=summary,
                code=code,
                root_cause=root_cause,
            )
        )

    async def consequences(change: Change, policy: Policy, at: datetime) -> Sequence[Event]:
        return await reviews.open_post_issue(change.ticket, by=call.by, at=at, policy=policy)

    return await act_on(ticket_id, decide, call=call, consequences=consequences)


async def close_ticket(
    ticket_id: TicketId,
    *,
    call: Call,
    follow_ups: tuple[FollowUp, ...] | None,
    closing_notice: str = "",
    override_reason: str = "",
) -> Written:
    """Confirm that it is over and documented.

    Raises:
        NotFoundError, InvalidInputError: a follow-up's owner cannot work on it.
    """

    async def decide(ticket: Ticket, _: Policy, at: datetime) -> Change:
        owners = tuple(follow_up.owner for follow_up in follow_ups or ())
        await people.must_be_active(owners, field="followUps", roles=WORKING)
        return ending.close(
            ticket,
            by=call.by,
            at=at,
            follow_ups=follow_ups,
            closing_notice=closing_notice,
            override_reason=override_reason,
        )

    return await act_on(ticket_id, decide, call=call)


async def reopen_ticket(ticket_id: TicketId, *, call: Call, reason: str) -> Written:
    """Take it up again in a new cycle."""

    async def decide(ticket: Ticket, policy: Policy, at: datetime) -> Change:
        return ending.reopen(ticket, by=call.by, at=at, policy=policy, reason=reason)

    return await act_on(ticket_id, decide, call=call)


async def cancel_ticket(ticket_id: TicketId, *, call: Call, reason: str) -> Written:
    """End it without a resolution."""

    async def decide(ticket: Ticket, policy: Policy, at: datetime) -> Change:
        return ending.cancel(ticket, by=call.by, at=at, policy=policy, reason=reason)

    return await act_on(ticket_id, decide, call=call)
