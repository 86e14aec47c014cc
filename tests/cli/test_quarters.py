"""`escgraph review due` and `report`: a log that was played in, reviewed from the shell (Q1)."""

import json

import pytest

from tests.cli.conftest import Run
from tests.conftest import ROOT

SAMPLE = ROOT / "examples" / "sample-incidents.csv"
DATABASE = "sqlite://play.db"


@pytest.fixture
def played(run: Run) -> Run:
    """The program, where the sample was played in."""
    assert run("play", SAMPLE, "--json", database_url=DATABASE).code == 0
    return run


def test_the_quarters_of_a_log_are_reviewed_once_and_their_reports_written(played: Run) -> None:
    first = played("review", "due", "--json", database_url=DATABASE)
    again = played("review", "due", database_url=DATABASE)
    printed = played("review", "report", "2026-Q1", database_url=DATABASE)
    page = played(
        "review", "report", "2026-Q1", "--format", "html", "-o", "q.html", database_url=DATABASE
    )

    assert "2026-Q1" in json.loads(first.out)
    assert (again.code, again.err.splitlines()[-1]) == (0, "none was due")
    assert printed.out.startswith("# Quarterly review 2026-Q1\n")
    assert (page.code, page.err.strip()) == (0, "q.html holds the report")


def test_a_quarter_without_a_review_is_refused_with_advice(played: Run) -> None:
    ended = played("review", "report", "1999-Q1", database_url=DATABASE)
    assert ended.code == 1
    assert "there is no review of 1999-Q1; see: escgraph review list" in ended.err


def test_a_quarter_s_review_is_shown_by_the_name_that_the_list_gives_it(played: Run) -> None:
    assert played("review", "due", database_url=DATABASE).code == 0

    shown = played("review", "show", "2026-q1", "--json", database_url=DATABASE)

    assert json.loads(shown.out)["kind"] == "QUARTERLY"
