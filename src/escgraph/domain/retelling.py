"""What each event makes of a ticket, told from the event alone: the acts, without their reasons.

An act decides and writes an event; here the event is there already, and the ticket after it is
found anew, with its deadlines and pauses. `recount` holds that against what is stored. Nothing of
the acts is called, so that a fault in one of them shows; arming is the domain's one rule for it.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from escgraph.domain import events, routing
from escgraph.domain.deadlines import arm
from escgraph.domain.event import Event
from escgraph.domain.event_facts import FACTS, Facts, climbed
from escgraph.domain.moving import at_management_since
from escgraph.domain.policy import Policy
from escgraph.domain.state import TicketState
from escgraph.domain.terms import (
    REMINDERS,
    DeadlineKind,
    DeadlineState,
    Status,
    TicketId,
    Tier,
    Trigger,
)
from escgraph.domain.ticket import Deadline, Ticket


def begun(
    event: events.TicketOpened,
    state: TicketState,
    policy: Policy,
    *,
    id: TicketId,  # noqa: A002 - it is the ticket's id
) -> Ticket:
    """The ticket as it was opened, without deadlines yet.

    What its event does not say is taken from its state.
    """
    return Ticket(
        id=id,
        number=state.number,
        version=1,
        title=event.title,
        description=event.description,
        category=state.category,
        component=state.component,
        reporter=state.reporter,
        priority=state.priority,
        flagged=state.flagged,
        critical=state.critical,
        indicator="",
        status=Status.OPEN,
        tier=state.tier,
        reached=state.tier,
        owner=state.owner,
        assignees=(),
        stakeholders=state.stakeholders,
        policy_version=policy.version,
        opened_by=state.opened_by if event.by is None else event.by,
        opened_at=event.at,
        clock_started_at=event.backdated_to or event.at,
        updated_at=event.at,
        team=routing.team(policy.routes, category=state.category, component=state.component),
    )


def set_out(ticket: Ticket, policy: Policy) -> Ticket:
    """The ticket that was just opened, marked and armed."""
    start = ticket.opened_at if ticket.reached is Tier.MANAGEMENT else None
    return arm(_marked(ticket, policy), policy, reminders_from=start)


def fired_kind(event: Event) -> DeadlineKind | None:
    """Of which kind the deadline was that this event is the firing of; None where it is none."""
    match event:
        case events.ResponseBreached():
            return DeadlineKind.RESPONSE
        case events.TicketResumed(by_cap=True):
            return DeadlineKind.HOLD_CAP
        case events.ManagementReminded() if event.number <= len(REMINDERS):
            return REMINDERS[event.number - 1]
        case events.TicketEscalated(trigger=Trigger.DEADLINE):
            return event.kind
        case _:  # what people do
            return None


def fired(
    ticket: Ticket, due: Deadline, event: Event, policy: Policy, *, in_an_act: bool
) -> Ticket:
    """The ticket after that deadline fired; where an act let it, reminders count from then (A8)."""
    row = replace(due, state=DeadlineState.FIRED, fired_at=event.at)
    rows = tuple(row if other.kind is due.kind else other for other in ticket.deadlines)
    after = _with(ticket, event, deadlines=rows, **_firing(ticket, due, event))
    if in_an_act and due.to_tier is Tier.MANAGEMENT and after.reached is Tier.MANAGEMENT:
        return arm(after, policy, reminders_from=event.at)
    return after


def done(ticket: Ticket, event: Event, state: TicketState) -> Ticket:
    """The ticket's own facts after what a person did; nothing is armed yet.

    Whether a logged step was a script's, which is no attempt (A17), its `state` alone says.
    """
    if isinstance(event, events.ActionLogged):
        tried = state.actions_logged != ticket.actions_logged
        return _with(ticket, event, actions_logged=ticket.actions_logged + tried)
    return _with(ticket, event, **FACTS[type(event)](ticket, event))


def settled(before: Ticket, after: Ticket, event: Event, policy: Policy) -> Ticket:
    """The ticket `after` what a person did, marked and armed as that kind of act does it."""
    if type(event) in _MARKING:
        after = _marked(after, policy)
    if type(event) in _ARMING:
        after = arm(after, policy, reminders_from=_reminders_from(before, event))
    return after


def _with(ticket: Ticket, event: Event, **facts: Any) -> Ticket:  # noqa: ANN401 - checked by replace
    return replace(ticket, **{"version": ticket.version + 1, "updated_at": event.at, **facts})


def _marked(ticket: Ticket, policy: Policy) -> Ticket:
    indicator = policy.urgent_indicator if ticket.urgent else ""
    return ticket if indicator == ticket.indicator else replace(ticket, indicator=indicator)


def _reminders_from(before: Ticket, event: Event) -> datetime | None:
    match event:
        case events.TicketEscalated(to_tier=Tier.MANAGEMENT):
            return event.at
        case events.TicketReopened() if before.tier is Tier.MANAGEMENT:
            return event.at
        case events.TicketMovedToPolicy():
            return at_management_since(before)
        case _:  # the others leave the reminders as they are
            return None


def _firing(ticket: Ticket, due: Deadline, event: Event) -> Facts:
    if due.kind is DeadlineKind.RESPONSE:
        return {"response_breached_at": event.at, "breached": True}
    if due.kind is DeadlineKind.HOLD_CAP:
        *earlier, hold = ticket.pauses
        return {"status": due.to_status, "pauses": (*earlier, replace(hold, ended_at=due.due_at))}
    if due.to_tier is None:
        return {}
    return {**climbed(ticket, due.to_tier, event), "breached": True}


_MARKING = frozenset(
    {
        events.PriorityChanged,
        events.UrgencyFlagged,
        events.TicketMarkedCritical,
        events.TicketMovedToPolicy,
    }
)
_ARMING = frozenset(
    {
        events.TicketAcknowledged,
        events.TicketAssigned,
        events.TicketAccepted,
        events.PeopleAllocated,
        events.PriorityChanged,
        events.TicketHeld,
        events.TicketResumed,
        events.TicketEscalated,
        events.TicketDeescalated,
        events.TicketResolved,
        events.TicketReopened,
        events.TicketCancelled,
        events.TicketMerged,
        events.DuplicateAbsorbed,
        events.TicketMovedToPolicy,
    }
)
LETTING_FIRE = frozenset(
    {
        events.TicketOpened,
        events.PriorityChanged,
        events.DuplicateAbsorbed,
        events.TicketMovedToPolicy,
    }
)
"""After these, what is overdue fires in the same act, and not by an engine (A8)."""
