"""The people around a ticket: its owner, its stakeholders, and what they are told."""

from datetime import datetime

from escgraph.commands.acting import Call, Written, act_on
from escgraph.commands.work import WORKING
from escgraph.domain import circle
from escgraph.domain.policy import Policy
from escgraph.domain.terms import Audience, PersonId, TicketId
from escgraph.domain.ticket import Change, Ticket
from escgraph.store import people


async def transfer_ownership(
    ticket_id: TicketId, *, call: Call, owner: PersonId, reason: str
) -> Written:
    """Give it to another owner.

    Raises:
        NotFoundError, InvalidInputError: the new owner cannot own a ticket.
    """

    async def decide(ticket: Ticket, _: Policy, at: datetime) -> Change:
        await people.must_be_active((owner,), field="ownerId", roles=WORKING)
        return circle.transfer(ticket, by=call.by, at=at, owner=owner, reason=reason)

    return await act_on(ticket_id, decide, call=call)


async def post_stakeholder_update(
    ticket_id: TicketId, *, call: Call, text: str, audience: Audience, external_text: str = ""
) -> Written:
    """Tell the stakeholders how it stands; the outside in words of its own, where there are any."""

    async def decide(ticket: Ticket, _: Policy, at: datetime) -> Change:
        return circle.post_update(
            ticket,
            by=call.by,
            at=at,
            text=text,
            audience=audience,
            external_text=external_text,
        )

    return await act_on(ticket_id, decide, call=call)


async def add_stakeholder(ticket_id: TicketId, *, call: Call, person: PersonId) -> Written:
    """Let one more person hear of it.

    Raises:
        NotFoundError: there is no such person.
    """

    async def decide(ticket: Ticket, _: Policy, at: datetime) -> Change:
        await people.must_be_active((person,), field="personId")
        return circle.add_stakeholder(ticket, by=call.by, at=at, person=person)

    return await act_on(ticket_id, decide, call=call)


async def remove_stakeholder(ticket_id: TicketId, *, call: Call, person: PersonId) -> Written:
    """Let a person hear of it no longer."""

    async def decide(ticket: Ticket, _: Policy, at: datetime) -> Change:
        return circle.remove_stakeholder(ticket, by=call.by, at=at, person=person)

    return await act_on(ticket_id, decide, call=call)
