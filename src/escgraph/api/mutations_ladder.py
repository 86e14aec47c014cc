"""Moving a ticket up and down, pausing its climb, changing how much it hurries."""

import strawberry

from escgraph.api.acting import Given, TicketInput, TicketPayload, on_ticket
from escgraph.api.context import Info
from escgraph.api.typed import mutation
from escgraph.commands import ladder, urgency
from escgraph.commands.acting import Call, Written
from escgraph.domain.permissions import Act
from escgraph.domain.terms import EscalationReason, HoldReason, Priority, TicketId, Tier


@strawberry.input(description="A new priority.")
class ChangePriorityInput(TicketInput):
    priority: Priority = strawberry.field(description="What it is from now on.")
    reason: str = strawberry.field(description="Why.")


@strawberry.type(description="What came of changing the priority.")
class ChangePriorityPayload(TicketPayload):
    pass


@strawberry.input(description="The urgent flag.")
class FlagUrgentInput(TicketInput):
    flagged: bool = strawberry.field(
        default=True, description="Whether it is flagged from now on; false takes the flag back."
    )
    reason: str = strawberry.field(description="Why.")


@strawberry.type(description="What came of the flag.")
class FlagUrgentPayload(TicketPayload):
    pass


@strawberry.input(description="The critical mark.")
class MarkCriticalInput(TicketInput):
    critical: bool = strawberry.field(
        default=True, description="Whether it is critical from now on; false takes the mark back."
    )
    reason: str = strawberry.field(description="Why.")


@strawberry.type(description="What came of the mark.")
class MarkCriticalPayload(TicketPayload):
    pass


@strawberry.input(description="A hold.")
class HoldTicketInput(TicketInput):
    reason: HoldReason = strawberry.field(description="For whom or what it waits.")
    note: str = strawberry.field(default="", description="What there is to say about it.")
    reply: str = strawberry.field(
        default="",
        description="A note to the reporter, written first; it counts as the first response.",
    )


@strawberry.type(description="What came of holding.")
class HoldTicketPayload(TicketPayload):
    pass


@strawberry.input(description="Which ticket resumes.")
class ResumeTicketInput(TicketInput):
    pass


@strawberry.type(description="What came of resuming.")
class ResumeTicketPayload(TicketPayload):
    pass


@strawberry.input(description="A move up by hand.")
class EscalateTicketInput(TicketInput):
    expected_tier: Tier = strawberry.field(
        description="Where you saw it. A second click finds it higher already and does nothing."
    )
    reason: EscalationReason = strawberry.field(description="Why.")
    to_tier: Tier | None = strawberry.field(
        default=None, description="Where it goes; null for the next tier."
    )
    comment: str = strawberry.field(default="", description="What there is to say about it.")


@strawberry.type(description="What came of escalating.")
class EscalateTicketPayload(TicketPayload):
    pass


@strawberry.input(description="A move down by hand.")
class DeescalateTicketInput(TicketInput):
    expected_tier: Tier = strawberry.field(
        description="Where you saw it. A second click finds it lower already and does nothing."
    )
    reason: str = strawberry.field(description="Why.")
    to_tier: Tier | None = strawberry.field(
        default=None, description="Where it goes; null for one tier down."
    )


@strawberry.type(description="What came of de-escalating.")
class DeescalateTicketPayload(TicketPayload):
    pass


@strawberry.type
class LadderMutations:
    @mutation(
        description="Set the priority. Deadlines count anew from the same start; those now past "
        "fire at once."
    )
    async def change_priority(
        self, info: Info, given: Given[ChangePriorityInput]
    ) -> ChangePriorityPayload:
        async def act(ticket: TicketId, call: Call) -> Written:
            return await urgency.change_priority(
                ticket, call=call, priority=given.priority, reason=given.reason
            )

        return await on_ticket(info, Act.CHANGE_PRIORITY, given, act, ChangePriorityPayload)

    @mutation(
        description="Set or take back the urgent flag. HIGH and critical tickets are urgent anyway."
    )
    async def flag_urgent(self, info: Info, given: Given[FlagUrgentInput]) -> FlagUrgentPayload:
        async def act(ticket: TicketId, call: Call) -> Written:
            return await urgency.flag_urgent(
                ticket, call=call, flagged=given.flagged, reason=given.reason
            )

        return await on_ticket(info, Act.FLAG_URGENT, given, act, FlagUrgentPayload)

    @mutation(
        description="Set or take back the critical mark of a HIGH ticket: management is to know at "
        "once, no tier moves."
    )
    async def mark_critical(
        self, info: Info, given: Given[MarkCriticalInput]
    ) -> MarkCriticalPayload:
        async def act(ticket: TicketId, call: Call) -> Written:
            return await urgency.mark_critical(
                ticket, call=call, critical=given.critical, reason=given.reason
            )

        return await on_ticket(info, Act.MARK_CRITICAL, given, act, MarkCriticalPayload)

    @mutation(
        description="Stop the rungs, not the first response, until somebody resumes or the "
        "policy's cap is reached. A HIGH ticket at LEVEL_1 is held by a manager only."
    )
    async def hold_ticket(self, info: Info, given: Given[HoldTicketInput]) -> HoldTicketPayload:
        async def act(ticket: TicketId, call: Call) -> Written:
            return await ladder.hold_ticket(
                ticket, call=call, reason=given.reason, note=given.note, reply=given.reply
            )

        return await on_ticket(info, Act.HOLD, given, act, HoldTicketPayload)

    @mutation(description="Let the rungs run on with what remained.")
    async def resume_ticket(
        self, info: Info, given: Given[ResumeTicketInput]
    ) -> ResumeTicketPayload:
        async def act(ticket: TicketId, call: Call) -> Written:
            return await ladder.resume_ticket(ticket, call=call)

        return await on_ticket(info, Act.RESUME, given, act, ResumeTicketPayload)

    @mutation(
        description="Move a ticket up before its deadline does. LEVEL_1 has logged an action "
        "first, or gives a reason that excuses it."
    )
    async def escalate_ticket(
        self, info: Info, given: Given[EscalateTicketInput]
    ) -> EscalateTicketPayload:
        async def act(ticket: TicketId, call: Call) -> Written:
            return await ladder.escalate_ticket(
                ticket,
                call=call,
                expected_tier=given.expected_tier,
                to_tier=given.to_tier,
                reason=given.reason,
                comment=given.comment,
            )

        return await on_ticket(info, Act.ESCALATE, given, act, EscalateTicketPayload)

    @mutation(
        description="Hand a ticket down; for the tier that holds it, and managers. The ladder does "
        "not reach those rungs again."
    )
    async def deescalate_ticket(
        self, info: Info, given: Given[DeescalateTicketInput]
    ) -> DeescalateTicketPayload:
        async def act(ticket: TicketId, call: Call) -> Written:
            return await ladder.deescalate_ticket(
                ticket,
                call=call,
                expected_tier=given.expected_tier,
                to_tier=given.to_tier,
                reason=given.reason,
            )

        return await on_ticket(info, Act.DEESCALATE, given, act, DeescalateTicketPayload)
