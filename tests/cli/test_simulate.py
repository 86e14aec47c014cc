"""`escgraph simulate`: over a log without a database, over the tickets of one, and bad input."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest

from escgraph.documents.policy_yaml import read, written
from escgraph.domain import drafts
from escgraph.domain.policy import SOP
from escgraph.domain.terms import PolicyDraftId
from escgraph.store import database, policy_drafts
from tests.cli.conftest import Run
from tests.cli.program import escgraph
from tests.conftest import ROOT
from tests.play.sample_counts import TABLE

SAMPLE = ROOT / "examples" / "sample-incidents.csv"
ALL_OF_BPI = {
    "incidents": 7_554,
    "responseBreached": 80,
    "level2ByDeadline": 1_021,
    "managementByDeadline": 2_294,
    "level2ByReopening": 3,
    "managementByReopening": 1,
    "manualEscalations": 3_245,
}
ALL_OF_SERVICENOW = dict(zip(ALL_OF_BPI, (890, 456, 646, 611, 0, 0, 0), strict=True))
NOBODY = "00000000-0000-0000-0000-000000000007"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def quicker(tmp_path: Path) -> Path:
    """The SOP with half of the time for MEDIUM, and a third rung."""
    text = written(SOP).replace("name: Escalation", "name: Quicker escalation")
    whole = "respond: 4h\n    level2: 8h\n    level3: null\n    management: 16h"
    assert whole in text
    half = "respond: 2h\n    level2: 4h\n    level3: 6h\n    management: 8h"
    (tmp_path / "quicker.yaml").write_text(text.replace(whole, half))
    return tmp_path / "quicker.yaml"


def test_a_log_gives_the_counts_of_playing_it(run: Run, tmp_path: Path) -> None:
    """Q5: without a database, and so in no time."""
    ended = run("simulate", SAMPLE, "--json")

    assert (ended.code, ended.err) == (0, "")
    assert json.loads(ended.out) == TABLE
    assert list(tmp_path.iterdir()) == []


def test_the_json_is_that_of_playing_to_the_letter(run: Run) -> None:
    for words in ([], ["--limit", 3]):
        played = run("play", SAMPLE, "--json", *words, database_url=f"sqlite://{len(words)}.db")
        simulated = run("simulate", SAMPLE, "--json", *words)
        assert simulated.out == played.out


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        pytest.param("bpic2013-incidents.csv.gz", ALL_OF_BPI, id="BPI"),
        pytest.param("servicenow-incidents-sample.csv.gz", ALL_OF_SERVICENOW, id="ServiceNow"),
    ],
)
def test_the_real_logs_give_the_counts_of_playing_them(
    run: Run, logs_directory: Path, name: str, whole: dict[str, int]
) -> None:
    """Q5."""
    ended = run("simulate", logs_directory / name, "--json")

    assert (ended.code, ended.err) == (0, "")
    assert json.loads(ended.out)["ALL"] == whole


def test_a_policy_from_a_file_is_compared_with_the_sops_own(run: Run, quicker: Path) -> None:
    """Q5: in figures, as bars without colour, by name, and with what a replay cannot know."""
    ended = run("simulate", SAMPLE, "--policy", quicker)

    assert ended.code == 0
    assert "would be: Quicker escalation" in ended.out
    assert "- MEDIUM: escalates to LEVEL_2 after 4h instead of 8h" in ended.out
    assert re.search(r"^MEDIUM .*\d → \d", ended.out, re.MULTILINE)
    assert re.search(r"^LEVEL_3 by deadline +was +0\n +would be +░+ \d+$", ended.out, re.MULTILINE)
    assert re.search(r"would escalate and did not: \d+ · .*\(LEVEL_[23]", ended.out)
    assert "would not escalate and did: 0" in ended.out
    assert "\x1b" not in ended.out
    assert "What a replay cannot know:" in ended.err
    assert "People do here what they did" in ended.err


def test_its_counts_are_those_of_the_file(run: Run, quicker: Path) -> None:
    def total(*words: object) -> dict[str, int]:
        table: dict[str, dict[str, int]] = json.loads(run("simulate", SAMPLE, "--json", *words).out)
        return table["ALL"]

    same, other = total(), total("--policy", quicker)

    assert list(other) == list(same)
    assert other["level2ByDeadline"] > same["level2ByDeadline"]
    assert other["manualEscalations"] == same["manualEscalations"]


async def test_a_draft_of_the_database_is_simulated_over_a_log(
    run: Run, quicker: Path, sqlite_url: str
) -> None:
    """Q5: before it is published."""
    text = quicker.read_text()  # noqa: ASYNC240 - nothing else runs on the loop
    draft = drafts.draft(
        read(text),
        id=PolicyDraftId(UUID(NOBODY)),
        source=text,
        author=None,
        reason="The quarterly review",
        review=None,
        at=datetime(2026, 3, 2, tzinfo=UTC),
    )
    await database.connect(sqlite_url)
    await policy_drafts.insert(draft)
    await database.close()

    ended = run("simulate", SAMPLE, "--draft", NOBODY, "--json", database_url=sqlite_url)

    assert (ended.code, ended.err) == (0, "")
    assert ended.out == run("simulate", SAMPLE, "--policy", quicker, "--json").out


def test_a_policy_with_business_hours_escalates_less(run: Run, tmp_path: Path) -> None:
    """A6: with the public holidays of a region, which the file names only."""
    hours = """
