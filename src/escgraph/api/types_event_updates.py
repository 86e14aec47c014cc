"""The kind of event that tells of word that is owed; it belongs to no version of the ticket."""

from datetime import datetime

import strawberry

from escgraph.api.types_event import Event, id_of_event, people_of_event
from escgraph.api.types_people import Person
from escgraph.domain.terms import Priority


@strawberry.type(description="Stakeholders were to hear of a ticket by then, and did not.")
class StakeholderUpdateOverdue(Event):
    ticket_id: strawberry.ID | None = id_of_event("ticket", description="The ticket's id.")
    title: str = strawberry.field(description="Its title at that moment.")
    priority: Priority = strawberry.field(description="Its priority at that moment.")
    due_at: datetime = strawberry.field(description="When they were to hear of it.")
    told: list[Person] = people_of_event("told", description="Whom it reminds: the owner.")
