"""Several reports of one issue: how they become one ticket, and what becomes of it (A23)."""

from escgraph.commands import circle, ending, ladder, merging, work
from escgraph.commands.urgency import change_priority
from escgraph.domain.terms import (
    Audience,
    DeadlineKind,
    EscalationReason,
    HoldReason,
    Priority,
    ResolutionCode,
    Status,
    Tier,
)
from escgraph.queries import duplicates, resolution_log, violations
from escgraph.queries.board import board
from escgraph.queries.duplicates import Subject
from tests.queries.house import NINE, hours, minutes
from tests.stories.shift import Shift

AGAIN = Subject(
    title="No mail",
    description="Nobody gets any mail here",
    category="system-outage",
    component="mail",
)


async def test_two_reports_of_one_outage_reach_management_by_the_earlier_report(
    shift: Shift,
) -> None:
    """A23, W3, W4, C3: one ladder, from nine o'clock, with both reports in its packages."""
    first = await shift.open(
        "Mail is down",
        Priority.HIGH,
        description="Nobody gets mail",
        category=AGAIN.category,
        component=AGAIN.component,
        stakeholders=(shift.stakeholder.person,),
    )
    await shift.until(NINE + minutes(50))
    (near,) = await duplicates.similar(AGAIN, at=NINE + minutes(50), viewer=shift.agent)
    assert near.view.facts.id == first
    second = await shift.open(
        AGAIN.title,
        Priority.HIGH,
        at=NINE + minutes(50),
        description=AGAIN.description,
        category=AGAIN.category,
        component=AGAIN.component,
        stakeholders=(shift.stranger.person,),
    )

    await merging.merge_tickets(
        first,
        second,
        call=shift.call(shift.agent, NINE + minutes(55)),
        reason="The second report has the trace",
    )
    await shift.until(NINE + hours(1))
    assert await shift.heard(second) == ["TicketOpened", "DuplicateAbsorbed", "ResponseBreached"]
    await shift.until(NINE + hours(2))
    assert await shift.tier(second) is Tier.LEVEL_2
    await work.log_action(
        second, call=shift.call(shift.engineer, NINE + hours(3)), text="Restarted the relay"
    )
    await shift.until(NINE + hours(4))

    kept = await shift.ticket(second)
    assert kept.tier is Tier.MANAGEMENT
    assert kept.escalated_at == NINE + hours(4)
    assert kept.stakeholders == (shift.stranger.person, shift.stakeholder.person)
    gone = await shift.ticket(first)
    assert (gone.status, gone.merged_into, gone.tier) == (Status.CANCELLED, second, Tier.LEVEL_1)
    assert await shift.heard(first) == ["TicketOpened", "TicketMerged"]
    for package in await shift.packages(second):
        (absorbed,) = package.duplicates
        assert absorbed.duplicate == first
        assert shift.stakeholder.person in package.people
        assert {one.clock_started_at for one in package.explanations} == {NINE}


async def test_a_storm_of_reports_becomes_one_ticket_on_the_board(shift: Shift) -> None:
    """A23, P1: whoever reports first starts the clock, in whatever order they are merged."""
    reports = [
        await shift.open(f"Mail is down, says floor {n}", Priority.HIGH, at=NINE + minutes(n))
        for n in range(8)
    ]
    kept = reports[5]
    for n, report in enumerate(reports):
        if report != kept:
            call = shift.call(shift.manager, NINE + minutes(20 + n))
            await merging.merge_tickets(report, kept, call=call, reason="One outage")

    seen = await board(at=NINE + minutes(30), viewer=shift.wallboard)
    assert [cell.count for cell in seen.cells] == [1]
    ticket = await shift.ticket(kept)
    assert ticket.clock_started_at == NINE
    response = ticket.deadline(DeadlineKind.RESPONSE)
    assert response is not None
    assert response.due_at == NINE + hours(1)
    await shift.until(NINE + hours(24))
    assert (await shift.heard(kept)).count("TicketEscalated") == 2
    assert await violations.violations(viewer=shift.manager) == []


