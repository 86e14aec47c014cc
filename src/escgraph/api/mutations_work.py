"""Working on a ticket: taking it in hand, writing down what was said and tried, sharing it out."""

import strawberry

from escgraph.api.acting import Given, TicketInput, TicketPayload, on_ticket
from escgraph.api.context import Info
from escgraph.api.identifiers import read_id, read_ids
from escgraph.api.typed import mutation
from escgraph.commands import work
from escgraph.commands.acting import Call, Written
from escgraph.domain.permissions import Act
from escgraph.domain.terms import EventId, PersonId, TicketId, Visibility


@strawberry.input(description="Which ticket is taken in hand.")
class AcknowledgeTicketInput(TicketInput):
    pass


@strawberry.type(description="What came of acknowledging.")
class AcknowledgeTicketPayload(TicketPayload):
    pass


@strawberry.input(description="A note on a ticket.")
class AddNoteInput(TicketInput):
    text: str = strawberry.field(description="What it says.")
    visibility: Visibility = strawberry.field(description="Who reads it.")
    corrects: strawberry.ID | None = strawberry.field(
        default=None, description="The id of the older note's event that this one puts right."
    )


@strawberry.type(description="What came of the note.")
class AddNotePayload(TicketPayload):
    pass


@strawberry.input(description="A step of troubleshooting.")
class LogActionInput(TicketInput):
    text: str = strawberry.field(description="What was tried, and what came of it.")


@strawberry.type(description="What came of logging it.")
class LogActionPayload(TicketPayload):
    pass


@strawberry.input(description="A file or page to refer to; files are linked, not stored.")
class AttachLinkInput(TicketInput):
    url: str = strawberry.field(
        description="Its http or https address, without a user or password; "
        "2,000 characters at most."
    )
    title: str = strawberry.field(description="What it is.")
    media_type: str = strawberry.field(
        description="Its media type, type/subtype, such as text/plain."
    )
    checksum: str = strawberry.field(
        default="",
        description="So that others know the file again: sha256: and 64 hexadecimal digits, or "
        "sha512: and 128; empty where unknown.",
    )


@strawberry.type(description="What came of the link.")
class AttachLinkPayload(TicketPayload):
    pass


@strawberry.input(description="Who works on a ticket.")
class AssignTicketInput(TicketInput):
    assignee_ids: list[strawberry.ID] = strawberry.field(
        description="All who work on it from now on; empty for nobody."
    )


@strawberry.type(description="What came of assigning.")
class AssignTicketPayload(TicketPayload):
    pass


@strawberry.input(description="Which ticket of one's own tier is taken.")
class AcceptTicketInput(TicketInput):
    pass


@strawberry.type(description="What came of accepting.")
class AcceptTicketPayload(TicketPayload):
    pass


@strawberry.input(description="Who is added to those who work on a ticket.")
class AllocatePeopleInput(TicketInput):
    person_ids: list[strawberry.ID] = strawberry.field(
        description="Whom to add: one person at least."
    )
    reason: str = strawberry.field(description="Why.")


@strawberry.type(description="What came of allocating.")
class AllocatePeoplePayload(TicketPayload):
    pass


@strawberry.type
class WorkMutations:
    @mutation(
        description="Take a ticket in hand: the first response. Once is enough; again does nothing."
    )
    async def acknowledge_ticket(
        self, info: Info, given: Given[AcknowledgeTicketInput]
    ) -> AcknowledgeTicketPayload:
        async def act(ticket: TicketId, call: Call) -> Written:
            return await work.acknowledge_ticket(ticket, call=call)

        return await on_ticket(info, Act.ACKNOWLEDGE, given, act, AcknowledgeTicketPayload)

    @mutation(
        description="Write a note. A person's note that the reporter reads is a first response too."
    )
    async def add_note(self, info: Info, given: Given[AddNoteInput]) -> AddNotePayload:
        async def act(ticket: TicketId, call: Call) -> Written:
            return await work.add_note(
                ticket,
                call=call,
                text=given.text,
                visibility=given.visibility,
                corrects=_note(given.corrects),
            )

        return await on_ticket(info, Act.ADD_NOTE, given, act, AddNotePayload)

    @mutation(description="Write down what was tried.")
    async def log_action(self, info: Info, given: Given[LogActionInput]) -> LogActionPayload:
        async def act(ticket: TicketId, call: Call) -> Written:
            return await work.log_action(ticket, call=call, text=given.text)

        return await on_ticket(info, Act.LOG_ACTION, given, act, LogActionPayload)

    @mutation(description="Refer to a file or page.")
    async def attach_link(self, info: Info, given: Given[AttachLinkInput]) -> AttachLinkPayload:
        async def act(ticket: TicketId, call: Call) -> Written:
            return await work.attach_link(
                ticket,
                call=call,
                url=given.url,
                title=given.title,
                media_type=given.media_type,
                checksum=given.checksum,
            )

        return await on_ticket(info, Act.ATTACH_LINK, given, act, AttachLinkPayload)

    @mutation(
        description="Say who works on a ticket from now on. An assignment is no first response."
    )
    async def assign_ticket(
        self, info: Info, given: Given[AssignTicketInput]
    ) -> AssignTicketPayload:
        async def act(ticket: TicketId, call: Call) -> Written:
            people = _people(given.assignee_ids, "assigneeIds")
            return await work.assign_ticket(ticket, call=call, assignees=people)

        return await on_ticket(info, Act.ASSIGN, given, act, AssignTicketPayload)

    @mutation(
        description="Take a ticket of one's own tier. A manager's acceptance ends the reminders."
    )
    async def accept_ticket(
        self, info: Info, given: Given[AcceptTicketInput]
    ) -> AcceptTicketPayload:
        async def act(ticket: TicketId, call: Call) -> Written:
            return await work.accept_ticket(ticket, call=call)

        return await on_ticket(info, Act.ACCEPT, given, act, AcceptTicketPayload)

    @mutation(description="Add people to those who work on a ticket; for managers.")
    async def allocate_people(
        self, info: Info, given: Given[AllocatePeopleInput]
    ) -> AllocatePeoplePayload:
        async def act(ticket: TicketId, call: Call) -> Written:
            people = _people(given.person_ids, "personIds")
            return await work.allocate_people(
                ticket, call=call, people_ids=people, reason=given.reason
            )

        return await on_ticket(info, Act.ALLOCATE, given, act, AllocatePeoplePayload)


def _note(text: str | None) -> EventId | None:
    return None if text is None else EventId(read_id(text, field="corrects"))


def _people(texts: list[strawberry.ID], field: str) -> tuple[PersonId, ...]:
    return tuple(PersonId(person) for person in read_ids(texts, field=field))
