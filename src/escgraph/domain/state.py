"""A ticket's absolute state, stored beside each event: applying it twice does no harm."""

from dataclasses import dataclass
from datetime import datetime

from escgraph.domain.terms import PersonId, Priority, Status, Tier
from escgraph.domain.ticket import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketState:
    """Every fact that an act can change and a listener wants, as of one ticket version.

    `next_due_at` is the first armed response or rung, None where none is armed.
    """

    number: int
    title: str
    category: str
    component: str
    reporter: str
    priority: Priority
    urgent: bool
    flagged: bool
    critical: bool
    indicator: str
    status: Status
    tier: Tier
    reached: Tier
    owner: PersonId
    assignees: tuple[PersonId, ...]
    stakeholders: tuple[PersonId, ...]
    policy_version: int
    cycle: int
    breached: bool
    actions_logged: int
    opened_by: PersonId
    opened_at: datetime
    clock_started_at: datetime
    updated_at: datetime
    next_due_at: datetime | None = None
    acknowledged_at: datetime | None = None
    response_breached_at: datetime | None = None
    accepted_at: datetime | None = None
    escalated_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    reopened_at: datetime | None = None
    cancelled_at: datetime | None = None
    updated_stakeholders_at: datetime | None = None


def state_of(ticket: Ticket) -> TicketState:
    target = ticket.next_target
    own = {name: getattr(ticket, name) for name in _OWN}
    return TicketState(**own, next_due_at=None if target is None else target.due_at)


_OWN = tuple(name for name in TicketState.__dataclass_fields__ if name != "next_due_at")
