"""Working on a ticket: taking it in hand, writing down what was said and tried, sharing it out."""

from datetime import datetime

from escgraph.domain import links
from escgraph.domain.deadlines import armed, working_status
from escgraph.domain.errors import ForbiddenError, InvalidInputError
from escgraph.domain.events import (
    ActionLogged,
    Event,
    LinkAttached,
    NoteAdded,
    PeopleAllocated,
    TicketAccepted,
    TicketAcknowledged,
    TicketAssigned,
)
from escgraph.domain.permissions import Act
from escgraph.domain.policy import Policy
from escgraph.domain.status import allow
from escgraph.domain.terms import EventId, PersonId, Role, Status, Tier, Visibility
from escgraph.domain.texts import line, optional_prose, prose
from escgraph.domain.ticket import Actor, Change, Ticket, changed, including, unchanged


def acknowledge(ticket: Ticket, *, by: Actor, at: datetime, policy: Policy) -> Change:
    """Take the ticket in hand, which meets its response target (A12); once is enough."""
    allow(Act.ACKNOWLEDGE, ticket, by=by)
    if ticket.acknowledged_at is not None:
        return unchanged(ticket)
    event = TicketAcknowledged(at=at, by=by.person)
    status = ticket.status if ticket.status is Status.ON_HOLD else Status.IN_PROGRESS
    return armed(changed(ticket, event, acknowledged_at=at, status=status), policy)


def add_note(
    ticket: Ticket,
    *,
    by: Actor,
    at: datetime,
    policy: Policy,
    text: str,
    visibility: Visibility,
    corrects: EventId | None,
) -> Change:
    """Write a note; a person's note that the reporter reads is a first response too (A12, C1)."""
    allow(Act.ADD_NOTE, ticket, by=by)
    event = NoteAdded(
        at=at,
        by=by.person,
        text=prose(text, "text"),
        visibility=visibility,
        corrects=corrects,
    )
    noted = changed(ticket, event)
    answered = visibility is Visibility.REPORTER and by.role is not Role.SCRIPT
    if answered and ticket.live and ticket.acknowledged_at is None:
        return noted.then(acknowledge(noted.ticket, by=by, at=at, policy=policy))
    return noted


def reply(ticket: Ticket, *, by: Actor, at: datetime, policy: Policy, text: str) -> Change:
    """A note to the reporter that comes with another act (A12); an empty text writes nothing."""
    text = optional_prose(text, "reply")
    if not text:
        return unchanged(ticket)
    return add_note(
        ticket,
        by=by,
        at=at,
        policy=policy,
        text=text,
        visibility=Visibility.REPORTER,
        corrects=None,
    )


def log_action(ticket: Ticket, *, by: Actor, at: datetime, text: str) -> Change:
    """Write down what was tried (R1, R2); a script's steps are no attempt of LEVEL_1 (A17)."""
    allow(Act.LOG_ACTION, ticket, by=by)
    event = ActionLogged(at=at, by=by.person, text=prose(text, "text"))
    tried = by.role is not Role.SCRIPT
    return changed(ticket, event, actions_logged=ticket.actions_logged + tried)


def attach_link(
    ticket: Ticket,
    *,
    by: Actor,
    at: datetime,
    url: str,
    title: str,
    media_type: str,
    checksum: str,
) -> Change:
    """Refer to a file or page; files are linked, not stored (C3).

    Raises:
        InvalidInputError: from `links`, or the title is empty.
    """
    allow(Act.ATTACH_LINK, ticket, by=by)
    event = LinkAttached(
        at=at,
        by=by.person,
        url=links.address(url),
        title=line(title, "title"),
        media_type=links.media_type(media_type),
        checksum=links.checksum(checksum),
    )
    return changed(ticket, event)


def assign(
    ticket: Ticket, *, by: Actor, at: datetime, policy: Policy, assignees: tuple[PersonId, ...]
) -> Change:
    """Say who works on it from now on. An assignment is no first response (A12)."""
    allow(Act.ASSIGN, ticket, by=by)
    people = including((), *assignees)
    if people == ticket.assignees:
        return unchanged(ticket)
    event = TicketAssigned(at=at, by=by.person, assignees=people)
    return armed(_worked_on(ticket, event, people), policy)


def accept(ticket: Ticket, *, by: Actor, at: datetime, policy: Policy) -> Change:
    """Take a ticket of one's own tier (R2); a manager's acceptance ends the reminders (A19).

    Raises:
        ForbiddenError: the actor does not work at the tier that holds the ticket.
    """
    allow(Act.ACCEPT, ticket, by=by)
    if by.tier is not ticket.tier:
        raise ForbiddenError(
            f"the ticket is with {ticket.tier} and you work at {by.tier or 'no tier'}; "
            "escalate or de-escalate it, or have it assigned"
        )
    managed = ticket.tier is Tier.MANAGEMENT and ticket.accepted_at is None
    if by.person in ticket.assignees and not managed:
        return unchanged(ticket)
    event = TicketAccepted(at=at, by=by.person, tier=ticket.tier)
    accepted_at = at if managed else ticket.accepted_at
    people = including(ticket.assignees, by.person)
    return armed(_worked_on(ticket, event, people, accepted_at=accepted_at), policy)


def allocate(
    ticket: Ticket,
    *,
    by: Actor,
    at: datetime,
    policy: Policy,
    people: tuple[PersonId, ...],
    reason: str,
) -> Change:
    """Add people to those who work on it (R3).

    Raises:
        InvalidInputError: nobody is named, or no reason is given.
    """
    allow(Act.ALLOCATE, ticket, by=by)
    if not people:
        raise InvalidInputError("personIds is empty; name the people to add", field=("personIds",))
    new = tuple(person for person in including((), *people) if person not in ticket.assignees)
    if not new:
        return unchanged(ticket)
    event = PeopleAllocated(at=at, by=by.person, people=new, reason=prose(reason, "reason"))
    return armed(_worked_on(ticket, event, including(ticket.assignees, *new)), policy)


def _worked_on(
    ticket: Ticket, event: Event, people: tuple[PersonId, ...], **facts: object
) -> Change:
    worked = changed(ticket, event, assignees=people, **facts).ticket
    held = ticket.status is Status.ON_HOLD
    status = ticket.status if held else working_status(worked)
    return changed(ticket, event, assignees=people, status=status, **facts)
