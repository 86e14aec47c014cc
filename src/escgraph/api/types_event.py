"""What every event says, whatever happened: the interface of all kinds of event."""

from datetime import datetime
from typing import Any

import strawberry
from pydantic import TypeAdapter

from escgraph.api.context import Info
from escgraph.api.enums import EventKind
from escgraph.api.identifiers import id_text
from escgraph.api.ticket_link import TicketLink, linked_ticket
from escgraph.api.typed import field
from escgraph.api.types_node import Node
from escgraph.api.types_people import Person, person, persons
from escgraph.api.types_state import TicketState, state_of
from escgraph.domain import events, state
from escgraph.queries.events import StoredEvent

_STATE = TypeAdapter(state.TicketState)


@strawberry.interface(
    description="Something that happened, in the past tense. Events never change."
)
class Event(Node):
    stored: strawberry.Private[StoredEvent]
    fact: strawberry.Private[events.Event]
    kind: EventKind = strawberry.field(description="Which type of event it is.")
    at: datetime = strawberry.field(description="When it happened.")
    ticket_version: int | None = strawberry.field(
        description="The ticket's version right after it; null for an event of no ticket."
    )
    indicator: str = strawberry.field(
        description="What marks the ticket as urgent; empty if it is not, or for no ticket."
    )

    @field(description="Who did it; null for the deadline engine.")
    async def by(self, info: Info) -> Person | None:
        return None if self.stored.by is None else await person(info, self.stored.by)

    @field(
        description="The ticket as it is now; null for an event of no ticket, or where you may no "
        "longer see it. `state` is as it was right after the event."
    )
    async def ticket(self, info: Info) -> TicketLink | None:
        ticket_id = self.stored.ticket_id
        return None if ticket_id is None else await linked_ticket(info, ticket_id)

    @field(
        description="The ticket as it stood right after the event; null for an event of no ticket."
    )
    def state(self) -> TicketState | None:
        written = self.stored.state
        return None if written is None else state_of(_STATE.validate_python(written))


def person_of_event(name: str, *, description: str) -> Any:  # noqa: ANN401 - a field of any type
    """A field for the person whose id is the event's fact of that name, where it has one."""

    async def resolve(root: Event, info: Info) -> Person | None:
        person_id = getattr(root.fact, name)
        return None if person_id is None else await person(info, person_id)

    return strawberry.field(resolver=resolve, description=description)


def people_of_event(name: str, *, description: str) -> Any:  # noqa: ANN401 - a field of any type
    """The same for several people."""

    async def resolve(root: Event, info: Info) -> list[Person]:
        return await persons(info, getattr(root.fact, name))

    return strawberry.field(resolver=resolve, description=description)


def id_of_event(name: str, *, description: str) -> Any:  # noqa: ANN401 - a field of any type
    """The same for the id of something else, or none."""

    def resolve(root: Event) -> strawberry.ID | None:
        identifier = getattr(root.fact, name)
        return None if identifier is None else id_text(identifier)

    return strawberry.field(resolver=resolve, description=description)


def ids_of_event(name: str, *, description: str) -> Any:  # noqa: ANN401 - a field of any type
    """The same for several."""

    def resolve(root: Event) -> list[strawberry.ID]:
        return [id_text(identifier) for identifier in getattr(root.fact, name)]

    return strawberry.field(resolver=resolve, description=description)
