"""A ticket to which everything happened that a package tells, each text of it marked."""

from escgraph.commands import circle, ending, ladder, urgency, work
from escgraph.domain.terms import (
    Audience,
    EscalationId,
    EscalationReason,
    HoldReason,
    Priority,
    ResolutionCode,
    TicketId,
    Tier,
    Visibility,
)
from escgraph.queries import tickets
from escgraph.queries.views import Wanted
from tests.queries.house import NINE, House, hours, minutes

BETWEEN_COLLEAGUES = (
    "MARK-action",
    "MARK-internal",
    "MARK-correction",
    "https://example.org/MARK-link",
    "MARK-priority",
    "MARK-flag",
    "MARK-hold",
    "MARK-owner",
    "MARK-allocated",
    "MARK-cause",
    "MARK-reopened",
    "MARK-inside",
    "MARK-comment",
)
TO_ANYBODY = (
    "MARK-title",
    "MARK-description",
    "MARK-reporter",
    "MARK-outside",
    "MARK-summary",
    "Ann Example",
)


async def everything(house: House) -> tuple[TicketId, EscalationId]:
    """The ticket and its last escalation, which is by hand."""
    ticket_id = await house.open(
        "MARK-title",
        Priority.MEDIUM,
        description="MARK-description",
        stakeholders=(house.stakeholder.person,),
    )
    at = NINE + minutes(10)
    call, managing = house.call(house.agent, at), house.call(house.manager, at)
    await work.acknowledge_ticket(ticket_id, call=call)
    await work.log_action(ticket_id, call=call, text="MARK-action")
    await _noted(house, ticket_id)
    await work.attach_link(
        ticket_id,
        call=call,
        url="https://example.org/MARK-link",
        title="MARK-linked",
        media_type="text/plain",
        checksum="sha256:" + "0" * 64,
    )
    await urgency.change_priority(
        ticket_id, call=call, priority=Priority.HIGH, reason="MARK-priority"
    )
    await urgency.flag_urgent(ticket_id, call=call, flagged=True, reason="MARK-flag")
    await ladder.hold_ticket(
        ticket_id, call=managing, reason=HoldReason.AWAITING_VENDOR, note="MARK-hold"
    )
    await ladder.resume_ticket(ticket_id, call=house.call(house.manager, at + minutes(5)))
    await _given(house, ticket_id)
    await _told_and_back(house, ticket_id)
    await ladder.escalate_ticket(
        ticket_id,
        call=house.call(house.agent, NINE + hours(1)),
        expected_tier=Tier.LEVEL_1,
        reason=EscalationReason.UNRESOLVED,
        comment="MARK-comment",
    )
    view = await tickets.by_id(ticket_id, viewer=house.agent, wanted=Wanted.ESCALATIONS)
    return ticket_id, view.escalations[-1].id


async def _noted(house: House, ticket_id: TicketId) -> None:
    call = house.call(house.agent, NINE + minutes(11))
    for text, visibility in (
        ("MARK-internal", Visibility.INTERNAL),
        ("MARK-reporter", Visibility.REPORTER),
        ("MARK-correction", Visibility.INTERNAL),
    ):
        await work.add_note(ticket_id, call=call, text=text, visibility=visibility)


async def _given(house: House, ticket_id: TicketId) -> None:
    managing = house.call(house.manager, NINE + minutes(20))
    await circle.transfer_ownership(
        ticket_id, call=managing, owner=house.engineer.person, reason="MARK-owner"
    )
    await work.allocate_people(
        ticket_id, call=managing, people_ids=(house.engineer.person,), reason="MARK-allocated"
    )


async def _told_and_back(house: House, ticket_id: TicketId) -> None:
    call = house.call(house.engineer, NINE + minutes(30))
    for text, audience in (("MARK-inside", Audience.INTERNAL), ("MARK-outside", Audience.EXTERNAL)):
        await circle.post_stakeholder_update(ticket_id, call=call, text=text, audience=audience)
    await ending.resolve_ticket(
        ticket_id,
        call=call,
        summary="MARK-summary",
        code=ResolutionCode.WORKAROUND,
        root_cause="MARK-cause",
    )
    await ending.reopen_ticket(ticket_id, call=call, reason="MARK-reopened")
