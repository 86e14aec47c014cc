"""What lists and streams can be filtered by, as input types."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

import strawberry

from escgraph.api.enums import EventKind
from escgraph.api.identifiers import read_id
from escgraph.domain.terms import (
    PersonId,
    Priority,
    ResolutionCode,
    Status,
    TicketId,
    Tier,
    Trigger,
)
from escgraph.queries import escalations, events, resolution_log, tickets

T = TypeVar("T")


@strawberry.input(
    description="Which tickets are wanted; all conditions must hold; an empty list "
    "lets nothing pass, null everything."
)
class TicketFilter:
    tiers: list[Tier] | None = strawberry.field(
        default=None, description="Any of these tiers works on it."
    )
    statuses: list[Status] | None = strawberry.field(
        default=None, description="It has any of these statuses."
    )
    priorities: list[Priority] | None = strawberry.field(
        default=None, description="It has any of these priorities."
    )
    urgent: bool | None = strawberry.field(default=None, description="Whether it is urgent.")
    critical: bool | None = strawberry.field(
        default=None, description="Whether it is marked as critical."
    )
    owner: strawberry.ID | None = strawberry.field(
        default=None, description="The id of who answers for it."
    )
    assignee: strawberry.ID | None = strawberry.field(
        default=None, description="The id of somebody who works on it."
    )
    category: str | None = strawberry.field(default=None, description="Key of its category.")
    component: str | None = strawberry.field(default=None, description="What is affected, exactly.")
    team: str | None = strawberry.field(
        default=None, description="The team that it was routed to, exactly; empty for none."
    )
    policy_version: int | None = strawberry.field(
        default=None, description="The version of the policy that it goes by."
    )
    due_before: datetime | None = strawberry.field(
        default=None, description="Its next response or rung falls due before this."
    )
    breached: bool | None = strawberry.field(
        default=None, description="Whether it ever missed a response or a rung."
    )
    text: str | None = strawberry.field(
        default=None, description="Stands in its title, description or number, in any case."
    )
    stakeholder_update_due: bool | None = strawberry.field(
        default=None, description="Whether its stakeholders wait for word."
    )


@strawberry.input(
    description="Which escalations are wanted; all conditions must hold; an empty list "
    "lets nothing pass, null everything."
)
class EscalationFilter:
    tiers: list[Tier] | None = strawberry.field(
        default=None, description="It led to any of these tiers."
    )
    priorities: list[Priority] | None = strawberry.field(
        default=None, description="The ticket had any of these priorities just before."
    )
    triggers: list[Trigger] | None = strawberry.field(
        default=None, description="Any of these moved it."
    )
    critical: bool | None = strawberry.field(
        default=None, description="Whether the ticket was marked as critical just before."
    )
    since: datetime | None = strawberry.field(
        default=None, description="It happened at this moment or later."
    )
    until: datetime | None = strawberry.field(
        default=None, description="It happened before this moment."
    )
    ticket: strawberry.ID | None = strawberry.field(
        default=None, description="The id of the ticket."
    )


@strawberry.input(
    description="Which events are wanted; all conditions must hold; an empty list lets "
    "nothing pass, null everything. Tiers, priorities, urgency and the critical mark are the "
    "ticket's right after the event; an event of no ticket has none."
)
class EventFilter:
    kinds: list[EventKind] | None = strawberry.field(
        default=None, description="It is of any of these kinds."
    )
    ticket: strawberry.ID | None = strawberry.field(
        default=None, description="The id of the ticket."
    )
    tiers: list[Tier] | None = strawberry.field(
        default=None, description="The ticket stands at any of these tiers."
    )
    priorities: list[Priority] | None = strawberry.field(
        default=None, description="The ticket has any of these priorities."
    )
    urgent_only: bool = strawberry.field(
        default=False, description="Only events of urgent tickets."
    )
    critical: bool | None = strawberry.field(
        default=None, description="Whether the ticket is marked as critical."
    )


@strawberry.input(
    description="Which resolutions are wanted; all conditions must hold; an empty list "
    "lets nothing pass, null everything."
)
class ResolutionLogFilter:
    since: datetime | None = strawberry.field(
        default=None, description="Resolved at this moment or later."
    )
    until: datetime | None = strawberry.field(
        default=None, description="Resolved before this moment."
    )
    codes: list[ResolutionCode] | None = strawberry.field(
        default=None, description="It ended in any of these ways."
    )
    category: str | None = strawberry.field(default=None, description="Key of its category.")
    component: str | None = strawberry.field(
        default=None, description="What was affected, exactly."
    )
    priorities: list[Priority] | None = strawberry.field(
        default=None, description="It has any of these priorities."
    )


def ticket_filter(given: TicketFilter | None) -> tickets.TicketFilter:
    """The filter as queries take it.

    Raises:
        InvalidInputError: an id is none.
    """
    if given is None:
        return tickets.TicketFilter()
    return tickets.TicketFilter(
        tiers=all_of(given.tiers),
        statuses=all_of(given.statuses),
        priorities=all_of(given.priorities),
        urgent=given.urgent,
        critical=given.critical,
        owner=person_id(given.owner, "owner"),
        assignee=person_id(given.assignee, "assignee"),
        category=given.category,
        component=given.component,
        team=given.team,
        policy_version=given.policy_version,
        due_before=given.due_before,
        breached=given.breached,
        text=given.text,
        update_due=given.stakeholder_update_due,
    )


def escalation_filter(given: EscalationFilter | None) -> escalations.EscalationFilter:
    """The same."""
    if given is None:
        return escalations.ANY_ESCALATION
    return escalations.EscalationFilter(
        tiers=all_of(given.tiers),
        priorities=all_of(given.priorities),
        triggers=all_of(given.triggers),
        critical=given.critical,
        since=given.since,
        until=given.until,
        ticket=ticket_id(given.ticket),
    )


def event_filter(given: EventFilter | None) -> events.EventFilter:
    """The same."""
    if given is None:
        return events.EVERY_EVENT
    return events.EventFilter(
        kinds=_set_of(given.kinds),
        ticket=ticket_id(given.ticket),
        tiers=_set_of(given.tiers),
        priorities=_set_of(given.priorities),
        urgent_only=given.urgent_only,
        critical=given.critical,
    )


def resolution_filter(given: ResolutionLogFilter | None) -> resolution_log.ResolutionFilter:
    """The same, though nothing in it can be wrong."""
    if given is None:
        return resolution_log.ANY_RESOLUTION
    return resolution_log.ResolutionFilter(
        since=given.since,
        until=given.until,
        codes=all_of(given.codes),
        category=given.category,
        component=given.component,
        priorities=all_of(given.priorities),
    )


def all_of(given: Iterable[T] | None) -> tuple[T, ...] | None:
    """An empty list stays one: it lets nothing pass."""
    return None if given is None else tuple(given)


def _set_of(given: Iterable[T] | None) -> frozenset[T] | None:
    """The same."""
    return None if given is None else frozenset(given)


def person_id(text: str | None, field: str) -> PersonId | None:
    return None if text is None else PersonId(read_id(text, field=field))


def ticket_id(text: str | None) -> TicketId | None:
    return None if text is None else TicketId(read_id(text, field="ticket"))
