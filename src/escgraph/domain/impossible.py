"""What could not have happened to a ticket as it stood: events that no act and no engine writes."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from escgraph.domain import events
from escgraph.domain.contradiction import About
from escgraph.domain.event import Event
from escgraph.domain.permissions import Act
from escgraph.domain.retelling import fired_kind
from escgraph.domain.status import ALLOWED
from escgraph.domain.ticket import Ticket

Fault = tuple[About, str]


def impossible(ticket: Ticket, event: Event) -> Fault | None:
    """Why that event cannot follow on the ticket as it stood before; None where it can."""
    if event.by is None and not ticket.live:
        return About.ENGINE_ON_ENDED, f"an engine acted on a ticket that was {ticket.status}"
    if fired_kind(event) is not None:
        return _unfired(ticket, event)
    act = _ACTS.get(type(event))
    if act is None:
        return About.EVENT, "no act of a person writes it"
    if ticket.status not in ALLOWED[act]:
        return About.EVENT, f"the ticket was {ticket.status}, which does not allow it"
    before = _BEFORE.get(type(event))
    said, was = (None, None) if before is None else before(ticket, event)
    return None if said == was else (About.EVENT, f"it says {said}, and it was {was}")


def _unfired(ticket: Ticket, event: Any) -> Fault | None:  # noqa: ANN401 - any that fires
    kind = fired_kind(event)
    assert kind is not None
    due = ticket.deadline(kind)
    if due is None or not due.armed:
        return About.FIRED_UNARMED, f"no {kind} deadline was armed that could fire"
    if event.at < due.due_at:
        return About.FIRED_EARLY, f"the {kind} deadline fired at {event.at}, due at {due.due_at}"
    said, was = _firing(ticket, event, due.due_at, due.to_tier)
    return None if said == was else (About.EVENT, f"it says {said}, and it was {was}")


def _firing(ticket: Ticket, event: Any, due_at: object, to_tier: object) -> tuple[object, object]:  # noqa: ANN401 - the same
    match event:
        case events.TicketResumed():
            return event.held_since, ticket.pauses[-1].started_at
        case events.TicketEscalated():
            said = (event.due_at, event.from_tier, event.to_tier)
            return said, (due_at, ticket.tier, to_tier)
        case _:  # a breached response, a reminder
            return event.due_at, due_at


_ACTS: Mapping[type[Event], Act] = MappingProxyType(
    {
        events.TicketAcknowledged: Act.ACKNOWLEDGE,
        events.NoteAdded: Act.ADD_NOTE,
        events.ActionLogged: Act.LOG_ACTION,
        events.LinkAttached: Act.ATTACH_LINK,
        events.TicketAssigned: Act.ASSIGN,
        events.TicketAccepted: Act.ACCEPT,
        events.PeopleAllocated: Act.ALLOCATE,
        events.OwnershipTransferred: Act.TRANSFER,
        events.PriorityChanged: Act.CHANGE_PRIORITY,
        events.UrgencyFlagged: Act.FLAG_URGENT,
        events.TicketMarkedCritical: Act.MARK_CRITICAL,
        events.TicketHeld: Act.HOLD,
        events.TicketResumed: Act.RESUME,
        events.TicketEscalated: Act.ESCALATE,
        events.TicketDeescalated: Act.DEESCALATE,
        events.StakeholderAdded: Act.ADD_STAKEHOLDER,
        events.StakeholderRemoved: Act.REMOVE_STAKEHOLDER,
        events.StakeholderUpdatePosted: Act.POST_UPDATE,
        events.TicketResolved: Act.RESOLVE,
        events.TicketClosed: Act.CLOSE,
        events.TicketReopened: Act.REOPEN,
        events.TicketCancelled: Act.CANCEL,
        events.TicketMerged: Act.MERGE,
        events.DuplicateAbsorbed: Act.MERGE,
        events.TicketMovedToPolicy: Act.MERGE,
    }
)
"""As in which act's statuses it may happen. Moving wants a live ticket, as merging does."""

_BEFORE: Mapping[type[Event], Callable[[Ticket, Any], tuple[object, object]]] = MappingProxyType(
    {
        events.TicketAccepted: lambda ticket, event: (event.tier, ticket.tier),
        events.OwnershipTransferred: lambda ticket, event: (event.from_owner, ticket.owner),
        events.PriorityChanged: lambda ticket, event: (event.from_priority, ticket.priority),
        events.TicketResumed: lambda ticket, event: (
            event.held_since,
            ticket.pauses[-1].started_at,
        ),
        events.TicketEscalated: lambda ticket, event: (event.from_tier, ticket.tier),
        events.TicketDeescalated: lambda ticket, event: (event.from_tier, ticket.tier),
        events.TicketReopened: lambda ticket, event: (event.number, ticket.reopenings + 1),
        events.TicketMovedToPolicy: lambda ticket, event: (
            event.from_version,
            ticket.policy_version,
        ),
    }
)
"""What an event says of the ticket before it, and what it was."""
