"""Merging duplicates: one of two tickets ends, the other goes on from the earlier start (A23)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from escgraph.domain.deadlines import armed
from escgraph.domain.errors import InvalidInputError, WrongStatusError
from escgraph.domain.events import DuplicateAbsorbed, TicketMerged
from escgraph.domain.holds import pauses_ended
from escgraph.domain.ladder import fire_overdue
from escgraph.domain.permissions import Act, permit
from escgraph.domain.policy import Policy
from escgraph.domain.status import allow
from escgraph.domain.terms import Status, TicketId
from escgraph.domain.texts import prose
from escgraph.domain.ticket import Actor, Change, Ticket, changed, including


@dataclass(frozen=True, slots=True)
class Merge:
    """What becomes of both tickets."""

    child: Change
    parent: Change


def merge(
    child: Ticket,
    parent: Ticket,
    *,
    by: Actor,
    at: datetime,
    policy: Policy,
    reason: str,
    numbers: Mapping[TicketId, int],
) -> Merge:
    """End `child`, a duplicate, and let `parent` go on in its stead, under its own `policy`.

    The parent's clock starts when the earlier of both did, even further back than a report may be
    back-dated: the duplicate's start is a recorded fact. What that puts into the past fires at
    once, in order (A8). The duplicate's stakeholders hear of the parent from now on. Its timeline,
    its holds and its first response stay its own: an answer to one reporter is none to the other
    (A12). `numbers` are those of the tickets into which either was merged before.

    Raises:
        InvalidInputError: both are one ticket, or no reason is given.
        ForbiddenError: the actor is neither the duplicate's owner nor a manager.
        WrongStatusError: one of them is not worked on any more.
    """
    permit(by, Act.MERGE, child)
    if child.id == parent.id:
        raise InvalidInputError(
            "a ticket cannot be merged into itself; name the other one", field=("intoTicketId",)
        )
    _must_not_be_merged(child, numbers)
    allow(Act.MERGE, child, by=by)
    _must_go_on(parent, numbers)
    reason = prose(reason, "reason")
    return Merge(
        child=_ended(child, parent, by=by, at=at, policy=policy, reason=reason),
        parent=_absorbed(parent, child, by=by, at=at, policy=policy, reason=reason),
    )


def _ended(
    child: Ticket, parent: Ticket, *, by: Actor, at: datetime, policy: Policy, reason: str
) -> Change:
    """An ended ticket arms nothing, so it does not matter under which policy."""
    event = TicketMerged(
        at=at, by=by.person, into=parent.id, into_number=parent.number, reason=reason
    )
    change = changed(
        child,
        event,
        status=Status.CANCELLED,
        cancelled_at=at,
        merged_into=parent.id,
        pauses=pauses_ended(child, at=at),
    )
    return armed(change, policy)


def _absorbed(
    parent: Ticket, child: Ticket, *, by: Actor, at: datetime, policy: Policy, reason: str
) -> Change:
    start = min(parent.clock_started_at, child.clock_started_at)
    stakeholders = including(parent.stakeholders, *child.stakeholders)
    event = DuplicateAbsorbed(
        at=at,
        by=by.person,
        duplicate=child.id,
        duplicate_number=child.number,
        reason=reason,
        clock_moved_to=None if start == parent.clock_started_at else start,
        stakeholders=stakeholders[len(parent.stakeholders) :],
    )
    change = changed(parent, event, clock_started_at=start, stakeholders=stakeholders)
    return fire_overdue(armed(change, policy), at=at, policy=policy)


def _must_go_on(parent: Ticket, numbers: Mapping[TicketId, int]) -> None:
    if parent.merged_into is not None:
        raise WrongStatusError(
            f"ESC-{parent.number:06d} was itself merged into "
            f"ESC-{numbers[parent.merged_into]:06d}; merge into that one",
            field=("intoTicketId",),
        )
    if not parent.live:
        cancelled = parent.status is Status.CANCELLED
        way_out = "name one that is still worked on" if cancelled else "reopen it first"
        raise WrongStatusError(
            f"cannot merge into a ticket that is {parent.status}; {way_out}",
            field=("intoTicketId",),
        )


def _must_not_be_merged(child: Ticket, numbers: Mapping[TicketId, int]) -> None:
    if child.merged_into is not None:
        raise WrongStatusError(
            f"ESC-{child.number:06d} was merged into ESC-{numbers[child.merged_into]:06d} already; "
            "go on there",
            field=("ticketId",),
        )
