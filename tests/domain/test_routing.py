"""Which team and owner the routes of a policy name (R4)."""

from dataclasses import replace
from itertools import permutations

import pytest

from escgraph.domain.catalogue import Route
from escgraph.domain.policy import SOP, validate
from escgraph.domain.routing import owners, team
from tests.domain.desk import Desk

BOTH = Route("minor-bug", "search", "Search bugs", "both@example.org")
OF_CATEGORY = Route("minor-bug", None, "Bugs", "category@example.org")
OF_COMPONENT = Route(None, "search", "Search", "component@example.org")
ANY = Route(None, None, "Desk", "any@example.org")
ROUTES = (BOTH, OF_CATEGORY, OF_COMPONENT, ANY)


@pytest.mark.parametrize(
    ("category", "component", "expected"),
    [
        ("minor-bug", "search", "Search bugs"),
        ("minor-bug", "billing", "Bugs"),
        ("minor-bug", "", "Bugs"),
        ("system-outage", "search", "Search"),
        ("system-outage", "billing", "Desk"),
        ("system-outage", "", "Desk"),
    ],
)
def test_the_most_exact_route_names_the_team_in_whatever_order_they_stand(
    category: str, component: str, expected: str
) -> None:
    """R4: a category before a component."""
    for routes in permutations(ROUTES):
        assert team(routes, category=category, component=component) == expected


def test_a_category_is_more_exact_than_a_component() -> None:
    """R4."""
    routes = (ANY, OF_COMPONENT, OF_CATEGORY)

    assert team(routes, category="minor-bug", component="search") == "Bugs"


def test_where_no_route_fits_there_is_no_team() -> None:
    """R4."""
    assert team((BOTH,), category="minor-bug", component="Search") == ""
    assert team((), category="minor-bug", component="search") == ""


def test_owners_come_in_the_order_of_their_routes_each_once() -> None:
    """R4."""
    again = Route(None, "search", "Search", "any@example.org")

    assert owners((ANY, again, BOTH), category="minor-bug", component="search") == (
        "both@example.org",
        "any@example.org",
    )


def test_a_route_that_names_a_team_only_leaves_the_owner_to_the_next() -> None:
    """R4."""
    team_only = replace(BOTH, owner=None)

    assert owners((team_only, ANY), category="minor-bug", component="search") == (
        "any@example.org",
    )
    assert owners((team_only,), category="minor-bug", component="search") == ()


def test_every_ticket_has_its_team_from_its_first_second() -> None:
    """R4, W1: by the component without its margins; a desk's ticket is degraded performance."""
    policy = validate(replace(SOP, routes=(OF_COMPONENT, ANY)))

    assert Desk(policy=policy, component=" search ").ticket.team == "Search"
    assert Desk(policy=policy, component="billing").ticket.team == "Desk"
    assert Desk().ticket.team == ""