async def test_a_merge_that_comes_late_fires_what_the_earlier_report_has_missed(
    shift: Shift,
) -> None:
    """A23, A8: in one go, in order, marked as caught up; the reminders count from then."""
    old = await shift.open("Search is slow", Priority.LOW)
    await ladder.hold_ticket(
        old, call=shift.call(shift.agent, NINE + minutes(5)), reason=HoldReason.AWAITING_CUSTOMER
    )
    await shift.until(NINE + hours(100))
    fresh = await shift.open("Search takes minutes", Priority.HIGH, at=NINE + hours(100))

    merged_at = NINE + hours(100) + minutes(10)
    await merging.merge_tickets(
        old, fresh, call=shift.call(shift.agent, merged_at), reason="The same index"
    )

    assert await shift.heard(fresh) == [
        "TicketOpened",
        "DuplicateAbsorbed",
        "ResponseBreached",
        "TicketEscalated",
        "TicketEscalated",
    ]
    ticket = await shift.ticket(fresh)
    assert ticket.tier is Tier.MANAGEMENT
    reminder = ticket.deadline(DeadlineKind.REMINDER_1)
    assert reminder is not None
    assert reminder.due_at == merged_at + hours(1)


async def test_a_reporter_who_was_answered_does_not_answer_for_the_other(shift: Shift) -> None:
    """A12, A23."""
    answered = await shift.open("Mail is down", Priority.HIGH)
    await work.acknowledge_ticket(answered, call=shift.call(shift.agent, NINE + minutes(5)))
    silent = await shift.open("No mail", Priority.HIGH, at=NINE + minutes(10))
    await merging.merge_tickets(
        answered, silent, call=shift.call(shift.agent, NINE + minutes(15)), reason="One outage"
    )

    await shift.until(NINE + hours(1))

    assert await shift.heard(silent) == ["TicketOpened", "DuplicateAbsorbed", "ResponseBreached"]
    assert not (await shift.ticket(answered)).breached


async def test_an_engine_that_slept_finds_one_ladder_and_not_two(shift: Shift) -> None:
    """A23: what was merged before it woke fires for the parent alone."""
    first = await shift.open("Mail is down", Priority.HIGH)
    second = await shift.open("No mail", Priority.HIGH, at=NINE + minutes(30))
    await merging.merge_tickets(
        first, second, call=shift.call(shift.agent, NINE + minutes(40)), reason="One outage"
    )

    await shift.asleep_until(NINE + hours(30))

    assert (await shift.heard(second)).count("TicketEscalated") == 2
    assert await shift.heard(first) == ["TicketOpened", "TicketMerged"]


async def test_what_goes_on_is_resolved_and_closed_once_and_the_log_has_one_entry(
    shift: Shift,
) -> None:
    """A23, D2, W6."""
    first = await shift.open("Mail is down", Priority.HIGH)
    second = await shift.open("No mail", Priority.HIGH, at=NINE + minutes(30))
    at = NINE + minutes(40)
    await merging.merge_tickets(
        second, first, call=shift.call(shift.agent, at), reason="One outage"
    )
    await ending.resolve_ticket(
        first,
        call=shift.call(shift.agent, at),
        summary="New disk",
        code=ResolutionCode.FIXED,
        root_cause="Old disk",
    )
    await circle.post_stakeholder_update(
        first,
        call=shift.call(shift.agent, at + minutes(1)),
        text="Mail works again",
        audience=Audience.EXTERNAL,
    )
    await ending.close_ticket(first, call=shift.call(shift.agent, at + minutes(2)), follow_ups=())

    await shift.until(NINE + hours(24))

    page = await resolution_log.page(first=10, viewer=shift.manager)
    assert [entry.ticket.facts.id for entry in page.entries] == [first]
    assert not {"TicketEscalated", "ResponseBreached"} & {
        *await shift.heard(first),
        *await shift.heard(second),
    }


async def test_a_priority_and_a_tier_of_the_parent_are_its_own_after_a_merge(shift: Shift) -> None:
    """A23: only the start moves; by it a raised priority counts then (A8)."""
    urgent = await shift.open("Mail is down", Priority.HIGH)
    await ladder.escalate_ticket(
        urgent,
        call=shift.call(shift.agent, NINE + minutes(5)),
        expected_tier=Tier.LEVEL_1,
        reason=EscalationReason.CRITICAL,
    )
    calm = await shift.open("Mail is slow", Priority.LOW, at=NINE + hours(1))
    await merging.merge_tickets(
        urgent, calm, call=shift.call(shift.agent, NINE + hours(3)), reason="One relay"
    )
    ticket = await shift.ticket(calm)
    assert (ticket.priority, ticket.tier) == (Priority.LOW, Tier.LEVEL_1)

    await change_priority(
        calm,
        call=shift.call(shift.agent, NINE + hours(3)),
        priority=Priority.HIGH,
        reason="It is an outage",
    )

    assert await shift.tier(calm) is Tier.LEVEL_2
    await shift.until(NINE + hours(4))
    assert await shift.tier(calm) is Tier.MANAGEMENT
