"""One ticket as it is recorded: the rows of all tables that must say the same of it."""

from dataclasses import dataclass
from datetime import datetime

from escgraph.domain.event import Event
from escgraph.domain.state import TicketState
from escgraph.domain.terms import DeadlineKind, EscalationReason, PersonId, Tier, Trigger
from escgraph.domain.ticket import Deadline, Pause, Ticket


@dataclass(frozen=True, slots=True)
class Told:
    """An event of the ticket, and the state that is stored beside it."""

    position: int
    version: int
    event: Event
    state: TicketState


@dataclass(frozen=True, slots=True)
class StoredDeadline:
    """`parked` ones never fire."""

    deadline: Deadline
    rank: int
    parked: bool


@dataclass(frozen=True, slots=True)
class StoredEscalation:
    """An escalation's row, but for the names of the people of both tiers."""

    version: int
    cycle: int
    trigger: Trigger
    kind: DeadlineKind | None
    from_tier: Tier
    to_tier: Tier
    due_at: datetime
    fired_at: datetime
    catch_up: bool
    by: PersonId | None
    reason: EscalationReason | None
    comment: str
    no_recipient: bool
    description: str
    responsible_from: tuple[PersonId, ...]
    facts: TicketState


@dataclass(frozen=True, slots=True)
class Record:
    """The ticket's row with what hangs on it. `deadlines` are those of all its cycles.

    `urgent` and `next_due_at` stand in the row though they follow from the rest; `team` is None in
    the row of a ticket that was opened before there were teams.
    """

    ticket: Ticket
    urgent: bool
    next_due_at: datetime | None
    team: str | None
    deadlines: tuple[StoredDeadline, ...]
    pauses: tuple[Pause, ...]
    escalations: tuple[StoredEscalation, ...]
