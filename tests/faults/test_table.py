"""The table of promises: each is kept by a scenario, and the README shows what was measured."""

from pathlib import Path

import pytest

from tests.faults.__main__ import main
from tests.faults.markdown import BEGIN, END, conditions, table, write
from tests.faults.report import Count, Figure, Report
from tests.faults.table import PROMISES, Promise

README = Path(__file__).parents[2] / "README.md"


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.name)
def test_each_promise_has_a_scenario_in_full_and_in_small(promise: Promise) -> None:
    module = promise.load()

    assert module.FULL != module.REDUCED
    assert callable(module.run)


def test_a_row_says_what_was_measured_and_whether_it_holds(tmp_path: Path) -> None:
    one, other, third = PROMISES[:3]
    kept = Report([Count("lost", 0)], [Figure("worst", 0.12, 2.5)], "4 kills")
    broken = Report([Count("lost", 2)], [], "4 kills")

    rows = table(PROMISES[:3], {one.name: kept, other.name: broken, third.name: "a\nno disk"})

    assert f"| {one.must_hold} | 0 lost; worst 0.12 s (≤ 2.50); 4 kills |" in rows
    assert f"| {other.must_hold} | **broken**: 2 lost; 4 kills |" in rows
    assert f"| {third.must_hold} | **no figures**: no disk |" in rows


@pytest.mark.parametrize(
    "figure", [Figure("worst", 2.6, 2.5), Figure("events", 170, 200, "/s", least=True)]
)
def test_a_time_or_a_rate_breaks_the_promise_and_not_the_counts(figure: Figure) -> None:
    slow = Report([Count("lost", 0)], [figure], "")

    assert (slow.exact, slow.holds) == (True, False)


def test_a_fault_that_was_not_done_often_enough_breaks_the_counts() -> None:
    few, enough = (Figure("kills", found, 40, "", least=True) for found in (39, 40))

    assert not Report([Count("lost", 0)], [few], "").exact
    assert Report([Count("lost", 0)], [enough], "").holds


def test_the_table_is_put_between_the_marks_of_a_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}old\n{END}\nafter\n")

    write(page, "new")

    assert page.read_text() == f"before\n{BEGIN}\nnew\n\n{END}\nafter\n"


def test_a_page_without_marks_is_left_as_it_is(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing here")

    with pytest.raises(ValueError, match="has no lines"):
        write(page, "new")
    assert page.read_text() == "nothing here"


def test_what_was_measured_in_small_does_not_pass_for_the_whole() -> None:
    full, small = (conditions(seconds=9, reduced=reduced) for reduced in (False, True))

    assert "`make faults`" in full
    assert "reduced" not in full
    assert "`make faults`" not in small
    assert ", reduced, " in small


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["R1", "NOPE"], "there is no NOPE; there are R1, R2, "),
        (["R1", "--reduced", "--write", "nowhere.md"], "--write goes without --reduced"),
    ],
)
def test_a_wrong_call_is_refused_before_anything_runs(
    capsys: pytest.CaptureFixture[str], words: list[str], complaint: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)

    assert ended.value.code == 2
    assert complaint in capsys.readouterr().err


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.name)
def test_the_readme_shows_that_it_holds(promise: Promise) -> None:
    shown = README.read_text().partition(BEGIN)[2].partition(END)[0]
    row = f"| {promise.name} | {promise.fault} | {promise.must_hold} | 0 "

    (said,) = [line for line in shown.splitlines() if line.startswith(row)]
    assert "broken" not in said
