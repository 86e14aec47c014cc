"""Moving an open ticket to another version of the policy: its deadlines count anew (P5, Q5, A8)."""

from dataclasses import dataclass
from datetime import datetime

from escgraph.domain.deadlines import armed
from escgraph.domain.errors import WrongStatusError
from escgraph.domain.events import TicketMovedToPolicy
from escgraph.domain.ladder import fire_overdue, order
from escgraph.domain.permissions import Act, permit
from escgraph.domain.policy import Policy
from escgraph.domain.terms import DeadlineState, PersonId, Tier
from escgraph.domain.texts import prose
from escgraph.domain.ticket import Actor, Change, Deadline, Ticket, changed, unchanged
from escgraph.domain.urgency import marked


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a move would make of a ticket; `firing` are the deadlines that would fire at once."""

    after: Ticket
    firing: tuple[Deadline, ...]


def move(ticket: Ticket, *, by: Actor, at: datetime, policy: Policy, reason: str) -> Change:
    """Let the ticket go by that policy from now on.

    Its deadlines are armed anew from the start of its clock, less what was paused; those now past
    fire at once, in order (A8). What fired stays fired, and a hold that lasts keeps its cap.

    Raises:
        ForbiddenError: the actor administers nothing.
        WrongStatusError: the ticket is not worked on any more.
        InvalidInputError: no reason is given.
    """
    permit(by, Act.MOVE_TICKETS)
    return moved(ticket, by=by.person, at=at, policy=policy, reason=reason)


def moved(
    ticket: Ticket, *, by: PersonId | None, at: datetime, policy: Policy, reason: str
) -> Change:
    """The same for whoever may; `by` is None for somebody at the machine itself."""
    reason = prose(reason, "reason")
    if not ticket.live:
        raise WrongStatusError(
            f"cannot move a ticket that is {ticket.status} to another policy; it goes by no clock"
        )
    if ticket.policy_version == policy.version:
        return unchanged(ticket)
    event = TicketMovedToPolicy(
        at=at,
        by=by,
        from_version=ticket.policy_version,
        to_version=policy.version,
        reason=reason,
    )
    change = marked(changed(ticket, event, policy_version=policy.version), policy)
    change = armed(change, policy, reminders_from=at_management_since(ticket))
    return fire_overdue(change, at=at, policy=policy)


def outlook(ticket: Ticket, *, at: datetime, policy: Policy) -> Outlook:
    """What moving the ticket at that moment would make of it; it must be live."""
    after = moved(ticket, by=None, at=at, policy=policy, reason="a look ahead").ticket
    return Outlook(after, fired_by(ticket, after, at=at))


def fired_by(before: Ticket, after: Ticket, *, at: datetime) -> tuple[Deadline, ...]:
    """The deadlines of `after` that a move fired, or that an engine fires at once, in order."""
    fired_before = {row.kind for row in before.deadlines if row.state is DeadlineState.FIRED}
    firing = (
        row
        for row in after.deadlines
        if (row.state is DeadlineState.FIRED and row.kind not in fired_before)
        or (row.armed and row.due_at <= at)
    )
    return tuple(sorted(firing, key=order))


def at_management_since(ticket: Ticket) -> datetime | None:
    """From when its reminders count; None where it does not wait for a manager (A19)."""
    if ticket.tier is not Tier.MANAGEMENT or ticket.accepted_at is not None:
        return None
    moments = (ticket.opened_at, ticket.escalated_at, ticket.reopened_at)
    return max(moment for moment in moments if moment is not None)
