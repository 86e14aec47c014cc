"""Near-duplicates through the schema: before a ticket is opened, and right after."""

from escgraph.domain.terms import Scope
from escgraph.store import people
from tests.api.counter import REPORT, only, opened
from tests.api.office import Office
from tests.queries.house import NINE, hours

AGAIN = {**REPORT, "title": "Mail down", "description": "Nobody gets any mail"}
ASKED = """query($first: Int! = 5) {similarTickets(
  title: "Mail down", description: "Nobody gets any mail", category: "system-outage", first: $first
) {score ticket {number nextDeadline {kind}}}}"""


async def test_whether_an_issue_is_known_can_be_asked_before_it_is_opened(
    any_office: Office,
) -> None:
    await opened(any_office)
    (found,) = (await any_office.data(ASKED))["similarTickets"]
    assert found["ticket"] == {"number": "ESC-000001", "nextDeadline": {"kind": "RESPONSE"}}
    assert 0.6 <= found["score"] <= 1


async def test_who_opens_a_ticket_is_told_what_is_like_it(any_office: Office) -> None:
    office = any_office
    await opened(office)
    await opened(office, component="calendar")

    payload = await office.act(
        "openTicket", AGAIN, "ticket {number} similar {score ticket {number}}"
    )

    assert payload["errors"] == []
    assert payload["ticket"] == {"number": "ESC-000003"}
    assert [one["ticket"]["number"] for one in payload["similar"]] == ["ESC-000001"]


async def test_a_script_is_told_too(office: Office) -> None:
    """R4: so that it may write to the ticket that there is."""
    await people.route(office.agent.person, category=None, component=None)
    await opened(office)
    payload = await office.act("openTicket", REPORT, "similar {score}", by=office.script)
    assert payload["similar"] == [{"score": 1.0}]


async def test_what_is_like_a_report_is_for_tokens_that_read(office: Office) -> None:
    await opened(office)
    payload = await office.act(
        "openTicket", AGAIN, "ticket {id} similar {score}", scopes=[Scope.ACT]
    )
    assert payload["errors"] == []
    assert payload["similar"] is None
    assert payload["cursor"]


async def test_a_refused_report_is_like_nothing(office: Office) -> None:
    await opened(office)
    error = only(await office.act("openTicket", AGAIN | {"title": ""}, "similar {score}"))
    assert error["field"] == ["title"]


async def test_a_long_report_is_compared_as_quickly_as_a_short_one(office: Office) -> None:
    long = "Nobody gets mail " * 1_100
    await opened(office, description=long)
    payload = await office.act("openTicket", {**REPORT, "description": long}, "similar {score}")
    assert payload["similar"] == [{"score": 1.0}]


async def test_a_suggestion_is_merged_at_once(office: Office) -> None:
    """A23: what the suggestion names is what mergeTickets takes."""
    await opened(office)
    office.clock.moment = NINE + hours(1)
    payload = await office.act("openTicket", AGAIN, "ticket {id} similar {ticket {id}}")
    (near,) = payload["similar"]

    merged = await office.act(
        "mergeTickets",
        {
            "ticketId": payload["ticket"]["id"],
            "intoTicketId": near["ticket"]["id"],
            "reason": "The same outage",
        },
        "parent {number clockStartedAt}",
    )

    assert merged["parent"] == {
        "number": "ESC-000001",
        "clockStartedAt": "2026-03-02T09:00:00Z",
    }


async def test_a_wallboard_is_refused_and_a_bad_question_is_named(office: Office) -> None:
    refused = await office.refusal(ASKED, by=office.wallboard)
    assert refused["extensions"]["code"] == "FORBIDDEN"
    refused = await office.refusal(ASKED, {"first": 201})
    assert refused["extensions"]["code"] == "INVALID_INPUT"
