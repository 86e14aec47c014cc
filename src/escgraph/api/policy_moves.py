"""Moving open tickets to the policy in force: looking first, then doing it."""

from typing import Annotated

import strawberry

from escgraph.api import filters
from escgraph.api.acting import Given, KeyedInput, Payload, call_of
from escgraph.api.context import Info
from escgraph.api.errors import told
from escgraph.api.identifiers import id_text, read_ids
from escgraph.api.selection import names
from escgraph.api.typed import field, mutation
from escgraph.api.types_policy_move import (
    MovedTicket,
    PolicyMovePreview,
    RefusedMove,
    moved_of,
    preview_of,
    refused_of,
)
from escgraph.api.types_timeline import First
from escgraph.commands import moving
from escgraph.domain.errors import DomainError, InvalidInputError
from escgraph.domain.permissions import Act
from escgraph.domain.terms import TicketId
from escgraph.queries import policy_moves
from escgraph.queries.place import cursor_at

_NAMED = "These tickets; either they or a filter."
_FOUND = (
    "The live tickets of this filter that go by another version; an empty one for all of them. "
    "Those of one version with `policyVersion`."
)


@strawberry.input(description="Which open tickets go by another version of the policy from now on.")
class MoveTicketsToPolicyInput(KeyedInput):
    to_version: int = strawberry.field(description="The version to move to, which is in force.")
    reason: str = strawberry.field(description="Why; it stands in each ticket's timeline.")
    ticket_ids: list[strawberry.ID] | None = strawberry.field(default=None, description=_NAMED)
    filter: filters.TicketFilter | None = strawberry.field(default=None, description=_FOUND)
    expected_tickets: int | None = strawberry.field(
        default=None,
        description="How many tickets the preview counted; where there are others now, nothing is "
        "written.",
    )
    idempotency_key: str | None = strawberry.field(
        default=None,
        description="1 to 200 characters of your choice. Within 24 h it keeps which tickets were "
        "chosen: the same input sent again moves those that are left of them, and no others. "
        "Without a key it is harmless too: a ticket that was moved is left as it is.",
    )


@strawberry.type(description="What came of moving them, ticket by ticket.")
class MoveTicketsToPolicyPayload(Payload):
    moved: list[MovedTicket] = strawberry.field(description="They go by the new version now.")
    unchanged: list[strawberry.ID] = strawberry.field(
        description="Ids of those that went by it already."
    )
    refused: list[RefusedMove] = strawberry.field(
        description="They stay as they are. The others were moved all the same."
    )
    left: int = strawberry.field(
        description="How many more the filter finds than are moved in one go; the same again, "
        "under another key, moves them."
    )


@strawberry.type
class PolicyMoveQueries:
    @field(
        description="What moving open tickets to the version in force would do, ticket by ticket: "
        "deadlines before and after, and what would fire at once. It writes nothing. For managers "
        "and administrators. Either a filter or the tickets' ids; neither is every live ticket."
    )
    async def preview_policy_move(
        self,
        info: Info,
        to_version: Annotated[
            int, strawberry.argument(description="The version to move to, which is in force.")
        ],
        filter: Annotated[  # noqa: A002 - the word of the API
            filters.TicketFilter | None, strawberry.argument(description=_FOUND)
        ] = None,
        ticket_ids: Annotated[
            list[strawberry.ID] | None, strawberry.argument(description=_NAMED)
        ] = None,
        first: First = 50,
    ) -> PolicyMovePreview:
        viewer, at = info.context.permitted(), info.context.surroundings.clock.now()
        everything = filters.TicketFilter() if filter is None and ticket_ids is None else filter
        chosen = _chosen(ticket_ids, everything)
        found = await policy_moves.preview(
            chosen, version=to_version, at=at, first=first, viewer=viewer
        )
        return preview_of(found)


@strawberry.type
class PolicyMoveMutations:
    @mutation(
        description="Move open tickets to the version of the policy that is in force, each in a "
        "transaction of its own: its deadlines count anew from the start of its clock, and what is "
        "past by then fires at once. Look at `previewPolicyMove` first. For administrators."
    )
    async def move_tickets_to_policy(
        self, info: Info, given: Given[MoveTicketsToPolicyInput]
    ) -> MoveTicketsToPolicyPayload:
        try:
            call = call_of(info, Act.MOVE_TICKETS, given)
            moves = await moving.move_tickets(
                _chosen(given.ticket_ids, given.filter),
                version=given.to_version,
                reason=given.reason,
                call=call,
                expected=given.expected_tickets,
            )
        except DomainError as error:
            return MoveTicketsToPolicyPayload(
                errors=[told(error)], cursor=None, moved=[], unchanged=[], refused=[], left=0
            )
        await info.context.surroundings.doorbell.ring(moves.position)
        return MoveTicketsToPolicyPayload(
            errors=[],
            cursor=await cursor_at(moves.position) if "cursor" in names(info) else None,
            moved=[moved_of(one) for one in moves.moved],
            unchanged=[id_text(one) for one in moves.unchanged],
            refused=[refused_of(one) for one in moves.refused],
            left=moves.left,
        )


def _chosen(
    ids: list[strawberry.ID] | None, which: filters.TicketFilter | None
) -> policy_moves.Chosen:
    if ids is not None and which is None:
        return policy_moves.Named(tuple(TicketId(one) for one in read_ids(ids, field="ticketIds")))
    if which is not None and ids is None:
        return policy_moves.Found(filters.ticket_filter(which))
    raise InvalidInputError(
        "say which tickets either by their ids or by a filter; an empty filter is all live ones",
        field=("ticketIds",),
    )
