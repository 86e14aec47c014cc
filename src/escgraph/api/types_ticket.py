"""A ticket as a type: plain attributes, filled from a view, for whatever the view brings."""

from collections.abc import Sequence
from datetime import datetime

import strawberry

from escgraph.api.context import Info
from escgraph.api.hidden import NO_WALL
from escgraph.api.identifiers import id_text, number_text
from escgraph.api.nesting import refuse_within
from escgraph.api.selection import wanted
from escgraph.api.ticket_link import linked_ticket
from escgraph.api.typed import field
from escgraph.api.types_documents import (
    Deadline,
    Hold,
    Resolution,
    deadline_of,
    holds_of,
    resolution_of,
)
from escgraph.api.types_escalation import Escalation, escalation_of
from escgraph.api.types_node import Node
from escgraph.api.types_notice import Notice, notice_of
from escgraph.api.types_people import Known, Person
from escgraph.api.types_review import Review, review_of
from escgraph.api.types_timeline import First, TimelineAfter, TimelineConnection, timeline_of
from escgraph.domain import ticket as domain
from escgraph.domain.terms import Priority, Status, TicketId, Tier
from escgraph.queries import updates
from escgraph.queries.views import TicketView


@strawberry.type(description="The record of one technical issue.")
class Ticket(Node):
    facts: strawberry.Private[domain.Ticket]
    ticket_id: strawberry.Private[TicketId]
    heir: strawberry.Private[TicketId | None]
    number: str = strawberry.field(description="What people call it: ESC-000123.")
    version: int = strawberry.field(
        description="Counts its events. Pass it as `expectedVersion` to act on what you saw."
    )
    title: str = strawberry.field(description="The issue in one line.")
    description: str = strawberry.field(description=f"The issue as it was reported. {NO_WALL}")
    category: str = strawberry.field(description="Key of the kind of issue; see `categories`.")
    component: str = strawberry.field(description="What is affected; empty where unknown.")
    team: str = strawberry.field(
        description="The team that the policy routed it to when it was opened; empty where no "
        "route fits."
    )
    reporter: str = strawberry.field(description=f"Who reported it, in their own words. {NO_WALL}")
    priority: Priority = strawberry.field(description="How fast the ladder climbs.")
    urgent: bool = strawberry.field(description="HIGH, critical, or flagged by hand.")
    flagged: bool = strawberry.field(description="Flagged as urgent by hand.")
    critical: bool = strawberry.field(description="Marked so that management knows at once.")
    indicator: str = strawberry.field(
        description="What marks it as urgent wherever it is shown; empty if it is not."
    )
    status: Status = strawberry.field(description="Where it is in its life.")
    tier: Tier = strawberry.field(description="Who works on it now.")
    reached: Tier = strawberry.field(description="The highest tier that it has reached.")
    owner: Person = strawberry.field(description="Who answers for it to the end.")
    assignees: list[Person] = strawberry.field(description="Who works on it.")
    stakeholders: list[Person] = strawberry.field(description="Who hears of it.")
    opened_by: Person = strawberry.field(description="Who opened it.")
    policy_version: int = strawberry.field(description="The policy that it keeps; see `policy`.")
    deadlines: list[Deadline] = strawberry.field(description="Those of the current cycle.")
    next_deadline: Deadline | None = strawberry.field(
        description="The response or rung that falls due next; null where none is armed."
    )
    escalations: list[Escalation] = strawberry.field(
        description="Every move up a tier, in the order in which they happened."
    )
    holds: list[Hold] = strawberry.field(description="In the order in which they began.")
    resolution: Resolution | None = strawberry.field(
        description="How it ended; null while it is worked on."
    )
    cycle: int = strawberry.field(description="1, and one more with each reopening.")
    breached: bool = strawberry.field(description="Whether it ever missed a response or a rung.")
    stakeholder_update_due: bool = strawberry.field(
        description="Whether it was escalated or resolved since its stakeholders last heard of it."
    )
    opened_at: datetime = strawberry.field(description="When it was opened.")
    clock_started_at: datetime = strawberry.field(
        description="What every target is counted from: the reported time, or the opening."
    )
    updated_at: datetime = strawberry.field(description="When it last changed.")
    acknowledged_at: datetime | None = strawberry.field(
        description="The first human response; null until then."
    )
    response_breached_at: datetime | None = strawberry.field(
        description="When the response target passed unmet; null unless it did."
    )
    escalated_at: datetime | None = strawberry.field(
        description="When it last went up a tier; null until then."
    )
    accepted_at: datetime | None = strawberry.field(
        description="When a manager took it after it reached MANAGEMENT; null until then."
    )
    updated_stakeholders_at: datetime | None = strawberry.field(
        description="When its stakeholders last heard of it; null until then."
    )
    resolved_at: datetime | None = strawberry.field(
        description="When it was resolved; null unless it is."
    )
    closed_at: datetime | None = strawberry.field(
        description="When it was closed; null unless it is."
    )
    reopened_at: datetime | None = strawberry.field(
        description="When it was last reopened; null unless it was."
    )
    cancelled_at: datetime | None = strawberry.field(
        description="When it was cancelled; null unless it is."
    )

    @field(
        description="The ticket that goes on in its stead; null unless it was merged as a "
        "duplicate, and where you may not see that one."
    )
    async def merged_into(self, info: Info) -> "Ticket | None":
        return None if self.heir is None else await linked_ticket(info, self.heir)

    @field(description="Those merged into it that you may see, the latest 50, latest first.")
    async def duplicates(self, info: Info) -> list["Ticket"]:
        refuse_within(info, "Ticket", times=2)
        return tickets_of(
            await info.context.loaders.duplicates.load((self.ticket_id, wanted(info)))
        )

    @field(
        description="By when its stakeholders are to hear of it next, by the policy's rhythm; null "
        "where none asks for it: nobody hears of it, it is not worked on, or there is no rhythm."
    )
    async def stakeholder_update_due_at(self) -> datetime | None:
        return await updates.due_at(self.facts)

    @field(description="What happened to it, entry by entry, as far as you may see it.")
    async def timeline(
        self, info: Info, first: First = 50, after: TimelineAfter = None
    ) -> TimelineConnection:
        return await timeline_of(info, self.ticket_id, first=first, after=after)

    @field(
        description="The reviews that its resolutions opened, in that order. Empty for "
        "stakeholders and wallboards, who do not see them."
    )
    async def reviews(self, info: Info) -> list[Review]:
        rows = await info.context.loaders.reviews_of_tickets.load(self.ticket_id)
        return [review_of(row) for row in rows]

    @field(
        description="Who was told of what about it, the latest 50, latest first; `notices` lists "
        "them all. Stakeholders see those to themselves alone; empty for wallboards."
    )
    async def notices(self, info: Info) -> list[Notice]:
        refuse_within(info, "Ticket", times=2)
        rows = await info.context.loaders.telling.of_tickets.load(self.ticket_id)
        return [notice_of(row) for row in rows]


