"""Near-duplicates as a type, and how they are looked for."""

import strawberry

from escgraph.api.context import Info
from escgraph.api.selection import wanted
from escgraph.api.types_ticket import Ticket, ticket_of
from escgraph.domain.terms import TicketId
from escgraph.queries.duplicates import BEST, Subject, similar


@strawberry.type(description="A ticket that may be of the same issue; a person has to judge.")
class SimilarTicket:
    score: float = strawberry.field(
        description="How alike the words are: 1 for the same words; what is less than 0.6 is left "
        "out."
    )
    ticket: Ticket = strawberry.field(description="The ticket.")


async def similar_tickets(
    info: Info, subject: Subject, *, first: int = BEST, but: TicketId | None = None
) -> list[SimilarTicket]:
    """The tickets most like it, likest first."""
    found = await similar(
        subject,
        at=info.context.surroundings.clock.now(),
        viewer=info.context.session.actor,
        first=first,
        but=but,
        wanted=wanted(info),
    )
    return [SimilarTicket(score=round(one.score, 3), ticket=ticket_of(one.view)) for one in found]
