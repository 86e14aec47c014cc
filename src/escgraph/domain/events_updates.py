"""That stakeholders wait for word, in the past tense: it belongs to no version of the ticket."""

from dataclasses import dataclass
from datetime import datetime

from escgraph.domain.event import Event
from escgraph.domain.terms import PersonId, Priority, TicketId


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeholderUpdateOverdue(Event):
    """They were to hear of it by `due_at` and did not (R4). `told` is the ticket's owner.

    `indicator` is the policy's mark of an urgent ticket, empty where it is not (C4).
    """

    ticket: TicketId
    number: int
    title: str
    priority: Priority
    indicator: str
    due_at: datetime
    told: tuple[PersonId, ...]
