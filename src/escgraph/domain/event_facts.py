"""What each event of a person's act says of the ticket's own facts, one row of a table each.

Deadlines are no matter here, nor is what follows from other facts, as the indicator does.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from escgraph.domain import events
from escgraph.domain.deadlines import working_status
from escgraph.domain.event import Event
from escgraph.domain.holds import pauses_ended
from escgraph.domain.terms import PersonId, Priority, Status, TicketId, Tier
from escgraph.domain.ticket import Pause, Resolution, Ticket, including, without

Facts = dict[str, Any]


def climbed(ticket: Ticket, tier: Tier, event: Event) -> Facts:
    return {"tier": tier, "reached": max(ticket.reached, tier), "escalated_at": event.at}


def _acknowledged(ticket: Ticket, event: events.TicketAcknowledged) -> Facts:
    held = ticket.status is Status.ON_HOLD
    return {"acknowledged_at": event.at, "status": ticket.status if held else Status.IN_PROGRESS}


def _worked_on(ticket: Ticket, people: tuple[PersonId, ...]) -> Facts:
    held = ticket.status is Status.ON_HOLD
    worked = replace(ticket, assignees=people)
    return {"assignees": people, "status": ticket.status if held else working_status(worked)}


def _accepted(ticket: Ticket, event: events.TicketAccepted) -> Facts:
    assert event.by is not None
    managed = ticket.tier is Tier.MANAGEMENT and ticket.accepted_at is None
    facts = _worked_on(ticket, including(ticket.assignees, event.by))
    return {**facts, "accepted_at": event.at if managed else ticket.accepted_at}


def _approved(ticket: Ticket, event: Event) -> tuple[Pause, ...]:
    """A hold that came under the rule for HIGH tickets at LEVEL_1 was approved with that (A7)."""
    hold = ticket.hold
    unasked = hold is None or hold.approved_by is not None
    if unasked or ticket.priority is not Priority.HIGH or ticket.tier is not Tier.LEVEL_1:
        return ticket.pauses
    return (*ticket.pauses[:-1], replace(ticket.pauses[-1], approved_by=event.by))


def _prioritised(ticket: Ticket, event: events.PriorityChanged) -> Facts:
    changed = replace(ticket, priority=event.to_priority)
    return {"priority": event.to_priority, "pauses": _approved(changed, event)}


def _held(ticket: Ticket, event: events.TicketHeld) -> Facts:
    pause = Pause(
        started_at=event.at,
        ended_at=None,
        cap_at=event.until,
        reason=event.reason,
        note=event.note,
        by=event.by,
        approved_by=event.approved_by,
    )
    return {"status": Status.ON_HOLD, "pauses": (*ticket.pauses, pause)}


def _resumed(ticket: Ticket, event: events.TicketResumed) -> Facts:
    return {"status": working_status(ticket), "pauses": pauses_ended(ticket, at=event.at)}


def _deescalated(ticket: Ticket, event: events.TicketDeescalated) -> Facts:
    changed = replace(ticket, tier=event.to_tier)
    return {
        "tier": event.to_tier,
        "accepted_at": None if ticket.tier is Tier.MANAGEMENT else ticket.accepted_at,
        "pauses": _approved(changed, event),
    }


def _resolved(ticket: Ticket, event: events.TicketResolved) -> Facts:
    pause = Pause(started_at=event.at, ended_at=None, cap_at=None)
    return {
        "status": Status.RESOLVED,
        "resolved_at": event.at,
        "resolution": Resolution(event.summary, event.code, event.root_cause),
        "pauses": (*pauses_ended(ticket, at=event.at), pause),
    }


def _closed(ticket: Ticket, event: events.TicketClosed) -> Facts:
    assert ticket.resolution is not None
    documented = replace(ticket.resolution, follow_ups=event.follow_ups)
    return {"status": Status.CLOSED, "closed_at": event.at, "resolution": documented}


def _reopened(ticket: Ticket, event: events.TicketReopened) -> Facts:
    return {
        "status": working_status(ticket),
        "cycle": event.number + 1,
        "reopened_at": event.at,
        "resolved_at": None,
        "closed_at": None,
        "resolution": None,
        "accepted_at": None,
        "pauses": pauses_ended(ticket, at=event.at),
    }


def _ended(ticket: Ticket, event: Event, into: TicketId | None = None) -> Facts:
    return {
        "status": Status.CANCELLED,
        "cancelled_at": event.at,
        "merged_into": into,
        "pauses": pauses_ended(ticket, at=event.at),
    }


def _absorbed(ticket: Ticket, event: events.DuplicateAbsorbed) -> Facts:
    return {
        "clock_started_at": event.clock_moved_to or ticket.clock_started_at,
        "stakeholders": including(ticket.stakeholders, *event.stakeholders),
    }


FACTS: Mapping[type[Event], Callable[[Ticket, Any], Facts]] = MappingProxyType(
    {
        events.TicketAcknowledged: _acknowledged,
        events.NoteAdded: lambda *_: {},
        events.LinkAttached: lambda *_: {},
        events.TicketAssigned: lambda ticket, event: _worked_on(ticket, event.assignees),
        events.TicketAccepted: _accepted,
        events.PeopleAllocated: lambda ticket, event: _worked_on(
            ticket, including(ticket.assignees, *event.people)
        ),
        events.OwnershipTransferred: lambda _, event: {"owner": event.to_owner},
        events.PriorityChanged: _prioritised,
        events.UrgencyFlagged: lambda _, event: {"flagged": event.flagged},
        events.TicketMarkedCritical: lambda _, event: {"critical": event.critical},
        events.TicketHeld: _held,
        events.TicketResumed: _resumed,
        events.TicketEscalated: lambda ticket, event: climbed(ticket, event.to_tier, event),
        events.TicketDeescalated: _deescalated,
        events.StakeholderAdded: lambda ticket, event: {
            "stakeholders": including(ticket.stakeholders, event.person)
        },
        events.StakeholderRemoved: lambda ticket, event: {
            "stakeholders": without(ticket.stakeholders, event.person)
        },
        events.StakeholderUpdatePosted: lambda _, event: {"updated_stakeholders_at": event.at},
        events.TicketResolved: _resolved,
        events.TicketClosed: _closed,
        events.TicketReopened: _reopened,
        events.TicketCancelled: _ended,
        events.TicketMerged: lambda ticket, event: _ended(ticket, event, event.into),
        events.DuplicateAbsorbed: _absorbed,
        events.TicketMovedToPolicy: lambda _, event: {"policy_version": event.to_version},
    }
)
"""Opening a ticket and logging an action have no row: `retelling` needs more than them for it."""
