"""The resolution log as rows (D2): each once, as the viewer may see it, a page in memory."""

import tracemalloc
from contextlib import aclosing
from datetime import timedelta

import pytest

from escgraph.commands import ending
from escgraph.domain.figures import Figure
from escgraph.domain.terms import PersonId, Priority, ResolutionCode, TicketId, Tier
from escgraph.domain.ticket import Actor
from escgraph.queries import trends
from escgraph.queries.resolution_export import COLUMNS, SECONDS_AT, Row, pages
from escgraph.queries.resolution_log import ANY_RESOLUTION, ResolutionFilter
from escgraph.queries.trends import TrendsQuestion
from escgraph.store import database
from tests.crowd import multiply
from tests.queries.house import NINE, House, hours


async def _resolved(
    house: House, title: str, *, stakeholders: tuple[PersonId, ...] = ()
) -> TicketId:
    ticket_id = await house.open(title, Priority.HIGH, stakeholders=stakeholders)
    await ending.resolve_ticket(
        ticket_id,
        call=house.call(house.agent, NINE + hours(0.5)),
        summary="The index was rebuilt",
        code=ResolutionCode.FIXED,
        root_cause="A full disk",
    )
    return ticket_id


async def _rows(
    viewer: Actor, which: ResolutionFilter = ANY_RESOLUTION, *, size: int = 200
) -> list[Row]:
    return [row async for page in pages(which, viewer=viewer, size=size) for row in page]


async def test_a_row_says_everything_under_the_names_of_its_columns(house: House) -> None:
    ticket_id = await house.open(priority=Priority.HIGH)
    await house.sweep(NINE + hours(2))
    await ending.resolve_ticket(
        ticket_id,
        call=house.call(house.engineer, NINE + hours(2.0001)),
        summary="The index was rebuilt",
        code=ResolutionCode.WORKAROUND,
        root_cause="A full disk",
    )

    (row,) = await _rows(house.manager)

    assert tuple(row) == COLUMNS
    assert row == {
        "number": "ESC-000001",
        "title": "Search is slow",
        "category": "degraded-performance",
        "component": "search",
        "priority": "HIGH",
        "openedAt": "2026-03-02T09:00:00Z",
        "clockStartedAt": "2026-03-02T09:00:00Z",
        "resolvedAt": "2026-03-02T11:00:00.360000Z",
        "closedAt": None,
        "code": "WORKAROUND",
        "summary": "The index was rebuilt",
        "rootCause": "A full disk",
        "secondsAtLevel1": 7200,
        "secondsAtLevel2": 0.36,
        "secondsAtLevel3": 0,
        "secondsAtManagement": 0,
        "responseBreached": True,
        "rungsMissed": ["LEVEL_2"],
        "reopenings": 0,
        "owner": "Ada",
    }


async def test_pages_give_each_row_once_and_the_filter_holds_on_all_of_them(house: House) -> None:
    for number in range(5):
        await _resolved(house, f"Ticket {number}")
    await house.open("Live")

    by_two = await _rows(house.agent, size=2)

    assert sorted(str(row["title"]) for row in by_two) == [f"Ticket {n}" for n in range(5)]
    assert by_two == await _rows(house.agent)
    assert await _rows(house.agent, ResolutionFilter(priorities=(Priority.LOW,)), size=2) == []


async def test_nobody_exports_what_they_may_not_see(house: House) -> None:
    await _resolved(house, "Theirs", stakeholders=(house.stakeholder.person,))
    await _resolved(house, "Another")

    (row,) = await _rows(house.stakeholder)
    on_the_wall = await _rows(house.wallboard)

    assert (row["title"], row["rootCause"]) == ("Theirs", "")
    assert row["summary"] == "The index was rebuilt"
    assert [(one["summary"], one["rootCause"]) for one in on_the_wall] == [("", "")] * 2


async def test_the_times_at_tiers_add_up_to_those_of_the_trends(house: House) -> None:
    first, second = await _resolved(house, "One"), await _resolved(house, "Two")
    await house.sweep(NINE + hours(3))
    for ticket_id, at in ((first, NINE + hours(9)), (second, NINE + hours(11))):
        call = house.call(house.manager, at)
        await ending.reopen_ticket(ticket_id, call=call, reason="It is back")
        await house.sweep(at + hours(1))
        await ending.resolve_ticket(
            ticket_id,
            call=house.call(house.manager, at + hours(2)),
            summary="Again",
            code=ResolutionCode.FIXED,
            root_cause="",
        )

    rows = await _rows(house.agent)
    question = TrendsQuestion(since=NINE, wanted=Figure.AT_TIERS)
    told = await trends.answer(question, at=NINE + hours(20))

    (point,) = told.series[0].points
    for tier in Tier:
        seconds = sum(float(str(row[SECONDS_AT[tier]])) for row in rows)
        figures = point.at_tiers.get(tier)
        assert seconds == (figures.total.total_seconds() if figures else 0)
    assert sum(one.total.total_seconds() for one in point.at_tiers.values()) == 2 * 2.5 * 3600


async def test_a_reader_that_stops_leaves_no_transaction_open(house: House) -> None:
    for number in range(3):
        await _resolved(house, f"Ticket {number}")

    for _ in range(10):
        async with aclosing(pages(ANY_RESOLUTION, viewer=house.agent, size=1)) as found:
            assert len(await anext(found)) == 1

    assert len(await _rows(house.agent)) == 3


@pytest.fixture
async def quiet_house(sqlite_url: str) -> House:
    await database.connect(sqlite_url)
    moved_into = House()
    await moved_into.move_in()
    return moved_into


async def test_ten_times_the_rows_need_no_more_memory(quiet_house: House) -> None:
    """One page of rows at a time is there, however many there are."""
    house = quiet_house
    try:
        first = await _resolved(house, "Ticket")
        await multiply(first, copies=399, shift=lambda n: timedelta(seconds=n))
        await _peak(house)  # what is made once, such as pydantic's converters
        few = await _peak(house)
        await multiply(
            first, copies=3600, shift=lambda n: timedelta(seconds=-n), numbered_from=2_000_000
        )
        many = await _peak(house)
    finally:
        await database.close()

    assert (few[0], many[0]) == (400, 4000)
    assert many[1] < few[1] + 1_000_000


async def _peak(house: House) -> tuple[int, int]:
    """How many rows there were, and the most bytes that they needed at once."""
    rows = 0
    tracemalloc.start()
    try:
        async for page in pages(ANY_RESOLUTION, viewer=house.agent):
            rows += len(page)
        return rows, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
