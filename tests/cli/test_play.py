"""`escgraph play`: what it refuses, what it reports, and what an interrupted one leaves."""

import json
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from escgraph.cli.play_counts import COLUMNS
from tests.cli.conftest import Run
from tests.cli.program import PROGRAM
from tests.conftest import ROOT, StartService

SAMPLE = ROOT / "examples" / "sample-incidents.csv"


@pytest.fixture
def long_log(tmp_path: Path) -> Path:
    """A log that nobody waits for."""
    header, *rows = SAMPLE.read_text().splitlines()
    many = (f"{number}-{row}" for number in range(200) for row in rows)
    file = tmp_path / "long.csv"
    file.write_text("\n".join([header, *many]))
    return file


def test_a_bad_row_is_reported_with_its_line_and_counted(run: Run, tmp_path: Path) -> None:
    lines = SAMPLE.read_text().splitlines()
    (tmp_path / "log.csv").write_text("\n".join([*lines[:4], "no,row", *lines[4:], "nor this"]))

    ended = run("play", "log.csv", "--json", "--limit", 1, database_url="sqlite://play.db")

    assert ended.code == 0
    first, second, count = ended.err.splitlines()
    assert first.startswith("line 5: it has 2 columns")
    assert second.startswith(f"line {len(lines) + 2}: it has 1 columns")
    assert count == "2 bad rows were skipped"
    assert json.loads(ended.out)["ALL"]["incidents"] == 1


def test_the_json_has_its_keys_in_their_order(run: Run) -> None:
    ended = run("play", SAMPLE, "--json", "--limit", 1, database_url="sqlite://play.db")

    table = json.loads(ended.out)
    assert list(table) == ["HIGH", "MEDIUM", "LOW", "ALL"]
    assert {tuple(row) for row in table.values()} == {tuple(COLUMNS)}


def test_nobody_is_told_of_what_was_played(run: Run, tmp_path: Path) -> None:
    """Whoever starts a server on that database starts behind the log."""
    run("play", SAMPLE, "--limit", 1, database_url="sqlite://play.db")

    with closing(sqlite3.connect(tmp_path / "play.db")) as database:
        (end,) = database.execute("SELECT position FROM stream WHERE name = 'main'").fetchone()
        (read,) = database.execute("SELECT position FROM reader WHERE name = 'notices'").fetchone()
        (notices,) = database.execute("SELECT count(*) FROM notice").fetchone()
    assert read == end > 0
    assert notices == 0


def test_people_get_a_table(run: Run) -> None:
    ended = run("play", SAMPLE, "--limit", 1, database_url="sqlite://play.db")

    *_, high, medium, low, together = (line.split() for line in ended.out.splitlines())
    assert high == ["HIGH", *"0000000"]
    assert (medium[:2], low[:2], together[:2]) == (["MEDIUM", "1"], ["LOW", "0"], ["ALL", "1"])
    assert ended.err == ""


def test_a_database_that_holds_tickets_is_refused(run: Run) -> None:
    words = ("play", SAMPLE, "--limit", 1, "--database", "sqlite://play.db", "--json")

    first, second = run(*words), run(*words)

    assert (first.code, second.code, second.out) == (0, 1, "")
    assert "sqlite://play.db holds tickets" in second.err
    assert "--database sqlite://play-2.db, or delete play.db" in second.err


def test_a_log_without_incidents_is_refused_and_nothing_is_made(run: Run, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(SAMPLE.read_text().splitlines()[0])

    ended = run("play", "log.csv", database_url="sqlite://play.db")

    assert ended.code == 1
    assert ended.err == "escgraph: log.csv has no incidents in it\n"
    assert not (tmp_path / "play.db").exists()


def test_a_single_bad_row_is_counted_as_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(f"{SAMPLE.read_text().rstrip()}\nno,row")

    ended = run("play", "log.csv", "--limit", 1, database_url="sqlite://play.db")

    assert ended.err.splitlines()[-1] == "1 bad row was skipped"


@pytest.mark.parametrize("content", ["a,b,c\n1,2,3\n", "", "\x1f\x8bnonsense"])
def test_a_file_of_another_kind_is_refused_and_nothing_is_made(
    run: Run, tmp_path: Path, content: str
) -> None:
    (tmp_path / "other.csv").write_bytes(content.encode("latin-1"))

    ended = run("play", "other.csv", database_url="sqlite://play.db")

    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("escgraph: other.csv ")
    assert ended.err.count("\n") == 1
    assert not (tmp_path / "play.db").exists()


def test_a_play_that_was_interrupted_leaves_a_database_that_is_refused(
    run: Run, start_service: StartService, long_log: Path, tmp_path: Path
) -> None:
    file = tmp_path / "play.db"
    url = f"sqlite://{file}"
    playing = start_service([PROGRAM, "play", long_log], {"ESCGRAPH_DATABASE_URL": url})
    playing.wait_until(lambda: tickets_in(file) > 3, what="open tickets")

    beside = run("play", SAMPLE, database_url=url)
    playing.signal(signal.SIGINT)

    assert playing.wait() == 130
    assert "Traceback" not in playing.output
    later = run("play", SAMPLE, database_url=url)
    for refused in (beside, later):
        assert refused.code == 1
        assert "a log is being played into" in refused.err


def tickets_in(file: Path) -> int:
    if not file.exists():
        return 0
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        try:
            (count,) = database.execute("SELECT count(*) FROM ticket").fetchone()
        except sqlite3.OperationalError:
            return 0
    return int(count)
