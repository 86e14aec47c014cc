"""The kinds of event that tell of duplicates: what the one becomes, and what the other takes on."""

from datetime import datetime

import strawberry

from escgraph.api.context import Info
from escgraph.api.hidden import COLLEAGUES
from escgraph.api.identifiers import number_text
from escgraph.api.ticket_link import TicketLink, linked_ticket
from escgraph.api.typed import field
from escgraph.api.types_event import Event, people_of_event
from escgraph.api.types_people import Person
from escgraph.domain import events


@strawberry.type(description="It was a duplicate, and ended: another ticket goes on in its stead.")
class TicketMerged(Event):
    reason: str = strawberry.field(description=f"Why both are one issue. {COLLEAGUES}")

    @field(description="The ticket that goes on, as it is now; null where you may not see it.")
    async def into(self, info: Info) -> TicketLink | None:
        return await linked_ticket(info, _merged(self).into)

    @field(description="What people call the ticket that goes on: ESC-000123.")
    def into_number(self) -> str:
        return number_text(_merged(self).into_number)


@strawberry.type(description="It goes on in a duplicate's stead.")
class DuplicateAbsorbed(Event):
    reason: str = strawberry.field(description=f"Why both are one issue. {COLLEAGUES}")
    clock_moved_to: datetime | None = strawberry.field(
        description="The duplicate's start, from which every target is counted from now on; null "
        "where this ticket's own was the earlier."
    )
    stakeholders: list[Person] = people_of_event(
        "stakeholders", description="Those of the duplicate who hear of this one from now on."
    )

    @field(description="The duplicate, as it is now; null where you may not see it.")
    async def duplicate(self, info: Info) -> TicketLink | None:
        return await linked_ticket(info, _absorbed(self).duplicate)

    @field(description="What people call the duplicate: ESC-000123.")
    def duplicate_number(self) -> str:
        return number_text(_absorbed(self).duplicate_number)


def _merged(event: Event) -> events.TicketMerged:
    assert isinstance(event.fact, events.TicketMerged)
    return event.fact


def _absorbed(event: Event) -> events.DuplicateAbsorbed:
    assert isinstance(event.fact, events.DuplicateAbsorbed)
    return event.fact
