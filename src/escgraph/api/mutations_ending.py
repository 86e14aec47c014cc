"""Ending tickets and taking them up again."""

from datetime import date

import strawberry

from escgraph.api.acting import Given, TicketInput, TicketPayload, on_ticket
from escgraph.api.context import Info
from escgraph.api.identifiers import read_id
from escgraph.api.typed import mutation
from escgraph.commands import ending
from escgraph.commands.acting import Call, Written
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.events import FollowUp
from escgraph.domain.permissions import Act
from escgraph.domain.terms import PersonId, ResolutionCode, TicketId


@strawberry.input(description="How the issue ended.")
class ResolveTicketInput(TicketInput):
    summary: str = strawberry.field(
        description="What was done; the reporter and the stakeholders read it too."
    )
    code: ResolutionCode = strawberry.field(description="How it ended.")
    root_cause: str = strawberry.field(
        default="", description="Why it had happened; empty where unknown."
    )
    reply: str = strawberry.field(
        default="",
        description="A note to the reporter, written first; it counts as the first response.",
    )


@strawberry.type(description="What came of resolving.")
class ResolveTicketPayload(TicketPayload):
    pass


@strawberry.input(description="What remains to be done.")
class FollowUpInput:
    description: str = strawberry.field(description="What is to be done.")
    owner_id: strawberry.ID = strawberry.field(description="The id of who does it.")
    due_on: date = strawberry.field(
        description="The day by which it is done: today (in UTC) or later."
    )


@strawberry.input(description="What closing wants to be documented.")
class CloseTicketInput(TicketInput):
    follow_ups: list[FollowUpInput] | None = strawberry.field(
        default=None, description="What remains to be done; or say `noFollowUps`."
    )
    no_follow_ups: bool = strawberry.field(
        default=False, description='The explicit "none", in the place of `followUps`.'
    )
    closing_notice: str = strawberry.field(
        default="",
        description="Goes to the stakeholders; needed unless they were told since it was resolved.",
    )
    override_reason: str = strawberry.field(
        default="", description="Why a manager closes in the owner's stead."
    )


@strawberry.type(description="What came of closing.")
class CloseTicketPayload(TicketPayload):
    pass


@strawberry.input(description="Why a ticket is taken up again.")
class ReopenTicketInput(TicketInput):
    reason: str = strawberry.field(description="Why.")


@strawberry.type(description="What came of reopening.")
class ReopenTicketPayload(TicketPayload):
    pass


@strawberry.input(description="Why a ticket needs no resolution.")
class CancelTicketInput(TicketInput):
    reason: str = strawberry.field(description="Why.")


@strawberry.type(description="What came of cancelling.")
class CancelTicketPayload(TicketPayload):
    pass


@strawberry.type
class EndingMutations:
    @mutation(description="Say that the issue is fixed, and how. Every deadline stops.")
    async def resolve_ticket(
        self, info: Info, given: Given[ResolveTicketInput]
    ) -> ResolveTicketPayload:
        async def act(ticket: TicketId, call: Call) -> Written:
            return await ending.resolve_ticket(
                ticket,
                call=call,
                summary=given.summary,
                code=given.code,
                root_cause=given.root_cause,
                reply=given.reply,
            )

        return await on_ticket(info, Act.RESOLVE, given, act, ResolveTicketPayload)

    @mutation(
        description="Confirm that a resolved ticket is over and documented; for its owner, and "
        "managers."
    )
    async def close_ticket(self, info: Info, given: Given[CloseTicketInput]) -> CloseTicketPayload:
        async def act(ticket: TicketId, call: Call) -> Written:
            return await ending.close_ticket(
                ticket,
                call=call,
                follow_ups=_follow_ups(given),
                closing_notice=given.closing_notice,
                override_reason=given.override_reason,
            )

        return await on_ticket(info, Act.CLOSE, given, act, CloseTicketPayload)

    @mutation(
        description="Take a resolved or closed ticket up again: a new cycle of the same ladder, "
        "with the time already spent."
    )
    async def reopen_ticket(
        self, info: Info, given: Given[ReopenTicketInput]
    ) -> ReopenTicketPayload:
        async def act(ticket: TicketId, call: Call) -> Written:
            return await ending.reopen_ticket(ticket, call=call, reason=given.reason)

        return await on_ticket(info, Act.REOPEN, given, act, ReopenTicketPayload)

    @mutation(description="End a ticket without a resolution.")
    async def cancel_ticket(
        self, info: Info, given: Given[CancelTicketInput]
    ) -> CancelTicketPayload:
        async def act(ticket: TicketId, call: Call) -> Written:
            return await ending.cancel_ticket(ticket, call=call, reason=given.reason)

        return await on_ticket(info, Act.CANCEL, given, act, CancelTicketPayload)


def _follow_ups(given: CloseTicketInput) -> tuple[FollowUp, ...] | None:
    """Empty for the explicit "none", None where nothing was said.

    Raises:
        InvalidInputError: both were said, or an owner's id is none.
    """
    if given.no_follow_ups and given.follow_ups:
        raise InvalidInputError(
            "followUps names actions and noFollowUps says that there are none; send one of them",
            field=("noFollowUps",),
        )
    if given.no_follow_ups:
        return ()
    if not given.follow_ups:
        return None
    return tuple(_follow_up(follow_up) for follow_up in given.follow_ups)


def _follow_up(given: FollowUpInput) -> FollowUp:
    return FollowUp(
        description=given.description,
        owner=PersonId(read_id(given.owner_id, field="followUps")),
        due_on=given.due_on,
    )
