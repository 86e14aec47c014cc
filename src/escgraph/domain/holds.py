"""Pausing the ladder while others must act first (A7)."""

from dataclasses import replace
from datetime import datetime

from escgraph.domain.deadlines import armed, working_status
from escgraph.domain.errors import ForbiddenError
from escgraph.domain.events import TicketHeld, TicketResumed
from escgraph.domain.permissions import Act
from escgraph.domain.policy import Policy
from escgraph.domain.status import allow
from escgraph.domain.terms import HoldReason, PersonId, Priority, Role, Status, Tier
from escgraph.domain.texts import optional_prose
from escgraph.domain.ticket import Actor, Change, Pause, Ticket, changed


def hold(
    ticket: Ticket, *, by: Actor, at: datetime, policy: Policy, reason: HoldReason, note: str
) -> Change:
    """Stop the rungs, not the first response, until somebody resumes or the cap is reached.

    Raises:
        ForbiddenError: a HIGH ticket at LEVEL_1 needs a manager's approval, and only a manager's
            own act is one; it is recorded with the hold.
    """
    allow(Act.HOLD, ticket, by=by)
    approved_by = _approval(ticket, by=by)
    pause = Pause(
        started_at=at,
        ended_at=None,
        cap_at=at + policy.cap(reason),
        reason=reason,
        note=optional_prose(note, "note"),
        by=by.person,
        approved_by=approved_by,
    )
    event = TicketHeld(
        at=at,
        by=by.person,
        reason=reason,
        note=pause.note,
        until=at + policy.cap(reason),
        approved_by=approved_by,
    )
    pauses = (*ticket.pauses, pause)
    return armed(changed(ticket, event, status=Status.ON_HOLD, pauses=pauses), policy)


def still_approved(change: Change, *, by: Actor) -> Change:
    """The change, whose ticket may have come under that rule while it is held (A7).

    Raises:
        ForbiddenError: it has, no manager approved the hold, and the actor is none.
    """
    hold = change.ticket.hold
    if hold is None or hold.approved_by is not None:
        return change
    approved = replace(hold, approved_by=_approval(change.ticket, by=by))
    return change.with_facts(pauses=(*change.ticket.pauses[:-1], approved))


def resume(ticket: Ticket, *, by: Actor, at: datetime, policy: Policy) -> Change:
    """Let the rungs run on with what remained."""
    allow(Act.RESUME, ticket, by=by)
    held = ticket.pauses[-1]
    event = TicketResumed(at=at, by=by.person, held_since=held.started_at, by_cap=False)
    pauses = pauses_ended(ticket, at=at)
    return armed(changed(ticket, event, status=working_status(ticket), pauses=pauses), policy)


def _approval(ticket: Ticket, *, by: Actor) -> PersonId | None:
    """Whose approval a hold of the ticket needs and has; None where it needs none."""
    if ticket.priority is not Priority.HIGH or ticket.tier is not Tier.LEVEL_1:
        return None
    if by.role is not Role.MANAGER:
        raise ForbiddenError(
            "a HIGH ticket at LEVEL_1 is held only with a manager's approval; "
            "ask a manager, or resume it first"
        )
    return by.person


def pauses_ended(ticket: Ticket, *, at: datetime) -> tuple[Pause, ...]:
    """The pauses with the last one ended: at `at`, or at its cap where that was earlier."""
    if not ticket.pauses or ticket.pauses[-1].ended_at is not None:
        return ticket.pauses
    last = ticket.pauses[-1]
    ended_at = at if last.cap_at is None else min(at, last.cap_at)
    return (*ticket.pauses[:-1], replace(last, ended_at=ended_at))
