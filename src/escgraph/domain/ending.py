"""How a ticket ends and comes back: resolved, closed, reopened, cancelled (§4, W6, R5, A20)."""

from dataclasses import replace
from datetime import datetime

from escgraph.domain.deadlines import armed, working_status
from escgraph.domain.errors import DocumentsMissingError, InvalidInputError
from escgraph.domain.events import (
    FollowUp,
    StakeholderUpdatePosted,
    TicketCancelled,
    TicketClosed,
    TicketReopened,
    TicketResolved,
)
from escgraph.domain.holds import pauses_ended
from escgraph.domain.ladder import escalate_reopened
from escgraph.domain.permissions import Act
from escgraph.domain.policy import Policy
from escgraph.domain.status import allow
from escgraph.domain.terms import Audience, ResolutionCode, Status, Tier
from escgraph.domain.texts import optional_prose, prose
from escgraph.domain.ticket import (
    Actor,
    Change,
    Pause,
    Resolution,
    Ticket,
    changed,
    unchanged,
)

_WANTED = {
    "followUps": 'follow-up actions, or an explicit "none"',
    "closingNotice": "a stakeholder update later than the resolution, or a closing notice",
    "overrideReason": "the reason why a manager closes in the owner's stead",
}
"""What closing wants to be documented (W6, R5), by the input that brings it."""


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
    resolution = Resolution(
        prose(summary, "summary"), code, optional_prose(root_cause, "rootCause")
    )
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
        DocumentsMissingError: names everything that closing still wants; its field is the first.
        InvalidInputError: a follow-up says nothing, or was due before today (in UTC).
    """
    allow(Act.CLOSE, ticket, by=by)
    notice = optional_prose(closing_notice, "closingNotice")
    override = optional_prose(override_reason, "overrideReason")
    overrides = by.person != ticket.owner
    missing = _missing(ticket, follow_ups, notice, override, overrides=overrides)
    if missing:
        raise DocumentsMissingError(
            f"cannot close a ticket that lacks {', '.join(missing.values())}; add what is missing",
            missing=tuple(missing.values()),
            field=(next(iter(missing)),),
        )
    told = _tell(ticket, by=by, at=at, text=notice)
    assert told.ticket.resolution is not None
    assert follow_ups is not None
    remaining = tuple(_checked(follow_up, at=at) for follow_up in follow_ups)
    event = TicketClosed(
        at=at,
        by=by.person,
        follow_ups=remaining,
        override_reason=override if overrides else "",
    )
    documented = replace(told.ticket.resolution, follow_ups=remaining)
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
        at=at, by=by.person, number=ticket.reopenings + 1, reason=prose(reason, "reason")
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
    )
    start = at if ticket.tier is Tier.MANAGEMENT else None
    reopened = armed(change, policy, reminders_from=start)
    return escalate_reopened(reopened, by=by, at=at, policy=policy)


def cancel(ticket: Ticket, *, by: Actor, at: datetime, policy: Policy, reason: str) -> Change:
    """End a ticket that needs no resolution, such as one opened by mistake (A3)."""
    allow(Act.CANCEL, ticket, by=by)
    event = TicketCancelled(at=at, by=by.person, reason=prose(reason, "reason"))
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
    notice: str,
    override: str,
    *,
    overrides: bool,
) -> dict[str, str]:
    """What closing still wants, in words, by the input that would bring it."""
    told = ticket.updated_stakeholders_at
    assert ticket.resolved_at is not None
    present = {
        "followUps": follow_ups is not None,
        "closingNotice": bool(notice) or (told is not None and told > ticket.resolved_at),
        "overrideReason": not overrides or bool(override),
    }
    return {field: words for field, words in _WANTED.items() if not present[field]}


def _checked(follow_up: FollowUp, *, at: datetime) -> FollowUp:
    if follow_up.due_on < at.date():
        raise InvalidInputError(
            f"a follow-up was due on {follow_up.due_on}, before the day of the closing; "
            "give a day from today on",
            field=("followUps",),
        )
    return replace(follow_up, description=prose(follow_up.description, "followUps"))


def _tell(ticket: Ticket, *, by: Actor, at: datetime, text: str) -> Change:
    if not text:
        return unchanged(ticket)
    event = StakeholderUpdatePosted(
        at=at, by=by.person, text=text, audience=Audience.INTERNAL, closing=True
    )
    return changed(ticket, event, updated_stakeholders_at=at)
