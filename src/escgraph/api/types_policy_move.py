"""Moves of tickets to another version of the policy: what one would do, and what came of it."""

from datetime import datetime

import strawberry

from escgraph.api.context import Info
from escgraph.api.errors import UserError, told
from escgraph.api.identifiers import id_text, number_text
from escgraph.api.ticket_link import TicketLink, linked_ticket
from escgraph.api.typed import field
from escgraph.api.types_documents import Deadline, deadline_of
from escgraph.commands import moving
from escgraph.domain.terms import DeadlineKind, Scope, TicketId
from escgraph.queries import policy_moves


@strawberry.type
class OfTicket:
    of: strawberry.Private[TicketId]
    ticket_id: strawberry.ID = strawberry.field(description="The ticket's id.")

    @field(description="The ticket as it is; null where the token lacks the scope READ.")
    async def ticket(self, info: Info) -> TicketLink | None:
        reads = Scope.READ in info.context.session.scopes
        return await linked_ticket(info, self.of) if reads else None


@strawberry.type(description="What moving one ticket would do.")
class PolicyMove(OfTicket):
    from_version: int = strawberry.field(description="The version that it goes by.")
    before: list[Deadline] = strawberry.field(description="Its deadlines as they are.")
    after: list[Deadline] = strawberry.field(description="Its deadlines as they would be.")
    firing: list[Deadline] = strawberry.field(
        description="Those of them that would fire at once, since they are past, in order."
    )


@strawberry.type(description="How many deadlines of one kind would fire.")
class FiringCount:
    kind: DeadlineKind = strawberry.field(description="Which kind.")
    count: int = strawberry.field(description="How many.")


@strawberry.type(description="What moving tickets would do. Nothing was written.")
class PolicyMovePreview:
    to_version: int = strawberry.field(description="The version that they would go by.")
    at: datetime = strawberry.field(description="The moment for which it was computed.")
    tickets: int = strawberry.field(
        description="How many tickets there are to move; pass it as `expectedTickets`."
    )
    looked_at: int = strawberry.field(
        description="How many of them the figures below are about: as many as are moved in one go."
    )
    firing_tickets: int = strawberry.field(
        description="How many of those would have a deadline fire at once."
    )
    firing: list[FiringCount] = strawberry.field(description="What would fire at once, by kind.")
    moves: list[PolicyMove] = strawberry.field(
        description="Ticket by ticket: those with something to fire first, the oldest first."
    )


@strawberry.type(description="A ticket that was moved.")
class MovedTicket(OfTicket):
    number: str = strawberry.field(description="What people call it: ESC-000123.")
    from_version: int = strawberry.field(description="The version that it went by.")
    fired: list[Deadline] = strawberry.field(
        description="The deadlines that were past by the new version and fired, in order; "
        "reminders of management among them fire within seconds."
    )


@strawberry.type(description="A ticket that stays as it is.")
class RefusedMove(OfTicket):
    error: UserError = strawberry.field(description="Why.")


def preview_of(preview: policy_moves.Preview) -> PolicyMovePreview:
    return PolicyMovePreview(
        to_version=preview.version,
        at=preview.at,
        tickets=preview.tickets,
        looked_at=preview.looked_at,
        firing_tickets=preview.firing,
        firing=[FiringCount(kind=kind, count=count) for kind, count in preview.kinds.items()],
        moves=[_move_of(move) for move in preview.moves],
    )


def moved_of(moved: moving.MovedTicket) -> MovedTicket:
    return MovedTicket(
        of=moved.id,
        ticket_id=id_text(moved.id),
        number=number_text(moved.number),
        from_version=moved.from_version,
        fired=[deadline_of(row) for row in moved.fired],
    )


def refused_of(refused: moving.RefusedMove) -> RefusedMove:
    return RefusedMove(of=refused.id, ticket_id=id_text(refused.id), error=told(refused.error))


def _move_of(move: policy_moves.PolicyMove) -> PolicyMove:
    return PolicyMove(
        of=move.ticket.id,
        ticket_id=id_text(move.ticket.id),
        from_version=move.ticket.policy_version,
        before=[deadline_of(row) for row in move.ticket.deadlines],
        after=[deadline_of(row) for row in move.after.deadlines],
        firing=[deadline_of(row) for row in move.firing],
    )
