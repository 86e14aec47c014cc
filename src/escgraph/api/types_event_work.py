"""The kinds of event that tell of work on a ticket, from its opening to its end."""

from datetime import datetime

import strawberry

from escgraph.api.context import Info
from escgraph.api.hidden import COLLEAGUES, NO_WALL
from escgraph.api.typed import field
from escgraph.api.types_documents import FollowUp, follow_ups_of
from escgraph.api.types_event import Event, id_of_event, people_of_event, person_of_event
from escgraph.api.types_people import Person
from escgraph.domain import events
from escgraph.domain.permissions import may_see_internal
from escgraph.domain.terms import Audience, ResolutionCode, Tier, Visibility


@strawberry.type(description="A ticket was opened.")
class TicketOpened(Event):
    title: str = strawberry.field(description="The issue in one line.")
    description: str = strawberry.field(description=f"The issue as it was reported. {NO_WALL}")
    backdated_to: datetime | None = strawberry.field(
        description="The reported time, where the clock started before the opening."
    )


@strawberry.type(description="The first human response.")
class TicketAcknowledged(Event):
    pass


@strawberry.type(description="The first response did not come in time.")
class ResponseBreached(Event):
    due_at: datetime = strawberry.field(description="When it should have come.")
    catch_up: bool = strawberry.field(description="Whether the deadline had been missed before.")


@strawberry.type(description="A note was written.")
class NoteAdded(Event):
    text: str = strawberry.field(description="What it says.")
    visibility: Visibility = strawberry.field(description="Who reads it.")
    corrects: strawberry.ID | None = id_of_event(
        "corrects", description="The older note that this one puts right; null for none."
    )


@strawberry.type(description="A step of troubleshooting was logged.")
class ActionLogged(Event):
    text: str = strawberry.field(description="What was tried.")


@strawberry.type(description="A file or page elsewhere was referred to.")
class LinkAttached(Event):
    url: str = strawberry.field(description="Where it is.")
    title: str = strawberry.field(description="What it is.")
    media_type: str = strawberry.field(description="Its media type, such as text/plain.")
    checksum: str = strawberry.field(description="algorithm:hex, empty where unknown.")


@strawberry.type(description="Somebody said who works on it from now on.")
class TicketAssigned(Event):
    assignees: list[Person] = people_of_event("assignees", description="All of them.")


@strawberry.type(description="Somebody of the tier that holds it took it.")
class TicketAccepted(Event):
    tier: Tier = strawberry.field(description="That tier.")


@strawberry.type(description="A manager added people to those who work on it.")
class PeopleAllocated(Event):
    people: list[Person] = people_of_event("people", description="Who was added.")
    reason: str = strawberry.field(description=f"Why. {COLLEAGUES}")


@strawberry.type(description="The ticket got another owner.")
class OwnershipTransferred(Event):
    from_owner: Person = person_of_event("from_owner", description="Who answered for it.")
    to_owner: Person = person_of_event("to_owner", description="Who answers for it from now on.")
    reason: str = strawberry.field(description=f"Why. {COLLEAGUES}")


@strawberry.type(description="One more person hears of it.")
class StakeholderAdded(Event):
    person: Person = person_of_event("person", description="Who.")


@strawberry.type(description="A person hears of it no longer.")
class StakeholderRemoved(Event):
    person: Person = person_of_event("person", description="Who.")


@strawberry.type(description="The stakeholders were told how it stands.")
class StakeholderUpdatePosted(Event):
    text: str = strawberry.field(description="What they were told.")
    audience: Audience = strawberry.field(description="For whom it was written.")
    closing: bool = strawberry.field(description="Whether a closing sent it.")


@strawberry.type(description="It was fixed; every deadline is off.")
class TicketResolved(Event):
    summary: str = strawberry.field(description=f"What was done. {NO_WALL}")
    code: ResolutionCode = strawberry.field(description="How it ended.")
    root_cause: str = strawberry.field(
        description=f"Why it had happened; empty where unknown. {COLLEAGUES}"
    )


@strawberry.type(description="It is confirmed and documented.")
class TicketClosed(Event):
    override_reason: str = strawberry.field(
        description="Why a manager closed it in the owner's stead; empty for the owner. "
        f"{COLLEAGUES}"
    )

    @field(
        description="What remained to be done; it stays said here when the ticket is reopened. "
        "Null for stakeholders and wallboards, who do not see it."
    )
    async def follow_ups(self, info: Info) -> list[FollowUp] | None:
        assert isinstance(self.fact, events.TicketClosed)
        if not may_see_internal(info.context.session.actor):
            return None
        return await follow_ups_of(info, self.fact.follow_ups)


@strawberry.type(description="A resolved or closed ticket was taken up again: a new cycle.")
class TicketReopened(Event):
    number: int = strawberry.field(description="Counts the reopenings of this ticket, from 1.")
    reason: str = strawberry.field(description=f"Why. {COLLEAGUES}")


@strawberry.type(description="It was ended without a resolution.")
class TicketCancelled(Event):
    reason: str = strawberry.field(description=f"Why. {COLLEAGUES}")
