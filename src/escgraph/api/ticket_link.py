"""From something that belongs to a ticket to the ticket: read for all of a level in one go."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from escgraph.api.context import Info
from escgraph.api.nesting import refuse_within
from escgraph.api.selection import wanted
from escgraph.domain.terms import TicketId

if TYPE_CHECKING:
    from escgraph.api.types_ticket import Ticket

TicketLink = Annotated["Ticket", strawberry.lazy("escgraph.api.types_ticket")]


async def linked_ticket(info: Info, ticket_id: TicketId) -> "Ticket | None":
    """The ticket with what this field wants of it; None where the viewer may not see it.

    Raises:
        InvalidInputError: this is the ticket of something of a ticket of something of a ticket.
    """
    from escgraph.api.types_ticket import ticket_of  # noqa: PLC0415 - the types name each other

    refuse_within(info, "Ticket", times=2)
    view = await info.context.loaders.tickets.load((ticket_id, wanted(info)))
    return None if view is None else ticket_of(view)
