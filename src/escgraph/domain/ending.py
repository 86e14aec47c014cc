"""How a ticket ends and comes back: resolved, closed, reopened, cancelled (§4, W6, R5, A20)."""

from datetime import datetime

from escgraph.domain.deadlines import armed, working_status
from escgraph.domain.errors import DocumentsMissingError
from escgraph.domain.events import (
    StakeholderUpdatePosted,
    TicketCancelled,
    TicketClosed,
    TicketReopened,
    TicketResolved,
)
from escgraph.domain.holds import pauses_ended
from escgraph.domain.ladder import escalate_reopened, required
from escgraph.domain.permissions import Act
from escgraph.domain.policy import Policy
from escgraph.domain.status import allow
from escgraph.domain.terms import Audience, ResolutionCode, Status, Tier
from escgraph.domain.ticket import (
    Actor,
    Change,
    FollowUp,
    Pause,
    Resolution,
    Ticket,
    changed,
    unchanged,
)


def resolve(
    ticket: Ticket,
    *,
    by: Actor,
    at: datetime,
    policy: Policy,
    summary: str,
    code: ResolutionCode,
    root_cause: str,
) -> Change:
    """Say that it is fixed, and how; every deadline stops (A3)."""
    allow(Act.RESOLVE, ticket, by=by)
    resolution = Resolution(required(summary, "summary"), code, root_cause.strip())
    event = TicketResolved(
        at=at,
        by=by.person,
        summary=resolution.summary,
        code=code,
        root_cause=resolution.root_cause,
    )
    pause = Pause(started_at=at, ended_at=None, cap_at=None)
    change = changed(
        ticket,
        event,
        status=Status.RESOLVED,
        resolved_at=at,
        resolution=resolution,
        pauses=(*pauses_ended(ticket, at=at), pause),
    )
    return armed(change, policy)


def close(
    ticket: Ticket,
    *,
    by: Actor,
    at: datetime,
    follow_ups: tuple[FollowUp, ...] | None,
    closing_notice: str,
    override_reason: str,
) -> Change:
    """Confirm that it is over and documented (W6).

    `follow_ups` is empty for an explicit "none" and None where nothing was said. A non-empty
    `closing_notice` goes to the stakeholders as part of the act.

    Raises:
        DocumentsMissingError: names everything that closing still wants.
    """
    allow(Act.CLOSE, ticket, by=by)
    overrides = by.person != ticket.owner
    missing = _missing(ticket, follow_ups, closing_notice, override_reason, overrides=overrides)
    if missing:
        raise DocumentsMissingError(
            f"cannot close a ticket that lacks {', '.join(missing)}; add what is missing",
            missing=missing,
        )
    told = _tell(ticket, by=by, at=at, text=closing_notice)
    assert told.ticket.resolution is not None
    assert follow_ups is not None
    for follow_up in follow_ups:
        required(follow_up.description, "followUps")
    documented = Resolution(
        told.ticket.resolution.summary,
        told.ticket.resolution.code,
        told.ticket.resolution.root_cause,
        follow_ups,
    )
    event = TicketClosed(
        at=at,
        by=by.person,
        follow_ups=len(follow_ups),
        override_reason=override_reason.strip() if overrides else "",
    )
    return told.then(
        changed(told.ticket, event, status=Status.CLOSED, closed_at=at, resolution=documented)
    )


def reopen(ticket: Ticket, *, by: Actor, at: datetime, policy: Policy, reason: str) -> Change:
    """Take a resolved or closed ticket up again: a new cycle of the same ladder (A20).

    Time already spent counts, being resolved does not, rungs that fired stay fired, the rest are
    armed anew; a policy's escalating reopening reaches the lowest rung that is left.
    """
    allow(Act.REOPEN, ticket, by=by)
    event = TicketReopened(
        at=at, by=by.person, number=ticket.reopenings + 1, reason=required(reason, "reason")
    )
    change = changed(
        ticket,
        event,
        status=working_status(ticket),
        cycle=ticket.cycle + 1,
        reopened_at=at,
        resolved_at=None,
        closed_at=None,
        resolution=None,
        accepted_at=None,
        pauses=pauses_ended(ticket, at=at),
        deadlines=(),
    )
    start = at if ticket.tier is Tier.MANAGEMENT else None
    reopened = armed(change, policy, reminders_from=start)
    return escalate_reopened(reopened, by=by, at=at, policy=policy)


def cancel(ticket: Ticket, *, by: Actor, at: datetime, policy: Policy, reason: str) -> Change:
    """End a ticket that needs no resolution, such as one opened by mistake (A3)."""
    allow(Act.CANCEL, ticket, by=by)
    event = TicketCancelled(at=at, by=by.person, reason=required(reason, "reason"))
    change = changed(
        ticket,
        event,
        status=Status.CANCELLED,
        cancelled_at=at,
        pauses=pauses_ended(ticket, at=at),
    )
    return armed(change, policy)


def _missing(
    ticket: Ticket,
    follow_ups: tuple[FollowUp, ...] | None,
    closing_notice: str,
    override_reason: str,
    *,
    overrides: bool,
) -> tuple[str, ...]:
    told = ticket.updated_stakeholders_at
    assert ticket.resolved_at is not None
    informed = bool(closing_notice.strip()) or (told is not None and told > ticket.resolved_at)
    wanted = {
        "a stakeholder update later than the resolution, or a closing notice": informed,
        'follow-up actions, or an explicit "none"': follow_ups is not None,
        "the reason why a manager closes in the owner's stead": (
            not overrides or bool(override_reason.strip())
        ),
    }
    return tuple(name for name, present in wanted.items() if not present)


def _tell(ticket: Ticket, *, by: Actor, at: datetime, text: str) -> Change:
    if not text.strip():
        return unchanged(ticket)
    event = StakeholderUpdatePosted(
        at=at, by=by.person, text=text.strip(), audience=Audience.INTERNAL, closing=True
    )
    return changed(ticket, event, updated_stakeholders_at=at)
