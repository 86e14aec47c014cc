"""Near-duplicates on real databases: which tickets are compared, and who sees which."""

import pytest

from escgraph.commands import ending
from escgraph.commands.merging import merge_tickets
from escgraph.domain.errors import ForbiddenError, InvalidInputError, NotFoundError
from escgraph.domain.terms import ResolutionCode, TicketId
from escgraph.domain.ticket import Actor
from escgraph.queries import duplicates
from escgraph.queries.duplicates import Subject, similar
from tests.queries.house import NINE, House, hours, minutes

SUBJECT = Subject(
    title="Search very slow",
    description="A search takes more than a minute",
    category="degraded-performance",
    component="search",
)
QUARTER = hours(90 * 24)


async def _titles(house: House, viewer: Actor | None = None, *, after: int = 0) -> list[str]:
    found = await similar(SUBJECT, at=NINE + hours(after), viewer=viewer or house.agent)
    return [one.view.facts.title for one in found]


async def _resolve(house: House, ticket: TicketId) -> None:
    await ending.resolve_ticket(
        ticket,
        call=house.call(house.agent, NINE),
        summary="A new index",
        code=ResolutionCode.FIXED,
        root_cause="",
    )


async def test_the_likest_of_the_same_category_and_component_come_first(house: House) -> None:
    await house.open("Search is slow")
    await house.open("Search very slow", description="A search takes more than a minute!")
    await house.open("Search finds deleted documents", description="They are gone since May")

    found = await similar(SUBJECT, at=NINE, viewer=house.agent)

    assert [one.view.facts.title for one in found] == ["Search very slow", "Search is slow"]
    assert found[0].score == 1
    assert 0.6 <= found[1].score < 1


async def test_another_category_or_component_is_another_subject(house: House) -> None:
    await house.open("Search very slow", component="billing")
    await house.open("Search very slow", category="minor-bug")

    assert await _titles(house) == []


async def test_what_was_cancelled_or_merged_is_suggested_to_nobody(house: House) -> None:
    """A23: what goes on is."""
    call = house.call(house.agent, NINE)
    kept = await house.open("Search is slow")
    await merge_tickets(await house.open("Search is slow too"), kept, call=call, reason="x")
    await ending.cancel_ticket(await house.open("Search was slow"), call=call, reason="x")

    assert await _titles(house) == ["Search is slow"]


async def test_what_was_resolved_is_near_for_as_long_as_an_issue_recurs(house: House) -> None:
    """Q2: within 90 days, by the policy."""
    await _resolve(house, await house.open("Search is slow"))

    assert await _titles(house, after=24 * 90) == ["Search is slow"]
    at = NINE + QUARTER + minutes(1)
    assert await similar(SUBJECT, at=at, viewer=house.agent) == []


async def test_a_stakeholder_finds_the_tickets_that_name_them(house: House) -> None:
    """P2."""
    await house.open("Search is slow", stakeholders=(house.stakeholder.person,))

    assert await _titles(house, house.stakeholder) == ["Search is slow"]
    assert await _titles(house, house.stranger) == []


async def test_a_wallboard_cannot_feel_its_way_to_a_description(house: House) -> None:
    """P2: a score tells of words that it does not see."""
    with pytest.raises(ForbiddenError, match="WALLBOARD"):
        await _titles(house, house.wallboard)


async def test_only_the_latest_of_a_subject_are_compared(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicates, "COMPARED", 2)
    for n in range(3):
        await house.open(f"Search is slow {n}", at=NINE + minutes(n))

    found = await similar(SUBJECT, at=NINE, viewer=house.agent)

    assert {one.view.facts.title for one in found} == {"Search is slow 2", "Search is slow 1"}


async def test_five_are_suggested_unless_more_are_asked_for(house: House) -> None:
    for _ in range(7):
        await house.open()

    assert len(await similar(SUBJECT, at=NINE, viewer=house.agent)) == 5
    assert len(await similar(SUBJECT, at=NINE, viewer=house.agent, first=6)) == 6
    with pytest.raises(InvalidInputError, match="first"):
        await similar(SUBJECT, at=NINE, viewer=house.agent, first=0)


async def test_a_category_that_is_none_is_named(house: House) -> None:
    weather = Subject(title="x", description="x", category="weather", component="")

    with pytest.raises(NotFoundError, match='no category "weather"'):
        await similar(weather, at=NINE, viewer=house.agent)
