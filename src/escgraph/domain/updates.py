"""When stakeholders are to hear how it stands, and what is overdue of that (R4, §5)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from escgraph.domain.policy import Policy
from escgraph.domain.ticket import Ticket


class OwedBecause(StrEnum):
    """Why they are to hear of it now."""

    RESOLVED = "RESOLVED"
    ESCALATED = "ESCALATED"
    RHYTHM = "RHYTHM"


@dataclass(frozen=True, slots=True)
class Owed:
    """Word that stakeholders wait for, since `since`."""

    because: OwedBecause
    since: datetime


def next_update_due(ticket: Ticket, policy: Policy) -> datetime | None:
    """By when they are to hear of it next; None where no rhythm asks for it.

    The rhythm counts from what they heard last, at first from the opening, and anew from a
    reopening, by the clock of the priority. A hold does not stop it: they wait all the same.
    """
    every = policy.update_cadence.get(ticket.priority)
    if every is None or not ticket.live or not ticket.stakeholders:
        return None
    return policy.calendar(ticket.priority).add(last_heard(ticket), every)


def last_heard(ticket: Ticket) -> datetime:
    """What the rhythm counts from."""
    heard = ticket.updated_stakeholders_at or ticket.opened_at
    return heard if ticket.reopened_at is None else max(heard, ticket.reopened_at)


def owed(ticket: Ticket, policy: Policy, *, at: datetime) -> Owed | None:
    """What the owner owes the stakeholders at that moment, and since when; None for nothing.

    After an escalation or a resolution that is at once, and that counts before the rhythm.
    """
    for because, moment in (
        (OwedBecause.RESOLVED, ticket.resolved_at),
        (OwedBecause.ESCALATED, ticket.escalated_at),
    ):
        if moment is not None and _unheard(ticket, moment):
            return Owed(because, moment)
    due = next_update_due(ticket, policy)
    return Owed(OwedBecause.RHYTHM, due) if due is not None and due <= at else None


def _unheard(ticket: Ticket, moment: datetime) -> bool:
    told = ticket.updated_stakeholders_at
    return told is None or told <= moment
