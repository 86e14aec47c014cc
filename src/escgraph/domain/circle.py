"""The people around a ticket: who answers for it, who hears of it, what they are told (R3, R4)."""

from datetime import datetime

from escgraph.domain.errors import InvalidInputError
from escgraph.domain.events import (
    OwnershipTransferred,
    StakeholderAdded,
    StakeholderRemoved,
    StakeholderUpdatePosted,
)
from escgraph.domain.permissions import Act
from escgraph.domain.status import allow
from escgraph.domain.terms import Audience, PersonId
from escgraph.domain.texts import prose
from escgraph.domain.ticket import Actor, Change, Ticket, changed, including, unchanged, without


def transfer(ticket: Ticket, *, by: Actor, at: datetime, owner: PersonId, reason: str) -> Change:
    """Give the ticket to another owner; there is exactly one at any time (R4)."""
    allow(Act.TRANSFER, ticket, by=by)
    if owner == ticket.owner:
        return unchanged(ticket)
    event = OwnershipTransferred(
        at=at,
        by=by.person,
        from_owner=ticket.owner,
        to_owner=owner,
        reason=prose(reason, "reason"),
    )
    return changed(ticket, event, owner=owner)


def post_update(
    ticket: Ticket, *, by: Actor, at: datetime, text: str, audience: Audience
) -> Change:
    """Tell the stakeholders how it stands (R3, W5)."""
    allow(Act.POST_UPDATE, ticket, by=by)
    event = StakeholderUpdatePosted(
        at=at, by=by.person, text=prose(text, "text"), audience=audience, closing=False
    )
    return changed(ticket, event, updated_stakeholders_at=at)


def add_stakeholder(ticket: Ticket, *, by: Actor, at: datetime, person: PersonId) -> Change:
    """Let one more person hear of it; once is enough."""
    allow(Act.ADD_STAKEHOLDER, ticket, by=by)
    if person in ticket.stakeholders:
        return unchanged(ticket)
    event = StakeholderAdded(at=at, by=by.person, person=person)
    return changed(ticket, event, stakeholders=including(ticket.stakeholders, person))


def remove_stakeholder(ticket: Ticket, *, by: Actor, at: datetime, person: PersonId) -> Change:
    """Let a person hear of it no longer.

    Raises:
        InvalidInputError: the person is no stakeholder of this ticket.
    """
    allow(Act.REMOVE_STAKEHOLDER, ticket, by=by)
    if person not in ticket.stakeholders:
        raise InvalidInputError(
            "that person is no stakeholder of this ticket; see its stakeholders",
            field=("personId",),
        )
    event = StakeholderRemoved(at=at, by=by.person, person=person)
    return changed(ticket, event, stakeholders=without(ticket.stakeholders, person))