def ticket_of(view: TicketView) -> Ticket:
    return _ticket_of(view, Known(view.people))


def tickets_of(views: Sequence[TicketView]) -> list[Ticket]:
    """The tickets of one page, whose views share their people."""
    known = Known(views[0].people if views else {})
    return [_ticket_of(view, known) for view in views]


def _ticket_of(view: TicketView, known: Known) -> Ticket:
    facts = view.facts
    following = facts.next_target
    return Ticket(
        facts=facts,
        ticket_id=facts.id,
        heir=facts.merged_into,
        id=id_text(facts.id),
        number=number_text(facts.number),
        owner=known.one(facts.owner),
        assignees=known.many(facts.assignees),
        stakeholders=known.many(facts.stakeholders),
        opened_by=known.one(facts.opened_by),
        deadlines=[deadline_of(row) for row in view.deadlines],
        next_deadline=None if following is None else deadline_of(following),
        escalations=[escalation_of(row, known) for row in view.escalations],
        holds=holds_of(view.pauses, known),
        resolution=resolution_of(facts.resolution, known),
        **{name: getattr(facts, name) for name in _PLAIN},
    )


_PLAIN = (
    "version",
    "title",
    "description",
    "category",
    "component",
    "team",
    "reporter",
    "priority",
    "urgent",
    "flagged",
    "critical",
    "indicator",
    "status",
    "tier",
    "reached",
    "policy_version",
    "cycle",
    "breached",
    "stakeholder_update_due",
    "opened_at",
    "clock_started_at",
    "updated_at",
    "acknowledged_at",
    "response_breached_at",
    "escalated_at",
    "accepted_at",
    "updated_stakeholders_at",
    "resolved_at",
    "closed_at",
    "reopened_at",
    "cancelled_at",
)
"""What is the same here as in the domain, by name."""
