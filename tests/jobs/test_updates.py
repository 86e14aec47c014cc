"""An owner is reminded of the word that they owe the stakeholders, once each time (R4)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time, timedelta

import pytest

from escgraph.commands import circle, ending
from escgraph.domain.calendar import Calendar, Window
from escgraph.domain.policy import SOP
from escgraph.domain.terms import Audience, Priority, ResolutionCode, TicketId
from escgraph.domain.updates import last_heard
from escgraph.jobs.updates import remind_of_updates
from escgraph.queries.updates import overdue_updates
from escgraph.store import database, simulation, stream, tickets
from escgraph.store.stream import StoredEvent
from tests.queries.house import NINE, House, hours
from tests.store.ladders import publish

INSTANT = timedelta(microseconds=1)
DUE = NINE + hours(4)


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    await database.connect(database_url, pool_size=6)
    house = House()
    await house.move_in()
    yield house
    await database.close()


async def followed(house: House, priority: Priority = Priority.MEDIUM) -> TicketId:
    """A ticket of the agent's that the stakeholder hears of."""
    return await house.open(priority=priority, stakeholders=(house.stakeholder.person,))


async def told(house: House, ticket_id: TicketId, hour: float) -> None:
    await circle.post_stakeholder_update(
        ticket_id,
        call=house.call(house.agent, NINE + hours(hour)),
        text="Still at it",
        audience=Audience.EXTERNAL,
    )


async def by_office_hours() -> None:
    """LOW tickets wait Monday to Friday from nine to five, from now on."""
    week = ((Window(time(9), time(17)),),) * 5 + ((), ())
    office = Calendar("office", "UTC", week)
    await publish(
        replace(SOP, version=2, calendars={"office": office}, clocks={Priority.LOW: "office"})
    )
    await database.execute("UPDATE policy SET retired_at = $1 WHERE version = 1", NINE)


async def reminders() -> list[StoredEvent]:
    found = await stream.read(0, limit=10_000)
    return [event for event in found if event.kind == "StakeholderUpdateOverdue"]


async def test_the_owner_is_reminded_when_it_is_due_and_not_before(house: House) -> None:
    ticket_id = await followed(house)
    version = (await tickets.load(ticket_id)).version

    assert await remind_of_updates(now=DUE - INSTANT) is None
    position = await remind_of_updates(now=DUE)

    (event,) = await reminders()
    assert event.position == position
    assert event.ticket_id is None
    assert event.payload == {
        "ticket": str(ticket_id),
        "number": 1,
        "title": "Search is slow",
        "priority": "MEDIUM",
        "indicator": "",
        "due_at": "2026-03-02T13:00:00Z",
        "told": [str(house.agent.person)],
    }
    assert (await tickets.load(ticket_id)).version == version


async def test_once_for_each_time_that_it_is_due(house: House) -> None:
    ticket_id = await followed(house)
    await remind_of_updates(now=DUE)
    assert await remind_of_updates(now=DUE + hours(40)) is None

    await told(house, ticket_id, 41)
    assert await remind_of_updates(now=NINE + hours(45) - INSTANT) is None
    assert await remind_of_updates(now=NINE + hours(45)) is not None

    assert len(await reminders()) == 2


async def test_what_is_over_or_heard_of_by_nobody_is_not_asked_about(house: House) -> None:
    await house.open()
    resolved = await followed(house)
    await ending.resolve_ticket(
        resolved,
        call=house.call(house.engineer, NINE),
        summary="New disk",
        code=ResolutionCode.FIXED,
        root_cause="",
    )

    assert await remind_of_updates(now=NINE + hours(400)) is None


async def test_by_business_hours_the_owner_is_asked_when_they_have_passed(house: House) -> None:
    """A6: found by the wall clock early, and asked about by the calendar of the priority."""
    await by_office_hours()
    await followed(house, Priority.LOW)

    assert await remind_of_updates(now=NINE + hours(55)) is None
    assert await remind_of_updates(now=NINE + hours(56)) is not None


async def test_those_who_wait_by_a_calendar_do_not_keep_others_from_being_found(
    house: House,
) -> None:
    await by_office_hours()
    for _ in range(3):
        await followed(house, Priority.LOW)
    await followed(house, Priority.HIGH)

    assert await remind_of_updates(now=NINE + hours(30), batch=1) is not None
    assert len(await reminders()) == 1


async def test_two_at_once_remind_once(house: House) -> None:
    for _ in range(7):
        await followed(house)

    await asyncio.gather(*(remind_of_updates(now=DUE, batch=3) for _ in range(4)))
    await remind_of_updates(now=DUE)

    assert len({event.payload["ticket"] for event in await reminders()}) == 7
    assert len(await reminders()) == 7


async def test_in_simulated_time_nobody_is_reminded_by_a_live_process(house: House) -> None:
    await followed(house)
    await simulation.begin(at=NINE)

    assert await remind_of_updates(now=DUE) is None
    assert await remind_of_updates(now=DUE, simulated=True) is not None


async def test_the_list_holds_what_is_owed_the_longest_first(house: House) -> None:
    """R4: after an escalation at once, else by the rhythm."""
    by_rhythm = await followed(house, Priority.HIGH)
    await followed(house, Priority.LOW)
    escalated = await house.open()
    await house.sweep(NINE + hours(8))
    await told(house, by_rhythm, 8.5)

    listed = await overdue_updates(
        house.agent.person, at=NINE + hours(9.5), first=50, viewer=house.manager
    )

    assert [(one.view.facts.id, one.because, one.since) for one in listed] == [
        (escalated, "ESCALATED", NINE + hours(8)),
        (by_rhythm, "RHYTHM", NINE + hours(9.5)),
    ]
    assert await overdue_updates(house.engineer.person, at=DUE, first=50, viewer=house.agent) == ()


@pytest.mark.parametrize("heard", [None, 2.0])
@pytest.mark.parametrize("reopened", [None, 3.0])
async def test_sql_and_the_domain_agree_on_what_the_rhythm_counts_from(
    house: House, heard: float | None, reopened: float | None
) -> None:
    ticket_id = await followed(house)
    if heard is not None:
        await told(house, ticket_id, heard)
    if reopened is not None:
        call = house.call(house.agent, NINE + hours(reopened))
        await ending.resolve_ticket(
            ticket_id, call=call, summary="So", code=ResolutionCode.FIXED, root_cause=""
        )
        await ending.reopen_ticket(ticket_id, call=call, reason="Not so")

    start = last_heard(await tickets.load(ticket_id))

    assert await remind_of_updates(now=start + hours(4) - INSTANT) is None
    assert await remind_of_updates(now=start + hours(4)) is not None
