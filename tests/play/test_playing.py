"""Playing a log through the real program: the counts that others worked out come out of it."""

import json
from collections import Counter
from pathlib import Path

import pytest

from escgraph.domain.terms import Priority, Status, Tier
from escgraph.play.course import Turn, in_order
from escgraph.play.formats import read
from escgraph.queries.consistency import contradictions
from escgraph.store import database
from tests.cli.program import escgraph
from tests.conftest import ROOT
from tests.play.sample_counts import EXPECTED, TABLE, Expected

SAMPLE = ROOT / "examples" / "sample-incidents.csv"
KEYS = (
    "incidents",
    "responseBreached",
    "level2ByDeadline",
    "managementByDeadline",
    "level2ByReopening",
    "managementByReopening",
    "manualEscalations",
)
BPI_100 = {
    "HIGH": (6, 2, 0, 6, 0, 0, 4),
    "MEDIUM": (80, 2, 11, 80, 0, 0, 173),
    "LOW": (14, 0, 6, 14, 0, 0, 10),
}
SERVICENOW = {
    "HIGH": (42, 25, 39, 35, 0, 0, 0),
    "MEDIUM": (770, 409, 567, 543, 0, 0, 0),
    "LOW": (78, 22, 40, 33, 0, 0, 0),
}

Table = dict[str, dict[str, int]]


def play(log: Path, url: str, *words: str, at: Path) -> Table:
    ended = escgraph("play", log, "--json", "--database", url, *words, at=at)
    assert (ended.code, ended.err) == (0, "")
    table: Table = json.loads(ended.out)
    return table


def written(rows: dict[str, tuple[int, ...]]) -> Table:
    """The table with those rows and their sum."""
    total = tuple(map(sum, zip(*rows.values(), strict=True)))
    return {name: dict(zip(KEYS, row, strict=True)) for name, row in {**rows, "ALL": total}.items()}


async def test_the_sample_gives_the_counts_that_were_worked_out_by_hand(
    empty_database_url: str, tmp_path: Path
) -> None:
    assert play(SAMPLE, empty_database_url, at=tmp_path) == TABLE

    await database.connect(empty_database_url)
    try:
        found = await outcomes()
        assert await contradictions() == []
    finally:
        await database.close()
    assert {name: one for name, one in found.items() if one != EXPECTED[name]} == {}
    assert sorted(found) == sorted(EXPECTED)


@pytest.mark.parametrize(
    ("log", "words", "rows"),
    [
        pytest.param("bpic2013-incidents.csv.gz", ["--limit", "100"], BPI_100, id="BPI, 100"),
        pytest.param("servicenow-incidents-sample.csv.gz", [], SERVICENOW, id="ServiceNow"),
    ],
)
def test_the_real_logs_give_the_counts_of_an_independent_count(
    logs_directory: Path,
    tmp_path: Path,
    empty_database_url: str,
    log: str,
    words: list[str],
    rows: dict[str, tuple[int, ...]],
) -> None:
    assert play(logs_directory / log, empty_database_url, *words, at=tmp_path) == written(rows)


async def outcomes() -> dict[str, Expected]:
    """What each incident of the sample came to, as far as the counts by hand say it."""
    rungs = await counted(
        "SELECT ticket_id, trigger, to_tier, count(*) AS many FROM escalation "
        "GROUP BY ticket_id, trigger, to_tier"
    )
    breaches = await counted(
        "SELECT ticket_id, count(*) AS many FROM event WHERE kind = 'ResponseBreached' "
        "GROUP BY ticket_id"
    )
    climbs = Counter(
        turn.row.incident
        for turn in in_order(read(SAMPLE).rows)
        if isinstance(turn, Turn) and turn.climbs
    )
    found = {}
    for row in await database.fetch("SELECT id, description, priority, tier, status FROM ticket"):
        name, ticket = row["description"].partition(":")[0], str(row["id"])
        said = EXPECTED[name]
        found[name] = Expected(
            rule=said.rule,
            priority=Priority(row["priority"]),
            response_breached=breaches[ticket,],
            level_2_by_deadline=rungs[ticket, "DEADLINE", "LEVEL_2"],
            management_by_deadline=rungs[ticket, "DEADLINE", "MANAGEMENT"],
            level_2_by_reopening=rungs[ticket, "REOPENED", "LEVEL_2"],
            management_by_reopening=rungs[ticket, "REOPENED", "MANAGEMENT"],
            manual_escalations=climbs[name],
            tier=said.tier and Tier(row["tier"]),
            status=said.status and Status(row["status"]),
        )
    return found


async def counted(sql: str) -> Counter[tuple[str, ...]]:
    rows = [tuple(row.values()) for row in await database.fetch(sql)]
    return Counter({tuple(map(str, key)): many for *key, many in rows})
