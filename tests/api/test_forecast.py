"""The forecast through the schema: what comes if nobody acts, and whom it reaches."""

import pytest

from escgraph.domain.terms import Priority
from tests.api.office import Office
from tests.queries.house import NINE, hours, minutes

FORECAST = """query($within: Duration!, $first: Int! = 50) {
  forecast(within: $within, first: $first) {
    at kind toTier responseBreach overdue ticket {number tier nextDeadline {kind} owner {name}}
  }
  loadByTier(within: $within) {tier now then priorities {priority now then}}
}"""


async def test_what_comes_is_told_with_its_ticket_and_the_load_of_each_tier(
    any_office: Office,
) -> None:
    office = any_office
    await office.open("Mail is down", Priority.HIGH)
    office.clock.moment = NINE + hours(1) + minutes(1)

    seen = await office.data(FORECAST, {"within": "PT3H"}, by=office.wallboard)

    ticket = {
        "number": "ESC-000001",
        "tier": "LEVEL_1",
        "nextDeadline": {"kind": "RESPONSE"},
        "owner": {"name": "Ada"},
    }
    assert seen["forecast"] == [
        {
            "at": "2026-03-02T10:00:00Z",
            "kind": "RESPONSE",
            "toTier": None,
            "responseBreach": True,
            "overdue": True,
            "ticket": ticket,
        },
        {
            "at": "2026-03-02T11:00:00Z",
            "kind": "LEVEL_2",
            "toTier": "LEVEL_2",
            "responseBreach": False,
            "overdue": False,
            "ticket": ticket,
        },
        {
            "at": "2026-03-02T13:00:00Z",
            "kind": "MANAGEMENT",
            "toTier": "MANAGEMENT",
            "responseBreach": False,
            "overdue": False,
            "ticket": ticket,
        },
    ]
    by_priority = [
        {"priority": "HIGH", "now": 0, "then": 1},
        {"priority": "MEDIUM", "now": 0, "then": 0},
        {"priority": "LOW", "now": 0, "then": 0},
    ]
    assert seen["loadByTier"][3] == {
        "tier": "MANAGEMENT",
        "now": 0,
        "then": 1,
        "priorities": by_priority,
    }


async def test_the_board_shows_it_too(office: Office) -> None:
    await office.open("Mail is down", Priority.HIGH)
    document = "{board {forecast {toTier} loadByTier {tier then}}}"
    seen = (await office.data(document))["board"]
    assert [one["toTier"] for one in seen["forecast"]] == [None, "LEVEL_2", "MANAGEMENT"]
    assert seen["loadByTier"][0] == {"tier": "LEVEL_1", "then": 0}


@pytest.mark.parametrize(
    ("variables", "code", "words"),
    [
        ({"within": "P1M"}, "BAD_USER_INPUT", "years and months"),
        ({"within": "PT0S"}, "INVALID_INPUT", "366 days at most"),
        ({"within": "-PT1H"}, "INVALID_INPUT", "366 days at most"),
        ({"within": "P367D"}, "INVALID_INPUT", "366 days at most"),
        ({"within": "PT1H", "first": 0}, "INVALID_INPUT", "1 to 200"),
    ],
)
async def test_a_bad_window_is_refused_by_name(
    office: Office, variables: dict[str, object], code: str, words: str
) -> None:
    result = await office.ask(FORECAST, variables)
    assert result.errors is not None
    refusals = [error.formatted for error in result.errors]
    assert {refusal["extensions"]["code"] for refusal in refusals} == {code}
    assert all(words in refusal["message"] for refusal in refusals)
