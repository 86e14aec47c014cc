"""Finding tickets: one, many, those of a filter, each only for those who may see it."""

import pytest

from escgraph.commands import circle, ending, ladder, urgency, work
from escgraph.domain.errors import NotFoundError
from escgraph.domain.terms import (
    Audience,
    EscalationReason,
    HoldReason,
    Priority,
    ResolutionCode,
    Status,
    TicketId,
    Tier,
)
from escgraph.queries import tickets
from escgraph.queries.tickets import TicketFilter, TicketSort, Wanted
from tests.queries.house import NINE, House, hours, minutes, nobody

ALL = TicketFilter()


async def _titles(house: House, **wanted: object) -> list[str]:
    which = TicketFilter(**wanted)  # type: ignore[arg-type]  # checked by the tests' success
    found = await tickets.page(which, TicketSort.OPENED_ASC, first=50, viewer=house.agent)
    assert await tickets.count(which, viewer=house.agent) == len(found.views)
    return [view.facts.title for view in found.views]


async def test_a_ticket_is_found_by_its_id_and_by_its_number(house: House) -> None:
    ticket_id = await house.open("One")

    by_id = await tickets.by_id(ticket_id, viewer=house.agent)
    by_number = await tickets.by_number(by_id.facts.number, viewer=house.agent)

    assert by_id.facts.title == "One"
    assert by_number == by_id


async def test_an_empty_list_of_wanted_things_lets_no_ticket_pass(house: House) -> None:
    await house.open("One")

    for which in ("tiers", "statuses", "priorities"):
        assert await _titles(house, **{which: ()}) == []
        assert await _titles(house, **{which: None}) == ["One"]


async def test_critical_tickets_are_found_and_left_out(house: House) -> None:
    critical = await house.open("Critical", Priority.HIGH)
    await house.open("Ordinary")
    call = house.call(house.agent, NINE + minutes(1))
    await urgency.mark_critical(critical, call=call, critical=True, reason="All sites")

    assert await _titles(house, critical=True) == ["Critical"]
    assert await _titles(house, critical=False) == ["Ordinary"]


@pytest.mark.parametrize("number", [0, -1, 999, 2**63, 10**30])
async def test_a_number_that_no_ticket_has_is_not_found(house: House, number: int) -> None:
    await house.open()

    with pytest.raises(NotFoundError, match="ESC-"):
        await tickets.by_number(number, viewer=house.agent)


async def test_an_id_that_no_ticket_has_is_not_found(house: House) -> None:
    with pytest.raises(NotFoundError, match="check the id"):
        await tickets.by_id(TicketId(nobody()), viewer=house.agent)


async def test_a_stakeholder_finds_only_the_tickets_that_name_them(house: House) -> None:
    named = await house.open("Named", stakeholders=(house.stakeholder.person,))
    other = await house.open("Other", stakeholders=(house.stranger.person,))
    viewer = house.stakeholder

    page = await tickets.page(ALL, first=50, viewer=viewer)

    assert [view.facts.id for view in page.views] == [named]
    assert await tickets.count(ALL, viewer=viewer) == 1
    assert list(await tickets.by_ids([other, named], viewer=viewer)) == [named]
    with pytest.raises(NotFoundError):
        await tickets.by_id(other, viewer=viewer)
    number = (await tickets.by_id(other, viewer=house.agent)).facts.number
    with pytest.raises(NotFoundError):
        await tickets.by_number(number, viewer=viewer)


async def test_who_is_no_stakeholder_any_longer_finds_the_ticket_no_longer(house: House) -> None:
    ticket_id = await house.open(stakeholders=(house.stakeholder.person,))
    call = house.call(house.agent, NINE + minutes(1))

    await circle.remove_stakeholder(ticket_id, call=call, person=house.stakeholder.person)

    assert await tickets.by_ids([ticket_id], viewer=house.stakeholder) == {}


async def test_everybody_else_finds_every_ticket(house: House) -> None:
    await house.open()

    confined = {house.stakeholder, house.stranger}
    counts = {who: await tickets.count(ALL, viewer=who) for who in house.everybody}

    assert counts == {who: 0 if who in confined else 1 for who in house.everybody}


async def test_a_view_holds_what_was_wanted_and_nothing_else(house: House) -> None:
    ticket_id = await house.open(priority=Priority.HIGH, stakeholders=(house.stakeholder.person,))
    await house.sweep(NINE + hours(2))
    await ladder.hold_ticket(
        ticket_id,
        call=house.call(house.engineer, NINE + hours(3)),
        reason=HoldReason.AWAITING_VENDOR,
    )

    bare = await tickets.by_id(ticket_id, viewer=house.agent)
    full = await tickets.by_id(ticket_id, viewer=house.agent, wanted=Wanted.EVERYTHING)

    assert (bare.deadlines, bare.escalations, bare.pauses, dict(bare.people)) == ((), (), (), {})
    assert [row.kind for row in full.deadlines][:2] == ["RESPONSE", "HOLD_CAP"]
    assert [row.to_tier for row in full.escalations] == [Tier.LEVEL_2]
    assert [pause.by for pause in full.pauses] == [house.engineer.person]
    assert full.facts.deadlines == full.deadlines
    assert full.facts.hold == full.pauses[0]
    names = {house.agent.person, house.stakeholder.person, house.engineer.person}
    assert names <= full.people.keys()


