"""Opening by the categories and routes of the policy in force, on real databases (R4, P3)."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from escgraph.commands.people import new_person
from escgraph.domain.catalogue import Category, Route
from escgraph.domain.errors import InvalidInputError, NotFoundError
from escgraph.domain.policy import CATEGORIES, SOP, Policy
from escgraph.domain.terms import PersonId, Priority, Role, TicketId, Tier
from escgraph.queries.tickets import TicketFilter, page
from escgraph.store import database, people, tickets
from tests.queries.house import NINE, House
from tests.queries.published import publish

ROUTED = replace(
    SOP,
    version=2,
    routes=(
        Route("degraded-performance", "search", "Search", "Search@Example.org"),
        Route("degraded-performance", None, "Speed", None),
        Route(None, None, "Desk", "desk@example.org"),
    ),
)


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    await database.connect(database_url, pool_size=3)
    house = House()
    await house.move_in()
    yield house
    await database.close()


async def hire(email: str, *, role: Role = Role.ENGINEER, active: bool = True) -> PersonId:
    tier = Tier.LEVEL_2 if role is Role.ENGINEER else None
    person = new_person(name=email, email=email, role=role, tier=tier, lead=False, at=NINE)
    await people.insert(replace(person, active=active))
    return person.id


async def owner_of(house: House, component: str) -> PersonId:
    """Of what the script opens there."""
    ticket = await tickets.load(await house.open(component=component, by=house.script))
    return ticket.owner


async def test_what_a_script_opens_is_owned_by_whom_the_most_exact_route_names(
    house: House,
) -> None:
    """R4: the address in any case."""
    await publish(ROUTED, at=NINE)
    search, desk = await hire("search@example.org"), await hire("desk@example.org")

    assert await owner_of(house, " search ") == search
    assert await owner_of(house, "billing") == desk


async def test_the_team_is_kept_with_the_ticket_whoever_opened_it(house: House) -> None:
    """R4: who opens it by hand owns it."""
    await publish(ROUTED, at=NINE)
    await hire("search@example.org")

    by_hand = await tickets.load(await house.open(component="search"))
    by_script = await tickets.load(await house.open(component="search", by=house.script))

    assert (by_hand.team, by_hand.owner) == ("Search", house.agent.person)
    assert by_script.team == "Search"


@pytest.mark.parametrize(
    ("role", "active"), [(Role.ENGINEER, False), (Role.STAKEHOLDER, True), (Role.SCRIPT, True)]
)
async def test_who_left_or_cannot_work_is_passed_over(
    house: House, role: Role, *, active: bool
) -> None:
    """R4: a policy may name somebody who was there when it was written."""
    await publish(ROUTED, at=NINE)
    await hire("search@example.org", role=role, active=active)
    desk = await hire("desk@example.org")

    assert await owner_of(house, "search") == desk


async def test_where_no_route_of_the_policy_helps_the_rules_of_the_house_do(house: House) -> None:
    """R4: those of `escgraph person route`."""
    await publish(ROUTED, at=NINE)
    await people.route(house.engineer.person, category=None, component="search")

    assert await owner_of(house, "search") == house.engineer.person


async def test_where_nobody_is_named_nothing_is_opened(house: House) -> None:
    """R4: each ticket has an owner from its first second."""
    await publish(ROUTED, at=NINE)

    with pytest.raises(InvalidInputError, match="no routing rule names an owner") as refused:
        await owner_of(house, "search")

    assert refused.value.field == ("category",)
    assert not await tickets.any_there()


async def test_the_policy_in_force_says_which_categories_there_are(house: House) -> None:
    """P3, T10: one of its own, and no longer one of the SOP's; old tickets keep theirs."""
    old = await house.open(category="minor-bug")
    await publish(with_categories("weather"), at=NINE)

    weather = await tickets.load(await house.open(category="weather"))
    with pytest.raises(NotFoundError, match=r'no category "minor-bug"; use one of .*weather'):
        await house.open(category="minor-bug")

    assert weather.category == "weather"
    assert (await tickets.load(old)).category == "minor-bug"


async def test_tickets_are_found_by_their_team(house: House) -> None:
    """R4: empty finds those that no route fitted."""
    unrouted = await house.open("Before")
    await publish(ROUTED, at=NINE)
    search = await house.open("Search", component="search")
    speed = await house.open("Speed", component="billing")

    assert await found(house, "Search") == [search]
    assert await found(house, "Speed") == [speed]
    assert await found(house, "") == [unrouted]
    assert await found(house, "Nobody") == []
    assert len(await found(house, None)) == 3


async def found(house: House, team: str | None) -> list[TicketId]:
    pages = await page(TicketFilter(team=team), first=50, viewer=house.agent)
    return [view.facts.id for view in pages.views]


def with_categories(own: str) -> Policy:
    kept = tuple(category for category in CATEGORIES if category.key != "minor-bug")
    return replace(SOP, version=2, categories=(*kept, Category(own, own, Priority.LOW)))
