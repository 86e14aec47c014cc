"""Trends as clients ask for them (P4, §8)."""

from datetime import timedelta
from typing import Any

import pytest

from escgraph.commands import ending, ladder, work
from escgraph.domain.figures import Figure
from escgraph.domain.terms import EscalationReason, Priority, ResolutionCode, Tier
from escgraph.queries import trends
from escgraph.queries.trends import TrendsQuestion
from tests.api.office import Json, Office
from tests.queries.house import NINE, hours

EVERYTHING = """
query($since: Moment, $until: Moment, $by: Period!, $groupBy: [Dimension!], $filter: TrendFilter) {
  trends(since: $since, until: $until, by: $by, groupBy: $groupBy, filter: $filter) {
    zone by series {
      group {priority category component tier team rest}
      buckets {
        startsAt endsAt partial opened cancelled resolved reopened reopenRate
        firstResponse {count median p90} resolution {count median p90}
        targets {clock count within share}
        escalations {toTier trigger count}
        timeAtTiers {tier count median p90 total}
        backlog {at count age {count median p90}}
      }
    }
  }
}
"""


async def _a_day(office: Office) -> None:
    """One HIGH ticket escalates, is resolved after three hours and comes back; one stays."""
    first = await office.open("Mail is down", Priority.HIGH, category="system-outage")
    await office.open("Search is slow", Priority.LOW, at=NINE + hours(1))
    await work.acknowledge_ticket(first, call=office.call(office.agent, NINE + hours(0.5)))
    await office.sweep(NINE + hours(2))
    await ladder.escalate_ticket(
        first,
        call=office.call(office.engineer, NINE + hours(2.5)),
        expected_tier=Tier.LEVEL_2,
        reason=EscalationReason.EXPERTISE_NEEDED,
    )
    await ending.resolve_ticket(
        first,
        call=office.call(office.engineer, NINE + hours(3)),
        summary="The disk was replaced",
        code=ResolutionCode.FIXED,
        root_cause="An old disk",
    )
    office.clock.moment = NINE + hours(5)


async def _asked(office: Office, **given: object) -> Json:
    return (await office.data(EVERYTHING, {"by": "DAY", **given}))["trends"]


async def test_a_day_is_told_with_every_figure(any_office: Office) -> None:
    await _a_day(any_office)

    told = await _asked(any_office, since="2026-03-02T00:00:00Z")

    assert (told["zone"], told["by"]) == ("UTC", "DAY")
    (series,) = told["series"]
    assert series["group"] == {
        **dict.fromkeys(("priority", "category", "component", "tier", "team")),
        "rest": False,
    }
    assert series["buckets"] == [
        {
            "startsAt": "2026-03-02T00:00:00Z",
            "endsAt": "2026-03-03T00:00:00Z",
            "partial": True,
            "opened": 2,
            "cancelled": 0,
            "resolved": 1,
            "reopened": 0,
            "reopenRate": 0.0,
            "firstResponse": {"count": 1, "median": "PT30M", "p90": "PT30M"},
            "resolution": {"count": 1, "median": "PT3H", "p90": "PT3H"},
            "targets": [
                {"clock": "RESPONSE", "count": 1, "within": 1, "share": 1.0},
                {"clock": "LEVEL_2", "count": 1, "within": 0, "share": 0.0},
                {"clock": "MANAGEMENT", "count": 1, "within": 1, "share": 1.0},
            ],
            "escalations": [
                {"toTier": "LEVEL_2", "trigger": "DEADLINE", "count": 1},
                {"toTier": "LEVEL_3", "trigger": "MANUAL", "count": 1},
            ],
            "timeAtTiers": [
                {"tier": "LEVEL_1", "count": 1, "median": "PT2H", "p90": "PT2H", "total": "PT2H"},
                {
                    "tier": "LEVEL_2",
                    "count": 1,
                    "median": "PT30M",
                    "p90": "PT30M",
                    "total": "PT30M",
                },
                {
                    "tier": "LEVEL_3",
                    "count": 1,
                    "median": "PT30M",
                    "p90": "PT30M",
                    "total": "PT30M",
                },
            ],
            "backlog": {
                "at": "2026-03-02T14:00:00Z",
                "count": 1,
                "age": {"count": 1, "median": "PT4H", "p90": "PT4H"},
            },
        }
    ]


