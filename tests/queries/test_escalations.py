"""The list of escalations: the latest first, by filter, for those who may see the tickets."""

import pytest

from escgraph.commands import ladder
from escgraph.domain.errors import InvalidInputError, NotFoundError
from escgraph.domain.terms import EscalationId, EscalationReason, Priority, Tier, Trigger
from escgraph.queries import escalations, tickets
from escgraph.queries.escalations import EscalationFilter
from escgraph.queries.tickets import TicketFilter
from tests.queries.house import NINE, House, hours, minutes


async def _story(house: House) -> None:
    """LEVEL_2 and MANAGEMENT by deadline for one ticket, LEVEL_2 by hand for another."""
    await house.open("By itself", Priority.HIGH, stakeholders=(house.stakeholder.person,))
    by_hand = await house.open("By hand", Priority.LOW)
    await house.sweep(NINE + hours(2))
    await ladder.escalate_ticket(
        by_hand,
        call=house.call(house.agent, NINE + hours(3)),
        expected_tier=Tier.LEVEL_1,
        reason=EscalationReason.NO_ACCESS,
    )
    await house.sweep(NINE + hours(4))


async def _fired(house: House, **wanted: object) -> list[float]:
    """When they fired, in hours after nine."""
    which = EscalationFilter(**wanted)  # type: ignore[arg-type]  # checked by the tests' success
    page = await escalations.page(which, first=50, viewer=house.agent)
    return [(row.fired_at - NINE) / hours(1) for row in page.rows]


async def test_the_latest_escalation_comes_first(house: House) -> None:
    await _story(house)

    assert await _fired(house) == [4, 3, 2]


async def test_each_filter_leaves_exactly_the_escalations_that_it_names(house: House) -> None:
    await _story(house)
    found = await tickets.page(TicketFilter(text="By hand"), first=1, viewer=house.agent)

    assert await _fired(house, tiers=(Tier.LEVEL_2,)) == [3, 2]
    assert await _fired(house, tiers=(Tier.MANAGEMENT, Tier.LEVEL_3)) == [4]
    assert await _fired(house, priorities=(Priority.LOW,)) == [3]
    assert await _fired(house, triggers=(Trigger.DEADLINE,)) == [4, 2]
    assert await _fired(house, triggers=(Trigger.REOPENED,)) == []
    assert await _fired(house, critical=False) == [4, 3, 2]
    assert await _fired(house, critical=True) == []
    assert await _fired(house, tiers=()) == []
    assert await _fired(house, priorities=()) == []
    assert await _fired(house, triggers=()) == []
    assert await _fired(house, since=NINE + hours(3)) == [4, 3]
    assert await _fired(house, until=NINE + hours(3)) == [2]
    assert await _fired(house, since=NINE + hours(2), until=NINE + hours(4)) == [3, 2]
    assert await _fired(house, ticket=found.views[0].facts.id) == [3]


async def test_pages_give_each_escalation_once(house: House) -> None:
    for n in range(5):
        await house.open(f"{n}", Priority.HIGH)
    await house.sweep(NINE + hours(4) + minutes(1))
    seen: list[EscalationId] = []
    after, has_next = None, True

    while has_next:
        page = await escalations.page(first=3, after=after, viewer=house.agent)
        seen += [row.id for row in page.rows]
        after, has_next = page.cursors[-1], page.has_next

    assert len(seen) == len(set(seen)) == 10
    assert seen == [row.id for row in (await escalations.page(first=50, viewer=house.agent)).rows]


async def test_a_page_names_everybody_who_stands_on_it(house: House) -> None:
    await _story(house)

    page = await escalations.page(first=50, viewer=house.agent)

    responsible = {house.agent.person, house.engineer.person, house.manager.person}
    assert page.people.keys() == responsible


async def test_a_stakeholder_sees_the_escalations_of_their_tickets(house: House) -> None:
    await _story(house)

    page = await escalations.page(first=50, viewer=house.stakeholder)
    rest = await escalations.page(first=50, viewer=house.stranger)

    assert [row.to_tier for row in page.rows] == [Tier.MANAGEMENT, Tier.LEVEL_2]
    assert rest.rows == ()
    assert await escalations.by_id(page.rows[0].id, viewer=house.stakeholder) == page.rows[0]
    with pytest.raises(NotFoundError):
        await escalations.by_id(page.rows[0].id, viewer=house.stranger)


async def test_a_cursor_of_the_tickets_is_no_cursor_of_the_escalations(house: House) -> None:
    await _story(house)
    page = await tickets.page(TicketFilter(), first=1, viewer=house.agent)

    with pytest.raises(InvalidInputError, match="another list"):
        await escalations.page(first=1, after=page.cursors[0], viewer=house.agent)
