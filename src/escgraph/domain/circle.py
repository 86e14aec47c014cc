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
from escgraph.domain.texts import optional_prose, prose
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
    ticket: Ticket,
    *,
    by: Actor,
    at: datetime,
    text: str,
    audience: Audience,
    external_text: str = "",
) -> Change:
    """Tell the stakeholders how it stands (R3, W5).

    `external_text` says it in other words to the outside: one act, two updates.

    Raises:
        InvalidInputError: there is no text, or the first is for the outside already.
    """
    allow(Act.POST_UPDATE, ticket, by=by)
    outside = optional_prose(external_text, "externalText")
    if outside and audience is Audience.EXTERNAL:
        raise InvalidInputError(
            "the text is for the outside already; give the audience INTERNAL, or no externalText",
            field=("externalText",),
        )
    told = _told(ticket, by=by, at=at, text=prose(text, "text"), audience=audience)
    if not outside:
        return told
    more = _told(told.ticket, by=by, at=at, text=outside, audience=Audience.EXTERNAL)
    return told.then(more)


def _told(ticket: Ticket, *, by: Actor, at: datetime, text: str, audience: Audience) -> Change:
    event = StakeholderUpdatePosted(
        at=at, by=by.person, text=text, audience=audience, closing=False
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
