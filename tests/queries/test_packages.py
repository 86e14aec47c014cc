"""The package of an escalation says what was, whatever comes of the ticket afterwards (C3)."""

from datetime import datetime

import pytest

from escgraph.commands import circle, ending, ladder, urgency, work
from escgraph.domain.errors import ForbiddenError, NotFoundError
from escgraph.domain.events import TicketEscalated
from escgraph.domain.package import NONE_RECORDED
from escgraph.domain.terms import (
    Audience,
    DeadlineKind,
    DeadlineState,
    EscalationId,
    EscalationReason,
    HoldReason,
    Priority,
    ResolutionCode,
    Status,
    TicketId,
    Tier,
    Trigger,
    Visibility,
)
from escgraph.domain.ticket import Ticket
from escgraph.queries import escalations, tickets
from escgraph.queries.escalations import NOT_SHOWN, EscalationRow
from escgraph.queries.views import Wanted
from tests.queries.house import NINE, House, hours, minutes, nobody


async def _climbed(house: House, ticket_id: TicketId) -> tuple[EscalationRow, ...]:
    view = await tickets.by_id(ticket_id, viewer=house.agent, wanted=Wanted.ESCALATIONS)
    return view.escalations


async def _escalate(
    house: House, ticket_id: TicketId, at: datetime, expected: Tier = Tier.LEVEL_1
) -> None:
    await ladder.escalate_ticket(
        ticket_id,
        call=house.call(house.agent, at),
        expected_tier=expected,
        reason=EscalationReason.NO_ACCESS,
        comment="No key",
    )


async def _resolve(house: House, ticket_id: TicketId, at: datetime) -> None:
    await ending.resolve_ticket(
        ticket_id,
        call=house.call(house.agent, at),
        summary="Done",
        code=ResolutionCode.FIXED,
        root_cause="",
    )


async def _everything_happens(house: House, ticket_id: TicketId, at: datetime) -> None:
    """Acts that change every kind of fact, all at one moment."""
    call, managing = house.call(house.agent, at), house.call(house.manager, at)
    await work.acknowledge_ticket(ticket_id, call=call)
    await work.add_note(ticket_id, call=call, text="Later", visibility=Visibility.INTERNAL)
    await work.log_action(ticket_id, call=call, text="Tried later")
    await circle.add_stakeholder(ticket_id, call=call, person=house.stranger.person)
    await circle.transfer_ownership(
        ticket_id, call=managing, owner=house.manager.person, reason="Mine"
    )
    await urgency.change_priority(ticket_id, call=managing, priority=Priority.LOW, reason="Calm")
    view = await tickets.by_id(ticket_id, viewer=house.agent)
    if view.facts.status is Status.ON_HOLD:
        await ladder.resume_ticket(ticket_id, call=managing)
    await ladder.hold_ticket(ticket_id, call=managing, reason=HoldReason.CHANGE_WINDOW)
    await ladder.resume_ticket(ticket_id, call=managing)
    await _resolve(house, ticket_id, at)
    await ending.reopen_ticket(ticket_id, call=managing, reason="It is back")


async def test_a_package_stays_as_it_was_even_for_acts_of_the_same_moment(house: House) -> None:
    ticket_id = await house.open(priority=Priority.HIGH, stakeholders=(house.stakeholder.person,))
    await work.log_action(
        ticket_id, call=house.call(house.agent, NINE + minutes(5)), text="Restarted"
    )
    at = NINE + hours(2)
    await house.sweep(at)
    (row,) = await _climbed(house, ticket_id)
    before = await escalations.package(row.id, viewer=house.agent)

    await _everything_happens(house, ticket_id, at)
    await house.sweep(NINE + hours(100))

    assert await escalations.package(row.id, viewer=house.agent) == before
    assert [type(entry).__name__ for entry in before.timeline] == [
        "TicketOpened",
        "ActionLogged",
        "ResponseBreached",
        "TicketEscalated",
    ]