calendars:
  office:
    zone: Europe/Berlin
    week: {MONDAY: ["09:00-17:00"], TUESDAY: ["09:00-17:00"]}
    holidays: [{country: DE, subdivision: BE}]
"""
    text = written(SOP).replace("calendars: {}\n", hours.lstrip())
    (tmp_path / "office.yaml").write_text(text.replace("MEDIUM: 24x7", "MEDIUM: office"))

    ended = run("simulate", SAMPLE, "--policy", "office.yaml", "--json")

    assert (ended.code, ended.err) == (0, "")
    found = json.loads(ended.out)
    assert found["HIGH"] == TABLE["HIGH"]
    assert found["MEDIUM"]["managementByDeadline"] < TABLE["MEDIUM"]["managementByDeadline"]


def test_the_sops_own_policy_from_a_file_changes_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sop.yaml").write_text(written(SOP))

    with_file = run("simulate", SAMPLE, "--policy", "sop.yaml", "--json")
    compared = run("simulate", SAMPLE, "--policy", "sop.yaml")

    assert json.loads(with_file.out) == TABLE
    assert "→" not in compared.out


def test_without_a_policy_people_get_the_table_of_playing_and_bars(run: Run) -> None:
    ended = run("simulate", SAMPLE)

    assert re.search(r"^ALL +\d", ended.out, re.MULTILINE)
    assert re.search(r"^MANAGEMENT by deadline +█+ \d+$", ended.out, re.MULTILINE)


def test_the_chart_is_drawn_as_its_name_ends(run: Run, quicker: Path, tmp_path: Path) -> None:
    for name in ("chart.png", "chart.SVG"):
        ended = run("simulate", SAMPLE, "--policy", quicker, "--json", "--chart", name)
        assert (ended.code, ended.err) == (0, "")

    assert (tmp_path / "chart.png").read_bytes().startswith(PNG)
    svg = (tmp_path / "chart.SVG").read_text()
    assert ET.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
    for word in ("was", "would be", "MANAGEMENT", "Quicker escalation"):
        assert word in svg


async def test_the_tickets_of_a_database_are_compared_with_their_own_policies(
    empty_database_url: str, quicker: Path, tmp_path: Path
) -> None:
    """Q5: the record of a log that was played is given again, and told apart by category."""
    played = escgraph("play", SAMPLE, "--json", at=tmp_path, database_url=empty_database_url)
    whole = json.loads(played.out)["ALL"]

    ended = escgraph(
        "simulate", "--policy", quicker, "--json", at=tmp_path, database_url=empty_database_url
    )

    assert (ended.code, ended.err) == (0, "")
    found = json.loads(ended.out)
    together = found["compared"][0]
    assert (together["priority"], together["category"]) == (None, None)
    assert together["tickets"] == whole["incidents"]
    assert together["was"]["responseBreaches"] == whole["responseBreached"]
    assert {
        (rung["tier"], rung["trigger"]): rung["count"] for rung in together["was"]["rungs"]
    } == {
        ("LEVEL_2", "DEADLINE"): whole["level2ByDeadline"],
        ("MANAGEMENT", "DEADLINE"): whole["managementByDeadline"],
        ("MANAGEMENT", "REOPENED"): whole["managementByReopening"],
        ("LEVEL_2", "REOPENED"): whole["level2ByReopening"],
    }
    assert found["recordedOtherwise"] == []
    assert "MEDIUM: escalates to LEVEL_2 after 4h instead of 8h" in found["changes"]
    assert {one["number"][:4] for one in found["wouldEscalate"]} == {"ESC-"}
    assert "minor-bug" in {one["category"] for one in found["compared"]}
    assert len(found["caveats"]) >= 3


def test_only_tickets_of_the_period_are_simulated(run: Run) -> None:
    run("play", SAMPLE, "--json", database_url="sqlite://escgraph.db")

    def tickets(*words: str) -> int:
        ended = run(
            "simulate", "--version", 1, "--json", *words, database_url="sqlite://escgraph.db"
        )
        assert ended.code == 0, ended.err
        many: int = json.loads(ended.out)["compared"][0]["tickets"]
        return many

    everything = tickets()
    early, late = tickets("--until", "2026-01-07"), tickets("--since", "2026-01-07T00:00:00Z")
    assert early + late == everything
    assert min(early, late) > 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "name a policy"),
        ([SAMPLE, "--since", "2026-01-01"], "--since or --until does not go with that"),
        ([SAMPLE, "--until", "2026-01-01"], "of a log take --limit"),
        (["--version", 1, "--limit", 3], "--limit does not go with that"),
        ([SAMPLE, "--policy", "a.yaml", "--version", 1], "name one policy"),
        (["--draft", NOBODY, "--version", 1], "name one policy"),
        (["--draft", "one"], "Invalid value for '--draft'"),
        ([SAMPLE, "--chart", "chart.gif"], "let it end in .png or .svg"),
        ([SAMPLE, "--chart", "nowhere/chart.png"], "there is no folder nowhere"),
        (["--version", 1, "--since", "yesterday"], "neither a day nor a moment"),
        (["--version", 1, "--since", "2026-01-01T09:00:00"], "neither a day nor a moment"),
        (["--version", 0], "greater than or equal to 1"),
    ],
)
def test_a_wrong_call_is_told_and_nothing_is_made(
    run: Run, tmp_path: Path, words: list[object], said: str
) -> None:
    ended = run("simulate", *words)

    assert (ended.code, ended.out) == (2, "")
    assert said in " ".join(ended.err.replace("│", " ").split())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: [", "bad.yaml: line 2: "),
        ("nmae: Typo", "bad.yaml: line 1: "),
        (written(SOP).replace("level2: 8h", "level2: 20h"), "out of order"),
        ("", "bad.yaml: there is nothing in it"),
    ],
)
def test_a_policy_that_cannot_be_worked_by_is_refused(
    run: Run, tmp_path: Path, text: str, said: str
) -> None:
    """T11."""
    (tmp_path / "bad.yaml").write_text(text)

    ended = run("simulate", SAMPLE, "--policy", "bad.yaml")

    assert (ended.code, ended.out) == (1, "")
    assert said in ended.err
    assert ended.err.count("\n") == 1


def test_files_that_cannot_be_read_are_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes("name: Träge".encode("latin-1"))
    calls = {
        ("absent.csv",): "absent.csv cannot be read",
        (SAMPLE, "--policy", "absent.yaml"): "absent.yaml cannot be read",
        (SAMPLE, "--policy", "latin.yaml"): "latin.yaml is not UTF-8",
        (SAMPLE, "--policy", "."): ". cannot be read",
    }
    for words, said in calls.items():
        ended = run("simulate", *words)
        assert (ended.code, ended.out) == (1, "")
        assert said in ended.err


def test_a_version_or_draft_that_does_not_exist_is_refused(run: Run) -> None:
    run("migrate", database_url="sqlite://escgraph.db")

    for words, said in {
        (SAMPLE, "--version", 9): "there is no policy version 9",
        ("--draft", NOBODY): f"there is no draft with the id {NOBODY}",
    }.items():
        ended = run("simulate", *words, database_url="sqlite://escgraph.db")
        assert (ended.code, ended.out) == (1, "")
        assert said in ended.err


def test_a_bad_row_is_told_and_counted(run: Run, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(f"{SAMPLE.read_text().rstrip()}\nno,row")

    ended = run("simulate", "log.csv", "--json")

    assert ended.code == 0
    assert ended.err.splitlines()[-1] == "1 bad row was skipped"
    assert json.loads(ended.out) == TABLE
