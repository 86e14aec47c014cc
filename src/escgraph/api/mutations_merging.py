"""Merging duplicates."""

import strawberry

from escgraph.api.acting import Given, TicketInput, TicketPayload, may_read, on_ticket
from escgraph.api.context import Info
from escgraph.api.identifiers import read_id
from escgraph.api.ticket_link import linked_ticket
from escgraph.api.typed import field, mutation
from escgraph.api.types_ticket import Ticket
from escgraph.commands import merging
from escgraph.commands.acting import Call, Written
from escgraph.domain.permissions import Act
from escgraph.domain.terms import TicketId
from escgraph.queries.views import Wanted


@strawberry.input(description="Which ticket is a duplicate of which, and why.")
class MergeTicketsInput(TicketInput):
    into_ticket_id: strawberry.ID = strawberry.field(
        description="The id of the ticket that goes on."
    )
    reason: str = strawberry.field(description="Why both are one issue.")
    expected_parent_version: int | None = strawberry.field(
        default=None,
        description="The version that you saw of the ticket that goes on; where it is another by "
        "now, nothing is written.",
    )


@strawberry.type(description="What came of merging; `ticket` is the duplicate.")
class MergeTicketsPayload(TicketPayload):
    @field(
        description="The ticket that goes on, as it is now; null where nothing was written, or "
        "where the token lacks the scope READ."
    )
    async def parent(self, info: Info) -> Ticket | None:
        if self.written is None or not may_read(info):
            return None
        child = await info.context.loaders.tickets.load((TicketId(self.written.id), Wanted.NOTHING))
        if child is None or child.facts.merged_into is None:
            return None
        return await linked_ticket(info, child.facts.merged_into)


@strawberry.type
class MergingMutations:
    @mutation(
        description="End a duplicate (`ticketId`); for its owner, and managers. The other ticket "
        "goes on from the earlier of both starts, and what that puts into the past fires at once."
    )
    async def merge_tickets(
        self, info: Info, given: Given[MergeTicketsInput]
    ) -> MergeTicketsPayload:
        async def act(ticket: TicketId, call: Call) -> Written:
            return await merging.merge_tickets(
                ticket,
                TicketId(read_id(given.into_ticket_id, field="intoTicketId")),
                call=call,
                reason=given.reason,
                parent_version=given.expected_parent_version,
            )

        return await on_ticket(info, Act.MERGE, given, act, MergeTicketsPayload)
