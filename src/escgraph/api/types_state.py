"""A ticket as it stood at one moment, frozen: beside each event, and in each package."""

from datetime import datetime

import strawberry

from escgraph.api.context import Info
from escgraph.api.hidden import NO_WALL
from escgraph.api.identifiers import number_text
from escgraph.api.typed import field
from escgraph.api.types_people import Person, person, persons
from escgraph.domain import state
from escgraph.domain.terms import Priority, Status, Tier


@strawberry.type(
    description=(
        "A ticket as it stood at one moment. All of it is absolute, so that showing it twice does "
        "no harm."
    )
)
class TicketState:
    frozen: strawberry.Private[state.TicketState]
    number: str = strawberry.field(description="What people call it: ESC-000123.")
    title: str = strawberry.field(description="The issue in one line.")
    category: str = strawberry.field(description="Key of the kind of issue.")
    component: str = strawberry.field(description="What is affected; empty where unknown.")
    reporter: str = strawberry.field(description=f"Who reported it. {NO_WALL}")
    priority: Priority = strawberry.field(description="How fast the ladder climbs.")
    urgent: bool = strawberry.field(description="HIGH, critical, or flagged by hand.")
    flagged: bool = strawberry.field(description="Flagged as urgent by hand.")
    critical: bool = strawberry.field(description="Marked so that management knows at once.")
    indicator: str = strawberry.field(description="What marks it as urgent; empty if it is not.")
    status: Status = strawberry.field(description="Where it was in its life.")
    tier: Tier = strawberry.field(description="Who worked on it.")
    reached: Tier = strawberry.field(description="The highest tier that it had reached.")
    policy_version: int = strawberry.field(description="The policy that it keeps.")
    cycle: int = strawberry.field(description="1, and one more with each reopening.")
    breached: bool = strawberry.field(description="Whether it had missed a response or a rung.")
    actions_logged: int = strawberry.field(description="How much troubleshooting was logged.")
    next_due_at: datetime | None = strawberry.field(
        description="When its next response or rung fell due; null where none was armed."
    )
    opened_at: datetime = strawberry.field(description="When it was opened.")
    clock_started_at: datetime = strawberry.field(description="What every target is counted from.")
    updated_at: datetime = strawberry.field(description="When it had last changed.")
    acknowledged_at: datetime | None = strawberry.field(
        description="The first human response; null if there was none yet."
    )
    response_breached_at: datetime | None = strawberry.field(
        description="When the response target passed unmet; null if it had not."
    )
    accepted_at: datetime | None = strawberry.field(
        description="When a manager took it after it reached MANAGEMENT; null if none had."
    )
    escalated_at: datetime | None = strawberry.field(
        description="When it had last gone up a tier; null if it had not."
    )
    resolved_at: datetime | None = strawberry.field(
        description="When it was resolved; null if it was not."
    )
    closed_at: datetime | None = strawberry.field(
        description="When it was closed; null if it was not."
    )
    reopened_at: datetime | None = strawberry.field(
        description="When it was last reopened; null if it was not."
    )
    cancelled_at: datetime | None = strawberry.field(
        description="When it was cancelled; null if it was not."
    )
    updated_stakeholders_at: datetime | None = strawberry.field(
        description="When its stakeholders had last heard of it; null if they had not."
    )

    @field(description="Who answered for it.")
    async def owner(self, info: Info) -> Person:
        return await person(info, self.frozen.owner)

    @field(description="Who opened it.")
    async def opened_by(self, info: Info) -> Person:
        return await person(info, self.frozen.opened_by)

    @field(description="Who worked on it.")
    async def assignees(self, info: Info) -> list[Person]:
        return await persons(info, self.frozen.assignees)

    @field(description="Who heard of it.")
    async def stakeholders(self, info: Info) -> list[Person]:
        return await persons(info, self.frozen.stakeholders)


def state_of(frozen: state.TicketState) -> TicketState:
    plain = {name: getattr(frozen, name) for name in _PLAIN}
    return TicketState(frozen=frozen, number=number_text(frozen.number), **plain)


_PLAIN = tuple(
    name
    for name in TicketState.__annotations__
    if name in state.TicketState.__dataclass_fields__ and name != "number"
)
"""What is the same here as in the domain, by name."""
