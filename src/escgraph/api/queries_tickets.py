"""What can be asked about tickets."""

from typing import Annotated

import strawberry

from escgraph.api import filters
from escgraph.api.context import Info
from escgraph.api.identifiers import read_id, read_number
from escgraph.api.selection import wanted
from escgraph.api.typed import field
from escgraph.api.types_board import Board, board_of
from escgraph.api.types_explanation import DeadlineExplanation, explanation_of
from escgraph.api.types_lists import TicketConnection, ticket_connection
from escgraph.api.types_resolution_log import (
    ResolutionLogConnection,
    resolution_log_connection,
)
from escgraph.api.types_ticket import Ticket, ticket_of, tickets_of
from escgraph.api.types_timeline import First
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.terms import TicketId
from escgraph.queries import board, explanations, resolution_log, tickets, violations
from escgraph.queries.tickets import TicketSort

After = Annotated[
    str | None,
    strawberry.argument(description="Go on behind this cursor of the same list and sort."),
]


@strawberry.type
class TicketQueries:
    @field(description="One ticket, by its id or by its number.")
    async def ticket(
        self,
        info: Info,
        id: Annotated[  # noqa: A002 - the word of the API
            strawberry.ID | None, strawberry.argument(description="Its id.")
        ] = None,
        number: Annotated[
            str | None, strawberry.argument(description="What people call it: ESC-000123.")
        ] = None,
    ) -> Ticket | None:
        viewer, levels = info.context.permitted(), wanted(info)
        if id is not None and number is None:
            ticket_id = TicketId(read_id(id, field="id"))
            return ticket_of(await tickets.by_id(ticket_id, viewer=viewer, wanted=levels))
        if number is not None and id is None:
            found = await tickets.by_number(read_number(number), viewer=viewer, wanted=levels)
            return ticket_of(found)
        raise InvalidInputError("name the ticket either by id or by number", field=("id",))

    @field(description="Tickets by filter, in an order, a page at a time.")
    async def tickets(
        self,
        info: Info,
        filter: Annotated[  # noqa: A002 - the word of the API
            filters.TicketFilter | None,
            strawberry.argument(description="Which ones; null for all."),
        ] = None,
        sort: Annotated[
            TicketSort, strawberry.argument(description="In which order.")
        ] = TicketSort.OPENED_DESC,
        first: First = 50,
        after: After = None,
    ) -> TicketConnection:
        viewer, which = info.context.permitted(), filters.ticket_filter(filter)
        page = await tickets.page(
            which, sort, first=first, after=after, viewer=viewer, wanted=wanted(info)
        )
        return ticket_connection(page, filter=which)

    @field(description="The live tickets at a glance.")
    async def board(self, info: Info) -> Board:
        viewer, at = info.context.permitted(), info.context.surroundings.clock.now()
        return board_of(await board.board(at=at, viewer=viewer, wanted=wanted(info)))

    @field(description="Resolved and closed tickets, the latest resolution first.")
    async def resolution_log(
        self,
        info: Info,
        filter: Annotated[  # noqa: A002 - the word of the API
            filters.ResolutionLogFilter | None,
            strawberry.argument(description="Which ones; null for all."),
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> ResolutionLogConnection:
        viewer, which = info.context.permitted(), filters.resolution_filter(filter)
        page = await resolution_log.page(
            which, first=first, after=after, viewer=viewer, wanted=wanted(info)
        )
        return resolution_log_connection(page, filter=which)

    @field(description="Why a ticket's deadlines are when they are.")
    async def deadline_explanation(
        self,
        info: Info,
        ticket: Annotated[strawberry.ID, strawberry.argument(description="The ticket's id.")],
    ) -> list[DeadlineExplanation]:
        viewer, ticket_id = info.context.permitted(), TicketId(read_id(ticket, field="ticket"))
        explained = await explanations.explain(ticket_id, viewer=viewer)
        return [explanation_of(one) for one in explained]

    @field(
        description="Live tickets with a rung left that no deadline reaches. There are none, "
        "unless a fault brought one about."
    )
    async def violations(self, info: Info) -> list[Ticket]:
        viewer = info.context.permitted()
        return tickets_of(await violations.violations(viewer=viewer, wanted=wanted(info)))
