"""The resolution log: how issues ended, where the time went, what was missed (D2)."""

from datetime import datetime

from escgraph.commands import ending, ladder
from escgraph.domain.terms import EscalationReason, Priority, ResolutionCode, TicketId, Tier
from escgraph.queries import resolution_log
from escgraph.queries.resolution_log import ResolutionFilter
from tests.queries.house import NINE, House, hours


async def _resolve(
    house: House,
    ticket_id: TicketId,
    at: datetime,
    code: ResolutionCode = ResolutionCode.FIXED,
) -> None:
    await ending.resolve_ticket(
        ticket_id,
        call=house.call(house.agent, at),
        summary="The index was rebuilt",
        code=code,
        root_cause="A full disk",
    )


async def _titles(house: House, **wanted: object) -> list[str]:
    which = ResolutionFilter(**wanted)  # type: ignore[arg-type]  # checked by the tests' success
    page = await resolution_log.page(which, first=50, viewer=house.agent)
    return [entry.ticket.facts.title for entry in page.entries]


async def test_an_entry_says_how_it_ended_where_the_time_went_and_what_was_missed(
    house: House,
) -> None:
    ticket_id = await house.open(priority=Priority.HIGH)
    await house.sweep(NINE + hours(2))
    await ladder.escalate_ticket(
        ticket_id,
        call=house.call(house.engineer, NINE + hours(3)),
        expected_tier=Tier.LEVEL_2,
        reason=EscalationReason.EXPERTISE_NEEDED,
    )
    await house.sweep(NINE + hours(4))
    await _resolve(house, ticket_id, NINE + hours(6))
    again = house.call(house.manager, NINE + hours(20))
    await ending.reopen_ticket(ticket_id, call=again, reason="It is back")
    await _resolve(house, ticket_id, NINE + hours(21))

    page = await resolution_log.page(first=1, viewer=house.agent)

    (entry,) = page.entries
    assert entry.resolution.summary == "The index was rebuilt"
    assert entry.resolution.root_cause == "A full disk"
    assert entry.at_tier == {
        Tier.LEVEL_1: hours(2),
        Tier.LEVEL_2: hours(1),
        Tier.LEVEL_3: hours(1),
        Tier.MANAGEMENT: hours(3),
    }
    assert entry.response_breached
    assert entry.rungs_missed == (Tier.LEVEL_2, Tier.MANAGEMENT)
    assert entry.reopenings == 1
    assert not page.has_next


async def test_what_was_solved_in_time_has_missed_nothing(house: House) -> None:
    ticket_id = await house.open()
    await _resolve(house, ticket_id, NINE + hours(1))

    ((entry,), _, _) = await _parts(house)

    assert not entry.response_breached
    assert entry.rungs_missed == ()
    assert entry.reopenings == 0


async def _parts(
    house: House,
) -> tuple[tuple[resolution_log.Resolved, ...], tuple[str, ...], bool]:
    page = await resolution_log.page(first=50, viewer=house.agent)
    return page.entries, page.cursors, page.has_next


async def test_only_what_is_resolved_or_closed_stands_in_the_log(house: House) -> None:
    for title in ("Live", "Cancelled", "Reopened", "Resolved", "Closed"):
        ticket_id = await house.open(title)
        at = NINE + hours(1)
        call = house.call(house.agent, at)
        if title == "Cancelled":
            await ending.cancel_ticket(ticket_id, call=call, reason="Opened twice")
        if title in {"Reopened", "Resolved", "Closed"}:
            await _resolve(house, ticket_id, at)
        if title == "Reopened":
            await ending.reopen_ticket(ticket_id, call=call, reason="It is back")
        if title == "Closed":
            await ending.close_ticket(ticket_id, call=call, follow_ups=(), closing_notice="Ok")

    assert sorted(await _titles(house)) == ["Closed", "Resolved"]


async def _three(house: House) -> None:
    first = await house.open("One", Priority.HIGH, category="system-outage", component="mail")
    second = await house.open("Two", Priority.LOW)
    third = await house.open("Three", Priority.LOW, stakeholders=(house.stakeholder.person,))
    await _resolve(house, first, NINE + hours(0.5))
    await _resolve(house, second, NINE + hours(1), ResolutionCode.DUPLICATE)
    await _resolve(house, third, NINE + hours(2), ResolutionCode.WORKAROUND)


async def test_each_filter_leaves_exactly_the_resolutions_that_it_names(house: House) -> None:
    await _three(house)

    assert await _titles(house) == ["Three", "Two", "One"]
    assert await _titles(house, since=NINE + hours(1)) == ["Three", "Two"]
    assert await _titles(house, until=NINE + hours(1)) == ["One"]
    assert await _titles(house, codes=(ResolutionCode.DUPLICATE,)) == ["Two"]
    assert await _titles(house, codes=()) == []
    assert await _titles(house, category="system-outage") == ["One"]
    assert await _titles(house, component="search") == ["Three", "Two"]
    assert await _titles(house, priorities=(Priority.HIGH, Priority.MEDIUM)) == ["One"]


async def test_pages_of_the_log_give_each_entry_once(house: House) -> None:
    await _three(house)

    page = await resolution_log.page(first=2, viewer=house.agent)
    rest = await resolution_log.page(first=2, after=page.cursors[-1], viewer=house.agent)

    titles = [entry.ticket.facts.title for entry in (*page.entries, *rest.entries)]
    assert titles == ["Three", "Two", "One"]
    assert page.has_next
    assert not rest.has_next


async def test_a_stakeholder_reads_the_log_of_their_tickets(house: House) -> None:
    await _three(house)

    page = await resolution_log.page(first=50, viewer=house.stakeholder)

    assert [entry.ticket.facts.title for entry in page.entries] == ["Three"]