async def test_the_deadlines_of_a_view_are_those_of_its_cycle(house: House) -> None:
    ticket_id = await house.open(priority=Priority.HIGH)
    await house.sweep(NINE + hours(1))
    resolved = house.call(house.agent, NINE + hours(1.5))
    await ending.resolve_ticket(
        ticket_id, call=resolved, summary="Done", code=ResolutionCode.FIXED, root_cause=""
    )
    await ending.reopen_ticket(
        ticket_id, call=house.call(house.agent, NINE + hours(1.6)), reason="It is back"
    )

    view = await tickets.by_id(ticket_id, viewer=house.agent, wanted=Wanted.DEADLINES)

    assert {row.cycle for row in view.deadlines} == {2}


async def test_each_filter_leaves_exactly_what_it_names(house: House) -> None:
    one = await house.open("One", Priority.HIGH, category="system-outage", component="billing")
    two = await house.open("Two", Priority.MEDIUM, at=NINE + minutes(1))
    three = await house.open("Three", Priority.LOW, at=NINE + minutes(2), flagged=True)
    later = house.call(house.engineer, NINE + minutes(30))
    await work.acknowledge_ticket(two, call=later)
    managing = house.call(house.manager, later.at)
    await work.assign_ticket(two, call=managing, assignees=(house.engineer.person,))
    await circle.transfer_ownership(three, call=managing, owner=house.manager.person, reason="Mine")
    await house.sweep(NINE + hours(2))

    assert await _titles(house, tiers=(Tier.LEVEL_2,)) == ["One"]
    assert await _titles(house, tiers=(Tier.LEVEL_1, Tier.LEVEL_2)) == ["One", "Two", "Three"]
    assert await _titles(house, statuses=(Status.IN_PROGRESS,)) == ["Two"]
    assert await _titles(house, statuses=(Status.OPEN, Status.CLOSED)) == ["One", "Three"]
    assert await _titles(house, priorities=(Priority.HIGH, Priority.LOW)) == ["One", "Three"]
    assert await _titles(house, urgent=True) == ["One", "Three"]
    assert await _titles(house, urgent=False) == ["Two"]
    assert await _titles(house, owner=house.manager.person) == ["Three"]
    assert await _titles(house, assignee=house.engineer.person) == ["Two"]
    assert await _titles(house, category="system-outage") == ["One"]
    assert await _titles(house, component="search") == ["Two", "Three"]
    assert await _titles(house, breached=True) == ["One"]
    assert await _titles(house, breached=False) == ["Two", "Three"]
    assert await _titles(house, due_before=NINE + hours(4)) == []
    assert await _titles(house, due_before=NINE + hours(4) + minutes(1)) == ["One"]
    assert await _titles(house, tiers=(Tier.LEVEL_1,), urgent=True) == ["Three"]
    assert one != two


async def test_text_is_sought_in_title_description_and_number_in_any_case(house: House) -> None:
    first = await house.open("Printer JAMS", description="Paper everywhere")
    number = (await tickets.by_id(first, viewer=house.agent)).facts.number
    await house.open("Mail", description="The PRINTER says nothing", at=NINE + minutes(1))
    await house.open("Door", description="Stuck", at=NINE + minutes(2))

    assert await _titles(house, text="printer") == ["Printer JAMS", "Mail"]
    assert await _titles(house, text="jams") == ["Printer JAMS"]
    assert await _titles(house, text=f"ESC-{number:06d}") == ["Printer JAMS"]
    assert await _titles(house, text=f"esc-{number:06d}") == ["Printer JAMS"]
    assert await _titles(house, text="telephone") == []
    assert len(await _titles(house, text="")) == 3


@pytest.mark.parametrize("wild", ["%", "_", "!", "100%", "a_b", "!%"])
async def test_what_stands_for_anything_in_sql_stands_for_itself(house: House, wild: str) -> None:
    await house.open(f"Before {wild} after")
    await house.open("Before 1000 axb after", at=NINE + minutes(1))

    assert await _titles(house, text=wild) == [f"Before {wild} after"]


async def test_a_text_with_a_quote_is_no_sql(house: House) -> None:
    await house.open("It's; DROP TABLE ticket; --")

    assert await _titles(house, text="'; drop table") == []
    assert await _titles(house, text="it's; drop table") == ["It's; DROP TABLE ticket; --"]


async def test_an_update_is_due_after_an_escalation_or_a_resolution_until_it_is_posted(
    house: House,
) -> None:
    quiet = await house.open("Quiet")
    climbed = await house.open("Climbed")
    told = await house.open("Told")
    too_soon = await house.open("Told at the very moment")
    solved = await house.open("Solved")
    at = NINE + hours(1)
    for ticket_id in (climbed, told, too_soon):
        await ladder.escalate_ticket(
            ticket_id,
            call=house.call(house.agent, at),
            expected_tier=Tier.LEVEL_1,
            reason=EscalationReason.NO_ACCESS,
        )
    for ticket_id, later in ((told, at + minutes(1)), (too_soon, at)):
        call = house.call(house.agent, later)
        await circle.post_stakeholder_update(
            ticket_id, call=call, text="Hm", audience=Audience.EXTERNAL
        )
    await ending.resolve_ticket(
        solved,
        call=house.call(house.agent, at),
        summary="Done",
        code=ResolutionCode.FIXED,
        root_cause="",
    )

    found = await tickets.page(TicketFilter(update_due=True), first=50, viewer=house.agent)
    rest = await tickets.page(TicketFilter(update_due=False), first=50, viewer=house.agent)

    assert {view.facts.id for view in found.views} == {climbed, too_soon, solved}
    assert {view.facts.id for view in rest.views} == {quiet, told}
    assert all(view.facts.stakeholder_update_due for view in found.views)
    assert not any(view.facts.stakeholder_update_due for view in rest.views)
