"""`escgraph sop`."""

from dataclasses import replace
from pathlib import Path

import pytest

from escgraph.documents.policy_yaml import written
from escgraph.documents.sop_reading import from_html, from_markdown
from escgraph.domain.policy import SOP
from tests.cli.conftest import Run
from tests.domain.desk import days
from tests.domain.policies import holidays_of

POLICY = replace(SOP, name="Ours", hold_cap=days(30))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    place = tmp_path / "ours.yaml"
    place.write_text(written(POLICY), encoding="utf-8")
    return place


def test_it_prints_the_policy_in_force_as_markdown(run: Run, sqlite_url: str) -> None:
    run("migrate", database_url=sqlite_url)

    ended = run("sop", database_url=sqlite_url)

    assert (ended.code, ended.err) == (0, "")
    assert from_markdown(ended.out, holidays=holidays_of) == SOP
    assert "and is in force." in ended.out


def test_it_writes_a_page_to_a_file(run: Run, sqlite_url: str, tmp_path: Path) -> None:
    run("migrate", database_url=sqlite_url)
    page = tmp_path / "sop.html"

    ended = run("sop", "--version", 1, "--format", "html", "-o", page, database_url=sqlite_url)

    assert (ended.code, ended.out) == (0, "")
    assert f"{page} holds the SOP" in ended.err
    assert from_html(page.read_text(encoding="utf-8"), holidays=holidays_of) == SOP


def test_of_a_file_it_needs_no_database(run: Run, file: Path, tmp_path: Path) -> None:
    nowhere = f"sqlite://{tmp_path / 'nowhere' / 'none.db'}"

    ended = run("sop", "--file", file, database_url=nowhere)

    assert ended.code == 0
    assert from_markdown(ended.out, holidays=holidays_of) == POLICY
    assert "This is a draft." in ended.out
    assert not (tmp_path / "nowhere").exists()


def test_a_file_with_a_mistake_is_refused_with_its_line(run: Run, file: Path) -> None:
    file.write_text(file.read_text().replace("holdCap: 30d", "holdCap: a month"))

    ended = run("sop", "--file", file)

    assert ended.code == 1
    assert "line " in ended.err


@pytest.mark.parametrize(
    ("words", "code", "complaint"),
    [
        (("--version", "9"), 1, "there is no policy version 9"),
        (("--version", "1", "--file", "x.yaml"), 2, "give one of them"),
        (("--file", "missing.yaml"), 1, "missing.yaml cannot be read"),
        (("--format", "pdf"), 2, "none of MARKDOWN, HTML"),
        (("-o", "no/such/folder.md"), 1, "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_refused(
    run: Run, sqlite_url: str, words: tuple[str, ...], code: int, complaint: str
) -> None:
    run("migrate", database_url=sqlite_url)

    ended = run("sop", *words, database_url=sqlite_url)

    assert ended.code == code
    assert complaint in " ".join(ended.err.split())
