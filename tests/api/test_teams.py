"""Teams as people see them (R4)."""

from dataclasses import replace

from escgraph.domain.catalogue import Route
from escgraph.domain.policy import SOP
from tests.api.office import Office
from tests.queries.house import NINE
from tests.queries.published import publish


async def test_a_ticket_shows_its_team_and_is_found_by_it(any_office: Office) -> None:
    """R4."""
    await any_office.open("Unrouted")
    await publish(replace(SOP, version=2, routes=(Route(None, "search", "Search", None),)), at=NINE)
    await any_office.open("Routed")

    document = "query($team: String) {tickets(filter: {team: $team}) {nodes {title team}}}"
    routed = await any_office.data(document, {"team": "Search"})
    unrouted = await any_office.data(document, {"team": ""})

    assert routed["tickets"]["nodes"] == [{"title": "Routed", "team": "Search"}]
    assert unrouted["tickets"]["nodes"] == [{"title": "Unrouted", "team": ""}]