async def test_a_package_of_a_held_ticket_stays_on_hold(house: House) -> None:
    ticket_id = await house.open()
    at = NINE + hours(1)
    await ladder.hold_ticket(
        ticket_id,
        call=house.call(house.agent, at),
        reason=HoldReason.AWAITING_VENDOR,
        note="They sleep",
    )
    await _escalate(house, ticket_id, at)
    (row,) = await _climbed(house, ticket_id)
    before = await escalations.package(row.id, viewer=house.agent)

    await _everything_happens(house, ticket_id, at)

    assert await escalations.package(row.id, viewer=house.agent) == before
    assert [(pause.note, pause.ended_at) for pause in before.pauses] == [("They sleep", None)]
    assert before.ticket.status is Status.ON_HOLD


async def test_a_package_holds_the_ticket_exactly_as_it_stood_just_before(house: House) -> None:
    ticket_id = await house.open(stakeholders=(house.stakeholder.person,))
    call = house.call(house.agent, NINE + minutes(10))
    await ladder.hold_ticket(ticket_id, call=call, reason=HoldReason.AWAITING_CUSTOMER)
    await ladder.resume_ticket(ticket_id, call=house.call(house.agent, NINE + minutes(20)))
    await work.assign_ticket(ticket_id, call=call, assignees=(house.agent.person,))
    just_before = await _whole(house, ticket_id)

    await _escalate(house, ticket_id, NINE + hours(1))
    (row,) = await _climbed(house, ticket_id)
    package = await escalations.package(row.id, viewer=house.manager)

    assert _known(package.ticket) == _known(just_before)
    armed = {d.kind: d.due_at for d in just_before.deadlines if d.armed}
    assert {d.kind: d.due_at for d in package.ticket.deadlines} == armed


async def _whole(house: House, ticket_id: TicketId) -> Ticket:
    wanted = Wanted.DEADLINES | Wanted.PAUSES
    return (await tickets.by_id(ticket_id, viewer=house.agent, wanted=wanted)).facts


def _known(ticket: Ticket) -> dict[str, object]:
    """All facts but the deadlines, of which a package knows the armed ones alone."""
    names = Ticket.__dataclass_fields__.keys() - {"deadlines"}
    return {name: getattr(ticket, name) for name in names}


async def test_a_package_explains_the_deadlines_as_they_were_then(house: House) -> None:
    ticket_id = await house.open(priority=Priority.HIGH)
    await house.sweep(NINE + hours(2))
    (row,) = await _climbed(house, ticket_id)

    package = await escalations.package(row.id, viewer=house.agent)

    explained = {one.kind: one for one in package.explanations}
    assert explained[DeadlineKind.LEVEL_2].due_at == NINE + hours(2)
    assert explained[DeadlineKind.LEVEL_2].state is DeadlineState.ARMED
    assert explained[DeadlineKind.MANAGEMENT].due_at == NINE + hours(4)
    assert explained[DeadlineKind.RESPONSE].due_at == NINE + hours(1)


async def test_a_package_names_what_nobody_wrote(house: House) -> None:
    bare = await house.open(component="", priority=Priority.HIGH)
    written = await house.open(stakeholders=(house.stakeholder.person,), priority=Priority.HIGH)
    call = house.call(house.agent, NINE + minutes(1))
    await work.acknowledge_ticket(written, call=call)
    await work.assign_ticket(written, call=call, assignees=(house.agent.person,))
    await work.log_action(written, call=call, text="Restarted")
    await work.add_note(written, call=call, text="Hm", visibility=Visibility.INTERNAL)
    await circle.post_stakeholder_update(written, call=call, text="So", audience=Audience.EXTERNAL)
    await house.sweep(NINE + hours(2))

    packages = [
        await escalations.package((await _climbed(house, ticket_id))[0].id, viewer=house.agent)
        for ticket_id in (bare, written)
    ]

    assert len(packages[0].missing) == 7
    assert packages[1].missing == ()


