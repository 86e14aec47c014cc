"""simulatePolicy through the schema: for whom, in which shape, and what it refuses."""

from typing import Any

import pytest

from escgraph.documents.policy_yaml import written
from escgraph.domain.policy import SOP
from tests.api.office import Json, Office
from tests.queries.house import NINE, hours, nobody

SINCE = NINE.isoformat()
OUTCOME = """
  responseBreaches rungs {tier trigger count} reminders
  responseLateness {count median p90} resolutionLateness {count median p90}
"""
SIMULATE = f"""
query(
  $since: Moment!, $until: Moment, $version: Int, $yaml: String, $draft: ID, $first: Int! = 100
) {{
  simulatePolicy(since: $since, until: $until, version: $version, yaml: $yaml, draft: $draft) {{
    policyName changes at caveats
    groups {{ priority category tickets was {{{OUTCOME}}} wouldBe {{{OUTCOME}}} }}
    wouldEscalate(first: $first) {{ count tickets {{ number priority category tiers }} }}
    wouldNotEscalate {{ count tickets {{ number }} }}
    recordedOtherwise {{ count numbers }}
  }}
}}
"""
NOTHING = {
    "responseBreaches": 0,
    "rungs": [],
    "reminders": 0,
    "responseLateness": None,
    "resolutionLateness": None,
}
NOBODY = str(nobody())
QUICKER = written(SOP).replace("level2: 8h", "level2: 5h")


async def simulated(office: Office, **variables: Any) -> Json:  # noqa: ANN401 - as GraphQL takes them
    given = {"since": SINCE, "yaml": QUICKER, **variables}
    return (await office.data(SIMULATE, given, by=office.manager))["simulatePolicy"]


async def code(office: Office, **variables: Any) -> tuple[str, str]:  # noqa: ANN401 - the same
    given = {"since": SINCE, **variables}
    error = await office.refusal(SIMULATE, given, by=office.manager)
    return error["extensions"]["code"], error["message"]


async def test_a_candidate_is_compared_with_the_policy_that_was_in_force(
    any_office: Office,
) -> None:
    """Q5."""
    office = any_office
    await office.open()
    await office.sweep(NINE + hours(4))
    await office.sweep(NINE + hours(6))
    office.clock.moment = NINE + hours(6)

    found = await simulated(office)

    missed = {**NOTHING, "responseBreaches": 1}
    climbed = {**missed, "rungs": [{"tier": "LEVEL_2", "trigger": "DEADLINE", "count": 1}]}
    assert found["policyName"] == SOP.name
    assert found["changes"] == ["MEDIUM: escalates to LEVEL_2 after 5h instead of 8h"]
    assert found["at"] == "2026-03-02T15:00:00Z"
    assert [(one["priority"], one["category"]) for one in found["groups"]] == [
        (None, None),
        ("MEDIUM", None),
        (None, "degraded-performance"),
        ("MEDIUM", "degraded-performance"),
    ]
    for one in found["groups"]:
        assert (one["tickets"], one["was"], one["wouldBe"]) == (1, missed, climbed)
    assert found["wouldEscalate"] == {
        "count": 1,
        "tickets": [
            {
                "number": "ESC-000001",
                "priority": "MEDIUM",
                "category": "degraded-performance",
                "tiers": ["LEVEL_2"],
            }
        ],
    }
    assert found["wouldNotEscalate"] == {"count": 0, "tickets": []}
    assert found["recordedOtherwise"] == {"count": 0, "numbers": []}
    assert "People do here what they did" in found["caveats"][0]


async def test_lists_are_bounded_and_counted_whole(office: Office) -> None:
    for _ in range(3):
        await office.open()
    office.clock.moment = NINE + hours(6)

    found = await simulated(office, first=2)

    assert found["wouldEscalate"]["count"] == 3
    assert [one["number"] for one in found["wouldEscalate"]["tickets"]] == [
        "ESC-000001",
        "ESC-000002",
    ]
    assert found["recordedOtherwise"]["count"] == 3, "no engine has run"
    for first in (0, 1001):
        assert await code(office, yaml=QUICKER, first=first) == (
            "INVALID_INPUT",
            f"first is {first}; ask for 1 to 1,000",
        )


async def test_a_published_version_is_simulated_by_its_number(office: Office) -> None:
    await office.open()
    office.clock.moment = NINE + hours(9)

    found = await simulated(office, yaml=None, version=1)

    assert found["changes"] == []
    assert found["groups"][0]["was"] == found["groups"][0]["wouldBe"]
    assert found["groups"][0]["was"]["responseBreaches"] == 1


async def test_a_draft_is_simulated_before_it_is_published(office: Office) -> None:
    """Q5: by a manager too, who drafts none."""
    await office.open()
    office.clock.moment = NINE + hours(6)
    given = {"yaml": QUICKER, "reason": "The quarterly review"}
    payload = await office.act("draftPolicy", given, "draft {id}", by=office.administrator)

    found = await simulated(office, yaml=None, draft=payload["draft"]["id"])

    assert found["wouldEscalate"]["count"] == 1


async def test_managers_and_administrators_alone_simulate(office: Office) -> None:
    """P2."""
    variables = {"since": SINCE, "until": (NINE + hours(1)).isoformat(), "version": 1}
    for actor in office.everybody:
        if actor in {office.manager, office.administrator}:
            assert await office.data(SIMULATE, variables, by=actor)
        else:
            error = await office.refusal(SIMULATE, variables, by=actor)
            assert error["extensions"]["code"] == "FORBIDDEN"


@pytest.mark.parametrize(
    ("variables", "expected", "said"),
    [
        ({}, "INVALID_INPUT", "name one policy to simulate"),
        ({"version": 1, "yaml": QUICKER}, "INVALID_INPUT", "name one policy to simulate"),
        ({"draft": NOBODY, "version": 1}, "INVALID_INPUT", "name one policy to simulate"),
        ({"draft": NOBODY}, "NOT_FOUND", "there is no draft with the id"),
        ({"draft": "one"}, "INVALID_INPUT", "draft is no id"),
        ({"version": 7}, "NOT_FOUND", "there is no policy version 7"),
        ({"yaml": "nmae: Typo"}, "INVALID_INPUT", "line 1"),
        ({"yaml": QUICKER.replace("5h", "99h")}, "INVALID_INPUT", "out of order"),
        ({"version": 1, "until": SINCE}, "INVALID_INPUT", "ends before it begins"),
    ],
)
async def test_what_cannot_be_simulated_is_refused(
    office: Office, variables: dict[str, Any], expected: str, said: str
) -> None:
    found, message = await code(office, **variables)

    assert found == expected
    assert said in message
