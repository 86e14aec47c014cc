"""The table of promises: each is kept by a scenario, and the README shows what was measured."""

from pathlib import Path

import pytest

from tests.faults.markdown import BEGIN, END, table, write
from tests.faults.report import Count, Figure, Report
from tests.faults.table import PROMISES, Promise


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
