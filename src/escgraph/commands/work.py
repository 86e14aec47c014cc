"""Working on a ticket: acknowledge, note, log, link, assign, accept, allocate."""

from datetime import datetime

from escgraph.commands.acting import Call, Written, act_on
from escgraph.domain import work
from escgraph.domain.errors import NotFoundError
from escgraph.domain.events import NoteAdded
from escgraph.domain.policy import Policy
from escgraph.domain.terms import EventId, PersonId, Role, TicketId, Visibility
from escgraph.domain.ticket import Change, Ticket
from escgraph.store import event_lookup, people

WORKING = frozenset({Role.LEVEL_1_AGENT, Role.ENGINEER, Role.MANAGER})
"""The roles that can work on a ticket or own one."""


async def acknowledge_ticket(ticket_id: TicketId, *, call: Call) -> Written:
    """Record the first response."""

    async def decide(ticket: Ticket, policy: Policy, at: datetime) -> Change:
        return work.acknowledge(ticket, by=call.by, at=at, policy=policy)

    return await act_on(ticket_id, decide, call=call)


async def add_note(
    ticket_id: TicketId,
    *,
    call: Call,
    text: str,
    visibility: Visibility,
    corrects: EventId | None = None,
) -> Written:
    """Append a note.

    Raises:
        NotFoundError: `corrects` is no note of this ticket.
    """

    async def decide(ticket: Ticket, policy: Policy, at: datetime) -> Change:
        await _must_be_note(ticket.id, corrects)
        return work.add_note(
            ticket,
            by=call.by,
            at=at,
            policy=policy,
            text=text,
            visibility=visibility,
            corrects=corrects,
        )

    return await act_on(ticket_id, decide, call=call)


async def log_action(ticket_id: TicketId, *, call: Call, text: str) -> Written:
    """Record one step of troubleshooting."""

    async def decide(ticket: Ticket, _: Policy, at: datetime) -> Change:
        return work.log_action(ticket, by=call.by, at=at, text=text)

    return await act_on(ticket_id, decide, call=call)


async def attach_link(
    ticket_id: TicketId, *, call: Call, url: str, title: str, media_type: str, checksum: str
) -> Written:
    """Refer to a file or page."""

    async def decide(ticket: Ticket, _: Policy, at: datetime) -> Change:
        return work.attach_link(
            ticket,
            by=call.by,
            at=at,
            url=url,
            title=title,
            media_type=media_type,
            checksum=checksum,
        )

    return await act_on(ticket_id, decide, call=call)


async def assign_ticket(
    ticket_id: TicketId, *, call: Call, assignees: tuple[PersonId, ...]
) -> Written:
    """Say who works on it from now on.

    Raises:
        NotFoundError, InvalidInputError: somebody named cannot work on tickets.
    """

    async def decide(ticket: Ticket, policy: Policy, at: datetime) -> Change:
        await people.must_be_active(assignees, field="assigneeIds", roles=WORKING)
        return work.assign(ticket, by=call.by, at=at, policy=policy, assignees=assignees)

    return await act_on(ticket_id, decide, call=call)


async def accept_ticket(ticket_id: TicketId, *, call: Call) -> Written:
    """Take a ticket of one's own tier."""

    async def decide(ticket: Ticket, policy: Policy, at: datetime) -> Change:
        return work.accept(ticket, by=call.by, at=at, policy=policy)

    return await act_on(ticket_id, decide, call=call)


async def allocate_people(
    ticket_id: TicketId, *, call: Call, people_ids: tuple[PersonId, ...], reason: str
) -> Written:
    """Add people to those who work on it.

    Raises:
        NotFoundError, InvalidInputError: somebody named cannot work on tickets.
    """

    async def decide(ticket: Ticket, policy: Policy, at: datetime) -> Change:
        await people.must_be_active(people_ids, field="personIds", roles=WORKING)
        return work.allocate(
            ticket, by=call.by, at=at, policy=policy, people=people_ids, reason=reason
        )

    return await act_on(ticket_id, decide, call=call)


async def _must_be_note(ticket_id: TicketId, corrects: EventId | None) -> None:
    if corrects is None:
        return
    event = await event_lookup.by_id(corrects)
    if event is None or (event.kind, event.ticket_id) != (NoteAdded.__name__, ticket_id):
        raise NotFoundError(
            f"the event {corrects} is no note of this ticket; see its timeline",
            field=("corrects",),
        )
