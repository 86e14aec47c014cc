"""Each deed of a script as the command that does it, with the log's own words."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

from escgraph.commands import ending, ladder, work
from escgraph.commands.acting import Call
from escgraph.domain.history import (
    Acknowledged,
    Cancelled,
    Closed,
    Deed,
    Deescalated,
    Escalated,
    Held,
    Reopened,
    Resolved,
    Resumed,
)
from escgraph.domain.terms import EscalationReason, ResolutionCode
from escgraph.domain.ticket import Ticket

FROM_THE_LOG = "from the log"


async def perform(deed: Deed, ticket: Ticket, *, words: str, call: Call) -> None:
    """Do that to the ticket, for which it makes sense."""
    await _COMMANDS[type(deed)](ticket, deed, words, call)


async def _acknowledge(ticket: Ticket, _: Acknowledged, __: str, call: Call) -> None:
    await work.acknowledge_ticket(ticket.id, call=call)


async def _reopen(ticket: Ticket, _: Reopened, words: str, call: Call) -> None:
    await ending.reopen_ticket(ticket.id, call=call, reason=words)


async def _escalate(ticket: Ticket, deed: Escalated, words: str, call: Call) -> None:
    if not ticket.actions_logged:
        await work.log_action(ticket.id, call=call, text=FROM_THE_LOG)
    await ladder.escalate_ticket(
        ticket.id,
        call=call,
        expected_tier=ticket.tier,
        to_tier=deed.tier,
        reason=EscalationReason.EXPERTISE_NEEDED,
        comment=words,
    )


async def _deescalate(ticket: Ticket, deed: Deescalated, words: str, call: Call) -> None:
    await ladder.deescalate_ticket(
        ticket.id, call=call, expected_tier=ticket.tier, to_tier=deed.tier, reason=words
    )


async def _hold(ticket: Ticket, deed: Held, words: str, call: Call) -> None:
    await ladder.hold_ticket(ticket.id, call=call, reason=deed.reason, note=words)


async def _resume(ticket: Ticket, _: Resumed, __: str, call: Call) -> None:
    await ladder.resume_ticket(ticket.id, call=call)


async def _resolve(ticket: Ticket, _: Resolved, words: str, call: Call) -> None:
    await ending.resolve_ticket(
        ticket.id,
        call=call,
        summary=f"{words} ({FROM_THE_LOG})",
        code=ResolutionCode.FIXED,
        root_cause="",
    )


async def _close(ticket: Ticket, _: Closed, words: str, call: Call) -> None:
    notice = f"{words} {FROM_THE_LOG}"
    await ending.close_ticket(ticket.id, call=call, follow_ups=(), closing_notice=notice)


async def _cancel(ticket: Ticket, _: Cancelled, __: str, call: Call) -> None:
    await ending.cancel_ticket(ticket.id, call=call, reason="the log ends here")


Command = Callable[[Ticket, Any, str, Call], Awaitable[None]]

_COMMANDS: Mapping[type[Deed], Command] = MappingProxyType(
    {
        Acknowledged: _acknowledge,
        Reopened: _reopen,
        Escalated: _escalate,
        Deescalated: _deescalate,
        Held: _hold,
        Resumed: _resume,
        Resolved: _resolve,
        Closed: _close,
        Cancelled: _cancel,
    }
)
"""Of the deeds that a script has."""
