"""What an owner owes the stakeholders: the list that R4 asks for."""

from datetime import datetime
from typing import Annotated

import strawberry

from escgraph.api.context import Info
from escgraph.api.identifiers import read_id
from escgraph.api.selection import wanted
from escgraph.api.typed import field
from escgraph.api.types_ticket import Ticket, tickets_of
from escgraph.domain.terms import PersonId
from escgraph.domain.updates import OwedBecause
from escgraph.queries import updates


@strawberry.type(description="A ticket whose stakeholders wait for word.")
class OverdueUpdate:
    ticket: Ticket = strawberry.field(description="Which.")
    because: OwedBecause = strawberry.field(description="Why they are to hear of it.")
    since: datetime = strawberry.field(description="Since when they wait.")


@strawberry.type
class UpdateQueries:
    @field(
        description="The tickets of an owner whose stakeholders wait for word: after an escalation "
        "or a resolution, or because the policy's rhythm says so. The longest due first."
    )
    async def overdue_updates(
        self,
        info: Info,
        owner_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Whose; yours if left out.")
        ] = None,
        first: Annotated[int, strawberry.argument(description="How many at most, 1 to 200.")] = 50,
    ) -> list[OverdueUpdate]:
        viewer, at = info.context.permitted(), info.context.surroundings.clock.now()
        owner = viewer.person if owner_id is None else PersonId(read_id(owner_id, field="ownerId"))
        found = await updates.overdue_updates(
            owner, at=at, first=first, viewer=viewer, wanted=wanted(info)
        )
        tickets = tickets_of([one.view for one in found])
        return [
            OverdueUpdate(ticket=ticket, because=one.because, since=one.since)
            for one, ticket in zip(found, tickets, strict=True)
        ]
