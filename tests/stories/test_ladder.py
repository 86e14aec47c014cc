"""The ladder of the SOP from the opening to the end, as a shift lives through it (§4, §6)."""

from datetime import timedelta

import pytest

from escgraph.commands import circle, ending, ladder, work
from escgraph.domain.errors import DocumentsMissingError, WrongStatusError
from escgraph.domain.terms import (
    Audience,
    EscalationReason,
    HoldReason,
    Priority,
    ResolutionCode,
    Status,
    Tier,
)
from escgraph.queries.forecast import forecast, load_by_tier
from tests.queries.house import NINE, hours, minutes
from tests.stories.shift import Shift


@pytest.mark.parametrize(
    ("priority", "response", "level_2", "management"),
    [(Priority.HIGH, 1, 2, 4), (Priority.MEDIUM, 4, 8, 16), (Priority.LOW, 24, 48, 72)],
)
async def test_an_unattended_ticket_climbs_at_its_hours_and_not_a_second_before(
    shift: Shift, priority: Priority, response: int, level_2: int, management: int
) -> None:
    """T1 to T9, W3, W4."""
    second = timedelta(seconds=1)
    ticket = await shift.open(priority=priority)

    for reached, after, heard in (
        (Tier.LEVEL_1, response, "ResponseBreached"),
        (Tier.LEVEL_2, level_2, "TicketEscalated"),
        (Tier.MANAGEMENT, management, "TicketEscalated"),
    ):
        before = await shift.heard(ticket)
        await shift.asleep_until(NINE + hours(after) - second)
        assert await shift.heard(ticket) == before
        await shift.asleep_until(NINE + hours(after))
        assert await shift.heard(ticket) == [*before, heard]
        assert await shift.tier(ticket) is reached


async def test_a_shift_that_looks_ahead_and_acts_lets_nothing_climb(shift: Shift) -> None:
    """What was foretold happens if nobody acts, and so it is worth acting."""
    mail = await shift.open("Mail is down", Priority.HIGH)
    search = await shift.open("Search is slow", Priority.MEDIUM)
    ahead = await forecast(hours(2), at=NINE, first=10, viewer=shift.manager)
    assert [(one.view.facts.id, str(one.kind)) for one in ahead] == [
        (mail, "RESPONSE"),
        (mail, "LEVEL_2"),
    ]

    await work.acknowledge_ticket(mail, call=shift.call(shift.agent, NINE + minutes(30)))
    await shift.until(NINE + minutes(90))
    await ending.resolve_ticket(
        mail,
        call=shift.call(shift.agent, NINE + minutes(90)),
        summary="New disk",
        code=ResolutionCode.FIXED,
        root_cause="",
    )
    await shift.until(NINE + hours(3))

    assert await shift.tier(mail) is Tier.LEVEL_1
    assert not (await shift.ticket(mail)).breached
    loads = await load_by_tier(hours(5), at=NINE + hours(3), viewer=shift.manager)
    assert [(sum(one.now.values()), sum(one.then.values())) for one in loads] == [
        (1, 0),
        (0, 1),
        (0, 0),
        (0, 0),
    ]
    await shift.until(NINE + hours(8))
    assert await shift.tier(search) is Tier.LEVEL_2


async def test_a_ticket_that_waits_for_a_customer_goes_on_by_itself_and_climbs_then(
    shift: Shift,
) -> None:
    """A7: held for its cap of 14 days, with what remained of its targets afterwards."""
    ticket = await shift.open(priority=Priority.LOW)
    await ladder.hold_ticket(
        ticket,
        call=shift.call(shift.agent, NINE + hours(8)),
        reason=HoldReason.AWAITING_CUSTOMER,
        reply="Which browser do you use?",
    )

    await shift.until(NINE + hours(8 + 14 * 24))
    assert (await shift.ticket(ticket)).status is Status.IN_PROGRESS
    await shift.until(NINE + hours(48 + 14 * 24))
    assert await shift.tier(ticket) is Tier.LEVEL_2
    assert "ResponseBreached" not in await shift.heard(ticket)


async def test_management_takes_over_is_reminded_no_longer_and_closes_what_is_documented(
    shift: Shift,
) -> None:
    """W5, A19, R3, R5, W6."""
    ticket = await shift.open("Mail is down", Priority.HIGH)
    await shift.until(NINE + hours(5))
    assert (await shift.heard(ticket)).count("ManagementReminded") == 1
    manager = shift.call(shift.manager, NINE + hours(5) + minutes(1))
    await work.accept_ticket(ticket, call=manager)
    await work.allocate_people(
        ticket, call=manager, people_ids=(shift.engineer.person,), reason="It needs two"
    )
    await circle.post_stakeholder_update(
        ticket, call=manager, text="We are on it", audience=Audience.EXTERNAL
    )
    await shift.until(NINE + hours(30))
    assert (await shift.heard(ticket)).count("ManagementReminded") == 1

    agent = shift.call(shift.agent, NINE + hours(30))
    with pytest.raises(WrongStatusError, match="resolve it first"):
        await ending.close_ticket(ticket, call=agent, follow_ups=())
    await ending.resolve_ticket(
        ticket, call=agent, summary="New disk", code=ResolutionCode.FIXED, root_cause="Old disk"
    )
    with pytest.raises(DocumentsMissingError, match="later than the resolution"):
        await ending.close_ticket(ticket, call=agent, follow_ups=())
    await ending.close_ticket(ticket, call=agent, follow_ups=(), closing_notice="It is over")
    assert (await shift.ticket(ticket)).status is Status.CLOSED


async def test_the_third_reopening_climbs_and_what_fired_before_stays_fired(shift: Shift) -> None:
    """A20."""
    ticket = await shift.open("Mail is down", Priority.LOW)
    at = NINE
    for number in (1, 2, 3):
        at += hours(1)
        call = shift.call(shift.agent, at)
        await ending.resolve_ticket(
            ticket, call=call, summary="Restarted", code=ResolutionCode.WORKAROUND, root_cause=""
        )
        await ending.reopen_ticket(ticket, call=call, reason="It is back")
        expected = Tier.LEVEL_2 if number == 3 else Tier.LEVEL_1
        assert await shift.tier(ticket) is expected

    await shift.until(NINE + hours(72))

    climbed = [package.timeline[-1] for package in await shift.packages(ticket)]
    assert [event.to_tier for event in climbed] == [Tier.LEVEL_2, Tier.MANAGEMENT]  # type: ignore[attr-defined]  # escalations all


async def test_a_tier_without_people_is_reached_all_the_same(shift: Shift) -> None:
    """A22: nobody works at LEVEL_3, and the managers are told in its place."""
    ticket = await shift.open(priority=Priority.HIGH)
    await work.log_action(ticket, call=shift.call(shift.agent, NINE), text="Restarted it")
    call = shift.call(shift.engineer, NINE + minutes(10))
    await ladder.escalate_ticket(
        ticket,
        call=call,
        expected_tier=Tier.LEVEL_1,
        to_tier=Tier.LEVEL_3,
        reason=EscalationReason.EXPERTISE_NEEDED,
    )

    (package,) = await shift.packages(ticket)
    assert package.timeline[-1].no_recipient is True  # type: ignore[attr-defined]  # an escalation
    assert await shift.tier(ticket) is Tier.LEVEL_3
