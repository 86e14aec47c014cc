"""What becomes of a recorded deed where it meets a ticket that stands otherwise than it did.

Each deed makes sense for some tickets; for the others it is left out. Who did it, and whether they
might, is not asked again: a manager does everything, with every excuse.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from escgraph.domain import ending, holds, ladder, moving, urgency, work
from escgraph.domain.deadlines import armed
from escgraph.domain.events import DuplicateAbsorbed
from escgraph.domain.history import (
    Accepted,
    Acknowledged,
    Cancelled,
    ClockMoved,
    Closed,
    Deed,
    Deescalated,
    Escalated,
    Held,
    Moved,
    Reopened,
    Reprioritised,
    Resolved,
    Resumed,
)
from escgraph.domain.policy import Policy
from escgraph.domain.terms import (
    EscalationReason,
    PersonId,
    ResolutionCode,
    Role,
    Status,
    Tier,
)
from escgraph.domain.ticket import Actor, Change, Ticket, changed, unchanged

ANYBODY = Actor(PersonId(UUID(int=0)), Role.MANAGER, Tier.MANAGEMENT)
TEXT = "replayed"

_APPLIES: Mapping[type[Deed], Callable[[Ticket, Any], bool]] = MappingProxyType(
    {
        Acknowledged: lambda ticket, _: ticket.live and ticket.acknowledged_at is None,
        Reprioritised: lambda ticket, deed: ticket.live and ticket.priority is not deed.priority,
        Held: lambda ticket, _: ticket.live,
        Resumed: lambda ticket, _: ticket.status is Status.ON_HOLD,
        Escalated: lambda ticket, deed: ticket.live and ticket.tier < deed.tier,
        Deescalated: lambda ticket, deed: ticket.live and ticket.tier > deed.tier,
        ClockMoved: lambda ticket, deed: ticket.live and ticket.clock_started_at > deed.started_at,
        Moved: lambda ticket, _: ticket.live,
        Accepted: lambda ticket, _: (
            ticket.live and ticket.tier is Tier.MANAGEMENT and ticket.accepted_at is None
        ),
        Resolved: lambda ticket, _: ticket.live,
        Closed: lambda ticket, _: ticket.status is Status.RESOLVED,
        Reopened: lambda ticket, _: ticket.status in {Status.RESOLVED, Status.CLOSED},
        Cancelled: lambda ticket, _: ticket.live,
    }
)
"""For which tickets a deed makes sense."""


def applies(deed: Deed, ticket: Ticket) -> bool:
    """Whether the deed makes sense for the ticket as it stands."""
    return _APPLIES[type(deed)](ticket, deed)


def done(deed: Deed, ticket: Ticket, policy: Policy) -> Change:
    """What comes of a deed that applies."""
    return _DONE[type(deed)](ticket, deed, policy)


def _acknowledged(ticket: Ticket, deed: Acknowledged, policy: Policy) -> Change:
    return work.acknowledge(ticket, by=ANYBODY, at=deed.at, policy=policy)


def _reprioritised(ticket: Ticket, deed: Reprioritised, policy: Policy) -> Change:
    return urgency.change_priority(
        ticket, by=ANYBODY, at=deed.at, policy=policy, priority=deed.priority, reason=TEXT
    )


def _held(ticket: Ticket, deed: Held, policy: Policy) -> Change:
    """A hold that lasts, since its cap is longer now, ends where the next one begins."""
    before = unchanged(ticket)
    if ticket.status is Status.ON_HOLD:
        before = holds.resume(ticket, by=ANYBODY, at=deed.at, policy=policy)
    return before.then(
        holds.hold(
            before.ticket, by=ANYBODY, at=deed.at, policy=policy, reason=deed.reason, note=""
        )
    )


def _resumed(ticket: Ticket, deed: Resumed, policy: Policy) -> Change:
    return holds.resume(ticket, by=ANYBODY, at=deed.at, policy=policy)


def _escalated(ticket: Ticket, deed: Escalated, policy: Policy) -> Change:
    """To the tier that was meant, from wherever it stands."""
    return ladder.escalate(
        ticket,
        by=ANYBODY,
        at=deed.at,
        policy=policy,
        expected_tier=ticket.tier,
        to_tier=deed.tier,
        reason=EscalationReason.NO_ACCESS,
        comment="",
    )


def _deescalated(ticket: Ticket, deed: Deescalated, policy: Policy) -> Change:
    """The same downwards."""
    return ladder.deescalate(
        ticket,
        by=ANYBODY,
        at=deed.at,
        policy=policy,
        expected_tier=ticket.tier,
        to_tier=deed.tier,
        reason=TEXT,
    )


def _clock_moved(ticket: Ticket, deed: ClockMoved, policy: Policy) -> Change:
    """What merging does to the ticket that goes on; the duplicate has a history of its own."""
    event = DuplicateAbsorbed(
        at=deed.at,
        by=ANYBODY.person,
        duplicate=ticket.id,
        duplicate_number=ticket.number,
        reason=TEXT,
        clock_moved_to=deed.started_at,
        stakeholders=(),
    )
    moved = changed(ticket, event, clock_started_at=deed.started_at)
    return ladder.fire_overdue(armed(moved, policy), at=deed.at, policy=policy)


def _moved(ticket: Ticket, deed: Moved, policy: Policy) -> Change:
    """`policy` is the one that it is moved to; by its own, it stays."""
    return moving.moved(ticket, by=None, at=deed.at, policy=policy, reason=TEXT)


def _accepted(ticket: Ticket, deed: Accepted, policy: Policy) -> Change:
    return work.accept(ticket, by=ANYBODY, at=deed.at, policy=policy)


def _resolved(ticket: Ticket, deed: Resolved, policy: Policy) -> Change:
    return ending.resolve(
        ticket,
        by=ANYBODY,
        at=deed.at,
        policy=policy,
        summary=TEXT,
        code=ResolutionCode.FIXED,
        root_cause="",
    )


def _closed(ticket: Ticket, _: Closed, __: Policy) -> Change:
    """Closing moves no deadline, and what it wants to be documented is not asked again."""
    return unchanged(ticket)


def _reopened(ticket: Ticket, deed: Reopened, policy: Policy) -> Change:
    return ending.reopen(ticket, by=ANYBODY, at=deed.at, policy=policy, reason=TEXT)


def _cancelled(ticket: Ticket, deed: Cancelled, policy: Policy) -> Change:
    return ending.cancel(ticket, by=ANYBODY, at=deed.at, policy=policy, reason=TEXT)


_DONE: Mapping[type[Deed], Callable[[Ticket, Any, Policy], Change]] = MappingProxyType(
    {
        Acknowledged: _acknowledged,
        Reprioritised: _reprioritised,
        Held: _held,
        Resumed: _resumed,
        Escalated: _escalated,
        Deescalated: _deescalated,
        ClockMoved: _clock_moved,
        Moved: _moved,
        Accepted: _accepted,
        Resolved: _resolved,
        Closed: _closed,
        Reopened: _reopened,
        Cancelled: _cancelled,
    }
)
