"""How much a ticket hurries: priority, urgent flag and critical mark (§6, A8, A9, A25)."""

from datetime import datetime

from escgraph.domain.deadlines import armed
from escgraph.domain.errors import ForbiddenError, InvalidInputError
from escgraph.domain.events import PriorityChanged, TicketMarkedCritical, UrgencyFlagged
from escgraph.domain.holds import still_approved
from escgraph.domain.ladder import fire_overdue
from escgraph.domain.permissions import Act
from escgraph.domain.policy import Policy
from escgraph.domain.status import allow
from escgraph.domain.terms import Priority, Tier
from escgraph.domain.texts import prose
from escgraph.domain.ticket import Actor, Change, Ticket, changed, unchanged

_HURRY = {Priority.LOW: 0, Priority.MEDIUM: 1, Priority.HIGH: 2}


def change_priority(
    ticket: Ticket, *, by: Actor, at: datetime, policy: Policy, priority: Priority, reason: str
) -> Change:
    """Set the priority: deadlines count anew from the same start, those now past fire at once (A8).

    Raises:
        ForbiddenError: LEVEL_1 lowers the priority of a ticket that was escalated (A25), or its
            hold would need a manager's approval (A7).
        InvalidInputError: the ticket is critical and so stays HIGH, or no reason is given.
    """
    allow(Act.CHANGE_PRIORITY, ticket, by=by)
    if priority is ticket.priority:
        return unchanged(ticket)
    _may_lower(ticket, priority, by=by)
    if ticket.critical:
        raise InvalidInputError(
            "a critical ticket stays HIGH; take the critical mark back first", field=("priority",)
        )
    event = PriorityChanged(
        at=at,
        by=by.person,
        from_priority=ticket.priority,
        to_priority=priority,
        reason=prose(reason, "reason"),
    )
    change = still_approved(changed(ticket, event, priority=priority), by=by)
    change = marked(change, policy)
    return fire_overdue(armed(change, policy), at=at, policy=policy)


def flag_urgent(
    ticket: Ticket, *, by: Actor, at: datetime, policy: Policy, flagged: bool, reason: str
) -> Change:
    """Set or take back the urgent flag (C4). HIGH and critical tickets are urgent without it."""
    allow(Act.FLAG_URGENT, ticket, by=by)
    if flagged is ticket.flagged:
        return unchanged(ticket)
    reason = prose(reason, "reason")
    event = UrgencyFlagged(at=at, by=by.person, flagged=flagged, reason=reason)
    return marked(changed(ticket, event, flagged=flagged), policy)


def mark_critical(
    ticket: Ticket, *, by: Actor, at: datetime, policy: Policy, critical: bool, reason: str
) -> Change:
    """Set or take back the critical mark: management is to know at once, no tier moves (A9).

    Raises:
        InvalidInputError: the ticket is not HIGH, or no reason is given.
    """
    allow(Act.MARK_CRITICAL, ticket, by=by)
    if critical is ticket.critical:
        return unchanged(ticket)
    if critical and ticket.priority is not Priority.HIGH:
        raise InvalidInputError(
            f"critical is a mark on HIGH tickets and this one is {ticket.priority}; "
            "change its priority first",
            field=("critical",),
        )
    reason = prose(reason, "reason")
    event = TicketMarkedCritical(at=at, by=by.person, critical=critical, reason=reason)
    return marked(changed(ticket, event, critical=critical), policy)


def marked(change: Change, policy: Policy) -> Change:
    """The change with the indicator that its ticket must carry now (C4)."""
    indicator = policy.urgent_indicator if change.ticket.urgent else ""
    return change.with_facts(indicator=indicator)


def _may_lower(ticket: Ticket, priority: Priority, *, by: Actor) -> None:
    lower = _HURRY[priority] < _HURRY[ticket.priority]
    climbed = ticket.reached is not Tier.LEVEL_1
    if lower and climbed and (by.tier is None or by.tier is Tier.LEVEL_1):
        raise ForbiddenError(
            "the ticket was escalated, so LEVEL_2 or above lowers its priority; ask there"
        )
