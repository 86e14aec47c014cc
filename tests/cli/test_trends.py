"""`escgraph trends` and `escgraph export`: figures and files at a terminal (P4, D2)."""

import asyncio
import csv
import json
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from escgraph.commands import ending
from escgraph.domain.policy import SOP
from escgraph.domain.terms import Priority, ResolutionCode
from escgraph.store import database
from tests.cli.conftest import Run
from tests.queries.house import NINE, House, hours
from tests.store.ladders import publish

MARCH = ("--since", "2026-03-02", "--until", "2026-03-09", "--by", "week")


@pytest.fixture
def settings(sqlite_url: str) -> dict[str, str]:
    """A database with three tickets of one morning: two were resolved, one of them too late."""
    asyncio.run(_a_morning(sqlite_url))
    return {"database_url": sqlite_url}


async def _a_morning(url: str) -> None:
    await database.connect(url)
    try:
        house = House()
        await house.move_in()
        late = await house.open("=Mail, down", Priority.HIGH, component="mail")
        quick = await house.open("Search is slow", Priority.LOW)
        await house.open("Nobody looked yet", Priority.LOW, at=NINE + hours(1))
        await house.sweep(NINE + hours(2))
        for ticket_id, at in ((quick, NINE + hours(2)), (late, NINE + hours(3))):
            await ending.resolve_ticket(
                ticket_id,
                call=house.call(house.agent, at),
                summary="It works again",
                code=ResolutionCode.FIXED,
                root_cause="",
            )
    finally:
        await database.close()


def test_a_week_is_told_in_tables(run: Run, settings: dict[str, str]) -> None:
    ended = run("trends", *MARCH, **settings)

    assert ended.code == 0
    assert "by week, in the time zone UTC" in ended.err
    lines = [" ".join(line.split()) for line in ended.out.splitlines()]
    assert lines[0].startswith("from opened resolved live")
    assert lines[1].startswith("2026-03-02 3 2 1 6d 14h")
    assert "from RESPONSE in time LEVEL_2 in time MANAGEMENT in time" in lines
    assert "from to LEVEL_2 by deadline" in lines


def test_a_day_is_one_of_the_organisation(run: Run, settings: dict[str, str]) -> None:
    """In New York the second of March began at five o'clock in London."""
    asyncio.run(_move_to_new_york(settings["database_url"]))

    ended = run(
        "trends",
        "--since",
        "2026-03-02",
        "--until",
        "2026-03-03",
        "--by",
        "day",
        "--json",
        **settings,
    )

    told = json.loads(ended.out)
    (bucket,) = told["series"][0]["buckets"]
    assert told["zone"] == "America/New_York"
    assert (bucket["startsAt"], bucket["opened"]) == ("2026-03-02T05:00:00Z", 3)


async def _move_to_new_york(url: str) -> None:
    await database.connect(url)
    try:
        await publish(replace(SOP, version=2, zone="America/New_York"))
    finally:
        await database.close()


def test_each_group_has_tables_of_its_own(run: Run, settings: dict[str, str]) -> None:
    ended = run("trends", *MARCH, "--group-by", "priority", "--group-by", "component", **settings)

    titles = [line.strip() for line in ended.out.splitlines() if line.startswith("priority")]
    assert titles == ["priority LOW, component search", "priority HIGH, component mail"]


def test_scripts_read_the_figures_as_json(run: Run, settings: dict[str, str]) -> None:
    ended = run("trends", *MARCH, "--priority", "high", "--json", **settings)

    assert (ended.code, ended.err) == (0, "")
    told = json.loads(ended.out)
    (series,) = told["series"]
    (bucket,) = series["buckets"]
    assert (told["zone"], told["by"], series["group"]) == ("UTC", "WEEK", {"rest": False})
    assert (bucket["opened"], bucket["resolved"], bucket["reopenRate"]) == (1, 1, 0)
    assert bucket["resolution"] == {"count": 1, "medianSeconds": 10800, "p90Seconds": 10800}
    assert bucket["targets"][0] == {"clock": "RESPONSE", "count": 1, "within": 0, "share": 0}
    assert bucket["escalations"] == [{"toTier": "LEVEL_2", "trigger": "DEADLINE", "count": 1}]
    assert bucket["backlog"]["age"] is None


@pytest.mark.parametrize(
    ("words", "code", "advice"),
    [
        (("--by", "year"), 2, "none of DAY, WEEK, MONTH, QUARTER"),
        (("--since", "soon"), 2, "neither a day nor a moment"),
        (("--group-by", "owner"), 2, "none of PRIORITY, CATEGORY, COMPONENT, TIER, TEAM"),
        (("--since", "2020-01-01", "--by", "day"), 1, "more than 400 buckets"),
    ],
)
def test_a_wrong_question_is_answered_with_advice(
    run: Run, settings: dict[str, str], words: tuple[str, ...], code: int, advice: str
) -> None:
    ended = run("trends", *words, **settings)

    assert (ended.code, ended.out) == (code, "")
    assert advice in " ".join(ended.err.replace("│", "").split())


def test_the_resolution_log_is_printed_as_csv(run: Run, settings: dict[str, str]) -> None:
    ended = run("export", "resolution-log", **settings)

    assert (ended.code, ended.err) == (0, "")
    rows = list(csv.DictReader(StringIO(ended.out)))
    assert [row["title"] for row in rows] == ["'=Mail, down", "Search is slow"]
    assert [row["rungsMissed"] for row in rows] == ["LEVEL_2", ""]
    assert [row["secondsAtLevel2"] for row in rows] == ["3600", "0"]


def test_it_is_written_to_a_file_as_json_lines_by_filter(
    run: Run, settings: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "log.jsonl"
    words = ("--format", "jsonl", "--priority", "low", "--since", "2026-03-02", "-o", file)

    ended = run("export", "resolution-log", *words, **settings)

    assert (ended.code, ended.out) == (0, "")
    assert f"{file} holds the resolution log; rows: 1" in ended.err
    (line,) = file.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["title"] == "Search is slow"
    assert datetime.fromisoformat(json.loads(line)["resolvedAt"]) == datetime(
        2026, 3, 2, 11, tzinfo=UTC
    )


def test_a_place_that_cannot_be_written_is_told(
    run: Run, settings: dict[str, str], tmp_path: Path
) -> None:
    ended = run("export", "resolution-log", "-o", tmp_path, **settings)

    assert ended.code == 1
    assert "cannot be written: Is a directory; name another" in ended.err
