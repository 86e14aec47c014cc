"""The people around a ticket: who answers for it, who hears of it, what they are told."""

import strawberry

from escgraph.api.acting import Given, TicketInput, TicketPayload, on_ticket
from escgraph.api.context import Info
from escgraph.api.identifiers import read_id
from escgraph.api.typed import mutation
from escgraph.commands import circle
from escgraph.commands.acting import Call, Written
from escgraph.domain.permissions import Act
from escgraph.domain.terms import Audience, PersonId, TicketId


@strawberry.input(description="A new owner.")
class TransferOwnershipInput(TicketInput):
    owner_id: strawberry.ID = strawberry.field(description="Who answers for it from now on.")
    reason: str = strawberry.field(description="Why.")


@strawberry.type(description="What came of the transfer.")
class TransferOwnershipPayload(TicketPayload):
    pass


@strawberry.input(description="Word for the stakeholders.")
class PostStakeholderUpdateInput(TicketInput):
    text: str = strawberry.field(description="How it stands.")
    audience: Audience = strawberry.field(
        description="For whom it is written. An INTERNAL one reaches those stakeholders only who "
        "work on tickets; give `externalText` where others wait."
    )
    external_text: str = strawberry.field(
        default="",
        description="The same in words for the outside: posted as an EXTERNAL update beside an "
        "INTERNAL one.",
    )


@strawberry.type(description="What came of the update.")
class PostStakeholderUpdatePayload(TicketPayload):
    pass


@strawberry.input(description="One more stakeholder.")
class AddStakeholderInput(TicketInput):
    person_id: strawberry.ID = strawberry.field(description="Who hears of it from now on.")


@strawberry.type(description="What came of adding them.")
class AddStakeholderPayload(TicketPayload):
    pass


@strawberry.input(description="One stakeholder less.")
class RemoveStakeholderInput(TicketInput):
    person_id: strawberry.ID = strawberry.field(description="Who hears of it no longer.")


@strawberry.type(description="What came of removing them.")
class RemoveStakeholderPayload(TicketPayload):
    pass


@strawberry.type
class CircleMutations:
    @mutation(
        description="Give a ticket to another owner; for its owner, and managers. There is exactly "
        "one at any time."
    )
    async def transfer_ownership(
        self, info: Info, given: Given[TransferOwnershipInput]
    ) -> TransferOwnershipPayload:
        async def act(ticket: TicketId, call: Call) -> Written:
            owner = PersonId(read_id(given.owner_id, field="ownerId"))
            return await circle.transfer_ownership(
                ticket, call=call, owner=owner, reason=given.reason
            )

        return await on_ticket(info, Act.TRANSFER, given, act, TransferOwnershipPayload)

    @mutation(description="Tell the stakeholders how it stands; for the owner, and managers.")
    async def post_stakeholder_update(
        self, info: Info, given: Given[PostStakeholderUpdateInput]
    ) -> PostStakeholderUpdatePayload:
        async def act(ticket: TicketId, call: Call) -> Written:
            return await circle.post_stakeholder_update(
                ticket,
                call=call,
                text=given.text,
                audience=given.audience,
                external_text=given.external_text,
            )

        return await on_ticket(info, Act.POST_UPDATE, given, act, PostStakeholderUpdatePayload)

    @mutation(description="Let one more person hear of a ticket; once is enough.")
    async def add_stakeholder(
        self, info: Info, given: Given[AddStakeholderInput]
    ) -> AddStakeholderPayload:
        async def act(ticket: TicketId, call: Call) -> Written:
            return await circle.add_stakeholder(ticket, call=call, person=_person(given.person_id))

        return await on_ticket(info, Act.ADD_STAKEHOLDER, given, act, AddStakeholderPayload)

    @mutation(description="Let a person hear of a ticket no longer.")
    async def remove_stakeholder(
        self, info: Info, given: Given[RemoveStakeholderInput]
    ) -> RemoveStakeholderPayload:
        async def act(ticket: TicketId, call: Call) -> Written:
            person = _person(given.person_id)
            return await circle.remove_stakeholder(ticket, call=call, person=person)

        return await on_ticket(info, Act.REMOVE_STAKEHOLDER, given, act, RemoveStakeholderPayload)


def _person(text: str) -> PersonId:
    return PersonId(read_id(text, field="personId"))