async def test_groups_and_filters_are_those_that_were_named(any_office: Office) -> None:
    await _a_day(any_office)

    told = await _asked(any_office, groupBy=["PRIORITY", "TIER"])
    high = await _asked(any_office, filter={"priorities": ["HIGH"]})

    groups = [(one["group"]["priority"], one["group"]["tier"]) for one in told["series"]]
    assert sorted(groups) == [("HIGH", "LEVEL_3"), ("LOW", "LEVEL_1")]
    assert [sum(b["opened"] for b in one["buckets"]) for one in high["series"]] == [1]


async def test_without_since_the_usual_number_of_buckets_is_told(office: Office) -> None:
    for by, many in (("DAY", 30), ("WEEK", 13), ("MONTH", 12), ("QUARTER", 5)):
        (series,) = (await _asked(office, by=by))["series"]

        assert len(series["buckets"]) == many
        assert [bucket["partial"] for bucket in series["buckets"]] == [False] * (many - 1) + [True]


@pytest.mark.parametrize(
    ("selection", "figures"),
    [
        ("opened", Figure.OPENED),
        ("reopenRate", Figure.RESOLVED | Figure.REOPENED),
        ("resolution {median}", Figure.RESOLVED),
        ("timeAtTiers {total} startsAt", Figure.AT_TIERS),
        ("startsAt", Figure.NOTHING),
        (
            "...on TrendBucket {targets {share} escalations {count} backlog {count}}",
            Figure.TARGETS | Figure.ESCALATIONS | Figure.BACKLOG,
        ),
    ],
)
async def test_only_what_is_selected_is_counted(
    office: Office, monkeypatch: pytest.MonkeyPatch, selection: str, figures: Figure
) -> None:
    asked: list[Figure] = []
    ask = trends.ask

    async def listening(question: TrendsQuestion, **rest: Any) -> trends.Trends:  # noqa: ANN401 - what it takes
        asked.append(question.wanted)
        return await ask(question, **rest)

    monkeypatch.setattr(trends, "ask", listening)

    await office.data(f"{{trends {{series {{buckets {{{selection}}}}}}}}}")

    assert asked == [figures]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ('since: "2026-03-03T00:00:00Z"', "lies in the future"),
        ('since: "2024-01-01T00:00:00Z", by: DAY', "more than 400 buckets by DAY"),
        ("groupBy: [TIER, TIER]", "names a dimension twice"),
        ("groupBy: [TIER], top: 0", "1 to 50 groups"),
    ],
)
async def test_a_question_that_is_too_large_or_ends_before_it_begins_is_refused(
    office: Office, arguments: str, words: str
) -> None:
    error = await office.refusal(f"{{trends({arguments}) {{zone}}}}")

    assert error["extensions"]["code"] == "INVALID_INPUT"
    assert words in error["message"]


async def test_a_wallboard_sees_trends_and_a_stakeholder_does_not(office: Office) -> None:
    query = "{trends {series {buckets {opened}}}}"

    assert (await office.data(query, by=office.wallboard))["trends"]["series"]
    error = await office.refusal(query, by=office.stakeholder)
    assert error["extensions"]["code"] == "FORBIDDEN"


async def test_days_are_those_of_the_present(office: Office) -> None:
    office.clock.moment = NINE + timedelta(days=1)

    (series,) = (await _asked(office, since="2026-03-02T12:00:00Z"))["series"]

    assert [bucket["startsAt"] for bucket in series["buckets"]] == [
        "2026-03-02T00:00:00Z",
        "2026-03-03T00:00:00Z",
    ]