async def test_the_entries_of_a_package_are_those_of_its_timeline(house: House) -> None:
    ticket_id = await house.open(priority=Priority.HIGH)
    await house.sweep(NINE + hours(4))
    second = (await _climbed(house, ticket_id))[1]

    frozen = await escalations.frozen_package(second.id, viewer=house.agent)

    assert frozen.escalation == second
    assert len(frozen.entries) == len(frozen.package.timeline) == 4
    assert [entry.at for entry in frozen.entries] == [e.at for e in frozen.package.timeline]
    last = frozen.package.timeline[-1]
    assert isinstance(last, TicketEscalated)
    assert last.to_tier is Tier.MANAGEMENT


async def test_a_package_is_for_those_who_read_what_colleagues_write(house: House) -> None:
    ticket_id = await house.open(priority=Priority.HIGH, stakeholders=(house.stakeholder.person,))
    await house.sweep(NINE + hours(2))
    (row,) = await _climbed(house, ticket_id)

    refused = {}
    for viewer in house.everybody:
        try:
            await escalations.package(row.id, viewer=viewer)
        except (ForbiddenError, NotFoundError) as error:
            refused[viewer] = type(error)

    assert refused == {
        house.stakeholder: ForbiddenError,
        house.stranger: NotFoundError,
        house.wallboard: ForbiddenError,
    }


async def test_an_escalation_that_there_is_not_is_not_found(house: House) -> None:
    with pytest.raises(NotFoundError):
        await escalations.package(EscalationId(nobody()), viewer=house.agent)


async def test_each_escalation_says_what_had_been_tried_before_it(house: House) -> None:
    ticket_id = await house.open(priority=Priority.HIGH, stakeholders=(house.stakeholder.person,))
    await house.sweep(NINE + hours(2))
    for text in ("Restarted", "Replaced"):
        call = house.call(house.engineer, NINE + hours(3))
        await work.log_action(ticket_id, call=call, text=text)
    await house.sweep(NINE + hours(4))
    first, second = await _climbed(house, ticket_id)

    tried = await escalations.actions_taken((first, second), viewer=house.agent)
    shown = await escalations.actions_taken((second,), viewer=house.stakeholder)

    assert tried == {first.id: NONE_RECORDED, second.id: "Restarted\nReplaced"}
    assert shown == {second.id: NOT_SHOWN}


async def test_a_manual_escalation_and_a_deadline_are_told_apart(house: House) -> None:
    ticket_id = await house.open(priority=Priority.HIGH)
    await _escalate(house, ticket_id, NINE + hours(1))
    await house.sweep(NINE + hours(4))

    rows = await _climbed(house, ticket_id)

    assert [row.trigger for row in rows] == [Trigger.MANUAL, Trigger.DEADLINE]


async def test_a_package_says_how_each_deadline_had_ended_by_then(house: House) -> None:
    ticket_id = await house.open(priority=Priority.HIGH)
    await house.sweep(NINE + hours(2))
    await _escalate(house, ticket_id, NINE + hours(3), expected=Tier.LEVEL_2)
    await house.sweep(NINE + hours(4))
    first, second, third = await _climbed(house, ticket_id)

    states = {
        row.to_tier: {
            explanation.kind: (explanation.state, explanation.stored_due_at)
            for explanation in (await escalations.package(row.id, viewer=house.agent)).explanations
        }
        for row in (first, second, third)
    }

    response = (DeadlineState.FIRED, NINE + hours(1))
    rung = NINE + hours(2)
    top = (DeadlineState.ARMED, NINE + hours(4))
    assert states == {
        Tier.LEVEL_2: {
            DeadlineKind.RESPONSE: response,
            DeadlineKind.LEVEL_2: (DeadlineState.ARMED, rung),
            DeadlineKind.MANAGEMENT: top,
        },
        Tier.LEVEL_3: {
            DeadlineKind.RESPONSE: response,
            DeadlineKind.LEVEL_2: (DeadlineState.FIRED, rung),
            DeadlineKind.MANAGEMENT: top,
        },
        Tier.MANAGEMENT: {
            DeadlineKind.RESPONSE: response,
            DeadlineKind.LEVEL_2: (DeadlineState.FIRED, rung),
            DeadlineKind.MANAGEMENT: top,
        },
    }
