"""How growth is told from a step, and one run from another."""

from tests.faults.__main__ import _lanes, _runs
from tests.faults.growth import slope
from tests.faults.table import PROMISES


def test_a_leak_is_seen_as_so_many_bytes_a_second() -> None:
    noise = (0, 3, -3, 0) * 15
    assert abs(slope([[(at, 1000 + 7 * at + more) for at, more in enumerate(noise)]]) - 7) < 0.1


def test_what_rises_at_once_between_two_stretches_is_no_leak_and_hides_none() -> None:
    before = [(float(at), 1000 + 2 * at) for at in range(10)]
    after = [(float(at), 9000 + 2 * at) for at in range(10, 40)]
    assert slope([before, after]) == 2


def test_a_promise_that_another_run_shows_has_a_run_of_its_own_only_where_it_is_alone() -> None:
    named = {promise.name: promise for promise in PROMISES}
    assert _runs([named["R16"], named["S1"], named["S4"]]) == [["R16", "S4"], ["S1"]]
    assert _runs([named["S4"]]) == [["S4"]]


def test_each_promise_is_shown_by_one_run() -> None:
    runs = [run for lane in _lanes(PROMISES).values() for run in _runs(lane)]
    assert sorted(name for run in runs for name in run) == sorted(one.name for one in PROMISES)
    assert ["R16", "S4"] in runs
