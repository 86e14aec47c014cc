"""The kinds of event that tell how a ticket climbs, and what makes it climb or stand still."""

from datetime import datetime

import strawberry

from escgraph.api.context import Info
from escgraph.api.hidden import COLLEAGUES
from escgraph.api.typed import field
from escgraph.api.types_escalation import Escalation, escalation_of_event
from escgraph.api.types_event import Event, person_of_event
from escgraph.api.types_people import Person
from escgraph.domain.terms import (
    DeadlineKind,
    EscalationReason,
    HoldReason,
    Priority,
    Tier,
    Trigger,
)


@strawberry.type(description="The priority was changed: every deadline counts anew.")
class PriorityChanged(Event):
    from_priority: Priority = strawberry.field(description="What it was.")
    to_priority: Priority = strawberry.field(description="What it is from now on.")
    reason: str = strawberry.field(description=f"Why. {COLLEAGUES}")


@strawberry.type(description="The urgent flag was set or taken back.")
class UrgencyFlagged(Event):
    flagged: bool = strawberry.field(description="Whether it is flagged from now on.")
    reason: str = strawberry.field(description=f"Why. {COLLEAGUES}")


@strawberry.type(description="The critical mark was set or taken back; management is to know.")
class TicketMarkedCritical(Event):
    critical: bool = strawberry.field(description="Whether it is critical from now on.")
    reason: str = strawberry.field(description=f"Why. {COLLEAGUES}")


@strawberry.type(description="The rungs stand still until somebody resumes.")
class TicketHeld(Event):
    hold_reason: HoldReason = strawberry.field(description="For whom or what it waits.")
    note: str = strawberry.field(description=f"What was said about it; may be empty. {COLLEAGUES}")
    until: datetime = strawberry.field(description="When it ends by itself at the latest.")
    approved_by: Person | None = person_of_event(
        "approved_by", description="The manager who approved it; null where none has to."
    )


@strawberry.type(description="The rungs run on with what remained.")
class TicketResumed(Event):
    held_since: datetime = strawberry.field(description="When the hold began.")
    by_cap: bool = strawberry.field(description="Whether it ended by itself, at its cap.")


@strawberry.type(description="It moved up a tier. The escalation documents it in full.")
class TicketEscalated(Event):
    trigger: Trigger = strawberry.field(description="What moved it.")
    deadline_kind: DeadlineKind | None = strawberry.field(
        description="The rung that fell due; null for the other triggers."
    )
    from_tier: Tier = strawberry.field(description="Where it was.")
    to_tier: Tier = strawberry.field(description="Where it is from now on.")
    due_at: datetime = strawberry.field(description="When it was due; by hand, when it was done.")
    catch_up: bool = strawberry.field(
        description="Whether the deadline had been missed before, by an outage or a new priority."
    )
    no_recipient: bool = strawberry.field(
        description="Nobody works at the tier that it reached: the leads and managers are told."
    )
    escalation_reason: EscalationReason | None = strawberry.field(
        description="Why a person escalated it; null for the other triggers."
    )
    comment: str = strawberry.field(
        description=f"What they said about it; may be empty. {COLLEAGUES}"
    )

    @field(
        description="Who was responsible, what was tried, and the package; null where you may not "
        "see the ticket any more."
    )
    async def escalation(self, info: Info) -> Escalation | None:
        return await escalation_of_event(info.context, self.stored)


@strawberry.type(description="It was handed down a tier.")
class TicketDeescalated(Event):
    from_tier: Tier = strawberry.field(description="Where it was.")
    to_tier: Tier = strawberry.field(description="Where it is from now on.")
    reason: str = strawberry.field(description=f"Why. {COLLEAGUES}")


@strawberry.type(
    description="It goes by another version of the policy: every deadline counts anew from the "
    "start of its clock. What was past then follows as events of its own."
)
class TicketMovedToPolicy(Event):
    from_version: int = strawberry.field(description="The version that it went by.")
    to_version: int = strawberry.field(description="The version that it goes by from now on.")
    reason: str = strawberry.field(description=f"Why. {COLLEAGUES}")


@strawberry.type(description="No manager has accepted it yet.")
class ManagementReminded(Event):
    number: int = strawberry.field(description="Counts the reminders, from 1.")
    due_at: datetime = strawberry.field(description="When it was due.")
