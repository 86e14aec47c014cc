"""An escalation as a type: what moved the ticket, who was responsible, and the frozen package."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import strawberry

from escgraph.api.context import Context, Info
from escgraph.api.hidden import COLLEAGUES, NO_WALL
from escgraph.api.identifiers import id_text
from escgraph.api.nesting import refuse_within
from escgraph.api.ticket_link import TicketLink, linked_ticket
from escgraph.api.typed import field
from escgraph.api.types_node import Node
from escgraph.api.types_people import Known, Person
from escgraph.domain.terms import DeadlineKind, EscalationReason, Tier, Trigger
from escgraph.queries.events import StoredEvent
from escgraph.queries.views import EscalationRow, Wanted

if TYPE_CHECKING:
    from escgraph.api.types_notice import Notice
    from escgraph.api.types_package import Package


@strawberry.type(description="A move of a ticket up a tier, as documented at that moment.")
class Escalation(Node):
    row: strawberry.Private[EscalationRow]
    trigger: Trigger = strawberry.field(description="What moved it.")
    kind: DeadlineKind | None = strawberry.field(
        description="The rung that fell due; null for the other triggers."
    )
    from_tier: Tier = strawberry.field(description="Where it was.")
    to_tier: Tier = strawberry.field(description="Where it went.")
    due_at: datetime = strawberry.field(description="When it was due; by hand, when it was done.")
    fired_at: datetime = strawberry.field(description="When it happened.")
    late_by: timedelta = strawberry.field(description="How long after `dueAt` it happened.")
    catch_up: bool = strawberry.field(
        description="Whether the deadline had been missed before, by an outage or a new priority."
    )
    cycle: int = strawberry.field(description="The cycle of the ticket in which it happened.")
    ticket_version: int = strawberry.field(description="The ticket's version right after it.")
    by: Person | None = strawberry.field(description="Who did it; null for the deadline engine.")
    reason: EscalationReason | None = strawberry.field(
        description="Why a person escalated it; null for the other triggers."
    )
    comment: str = strawberry.field(
        description=f"What they said about it; may be empty. {COLLEAGUES}"
    )
    description: str = strawberry.field(
        description=f"The issue as it was described then. {NO_WALL}"
    )
    responsible_from: list[Person] = strawberry.field(
        description="The owner and the assignees at that moment."
    )
    responsible_to: list[Person] = strawberry.field(
        description="Who worked at the tier that it went to."
    )
    no_recipient: bool = strawberry.field(description="Whether nobody worked there.")
    told: list[Person] = strawberry.field(
        description="Who hears of it where nobody worked there: the leads, then the managers."
    )

    @field(
        description='What had been tried before, a line each; "None recorded" where nothing was.'
    )
    async def actions_taken(self, info: Info) -> str:
        return await info.context.loaders.actions.load(self.row)

    @field(description="The ticket as it is now; null where you may no longer see it.")
    async def ticket(self, info: Info) -> TicketLink | None:
        return await linked_ticket(info, self.row.ticket_id)

    @field(
        description="The documentation that travelled with it; for others than those who work on "
        "tickets null, with FORBIDDEN in `errors`."
    )
    async def package(
        self, info: Info
    ) -> Annotated["Package", strawberry.lazy("escgraph.api.types_package")] | None:
        from escgraph.api.types_package import package_of  # noqa: PLC0415 - the types name each other

        return await package_of(info, self.row.id)

    @field(
        description="Who was told of it, and whether that arrived (SOP §5). Stakeholders see the "
        "notice to themselves alone; empty for wallboards."
    )
    async def notices(
        self, info: Info
    ) -> list[Annotated["Notice", strawberry.lazy("escgraph.api.types_notice")]]:
        from escgraph.api.types_notice import notice_of  # noqa: PLC0415 - the types name each other

        refuse_within(info, "Notice")
        rows = await info.context.loaders.telling.of_escalations.load(self.row.id)
        return [notice_of(row) for row in rows]


def escalation_of(row: EscalationRow, known: Known) -> Escalation:
    return Escalation(
        row=row,
        id=id_text(row.id),
        trigger=row.trigger,
        kind=row.kind,
        from_tier=row.from_tier,
        to_tier=row.to_tier,
        due_at=row.due_at,
        fired_at=row.fired_at,
        late_by=row.fired_at - row.due_at,
        catch_up=row.catch_up,
        cycle=row.cycle,
        ticket_version=row.ticket_version,
        by=known.maybe(row.by),
        reason=row.reason,
        comment=row.comment,
        description=row.description,
        responsible_from=known.many(row.responsible_from),
        responsible_to=known.many(row.responsible_to),
        no_recipient=row.no_recipient,
        told=known.many(row.told),
    )


async def escalation_of_event(context: Context, stored: StoredEvent) -> Escalation | None:
    """The escalation that an event is; None where the viewer may not see the ticket any more."""
    assert stored.ticket_id is not None
    levels = Wanted.ESCALATIONS | Wanted.PEOPLE
    view = await context.loaders.tickets.load((stored.ticket_id, levels))
    if view is None:
        return None
    known = Known(view.people)
    same = [row for row in view.escalations if row.ticket_version == stored.ticket_version]
    return escalation_of(same[0], known)
