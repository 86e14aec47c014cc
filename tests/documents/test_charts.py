"""Charts: the same figures give the same drawing, whatever the texts in them are."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from escgraph.documents import charts
from escgraph.documents.charts import Figures
from tests.documents.texts import NASTY

BARS = charts.bars("Escalations", {"Outage": 3, "Bug": 1.25, "Other": None}, unit="escalations")
GROUPED = charts.grouped_bars(
    "Breaches", ["HIGH", "LOW"], {"before": [3, None], "after": [2, 1]}, unit="breaches"
)
LINES = charts.lines("Tickets", ["May", "June", "July"], {"all": [5, None, 7]}, unit="tickets")
EMPTY = charts.lines("Tickets", [], {"all": []}, unit="tickets")
ALL = [BARS, GROUPED, LINES, EMPTY]


@pytest.mark.parametrize("figures", ALL, ids=lambda figures: figures.shape)
def test_the_same_figures_give_the_same_drawing_to_the_byte(figures: Figures) -> None:
    assert charts.svg(figures) == charts.svg(figures)
    assert charts.png(figures) == charts.png(figures)
    assert charts.png(figures).startswith(b"\x89PNG")


@pytest.mark.parametrize("figures", ALL, ids=lambda figures: figures.shape)
def test_a_drawing_has_a_name_and_leads_nowhere(figures: Figures) -> None:
    drawn = charts.svg(figures)
    root = ET.fromstring(drawn)

    assert root.get("role") == "img"
    assert root[0].text == figures.title
    assert root[1].text == charts.described(figures)
    assert "<style" not in drawn
    assert "<metadata" not in drawn
    without_names = drawn.replace("http://www.w3.org/", "")
    assert "http" not in without_names


def test_a_chart_says_all_that_it_shows_in_words() -> None:
    assert charts.described(BARS) == "Bars of escalations. Outage 3, Bug 1.2, Other none."
    assert charts.described(GROUPED) == (
        "Grouped bars of breaches. before: HIGH 3, LOW none. after: HIGH 2, LOW 1."
    )
    assert charts.described(EMPTY) == "Lines of tickets: nothing to show."
    assert charts.chart(BARS).description == charts.described(BARS)


def test_each_value_stands_at_its_bar() -> None:
    texts = [element.text for element in ET.fromstring(charts.svg(BARS)).iter() if element.text]

    assert {"3", "1.2", "none", "Outage", "Escalations"} <= {text.strip() for text in texts}


@pytest.mark.parametrize("text", NASTY)
def test_any_text_can_name_a_chart_its_unit_and_a_bar(text: str) -> None:
    ET.fromstring(charts.svg(charts.bars(text, {text: 1}, unit=text)))


def test_any_text_can_name_a_series_and_a_place() -> None:
    for name in ("<b> & 日本", "$x$"):
        zeros = dict.fromkeys([name, "b"], [0] * len(NASTY))
        for of in (charts.grouped_bars, charts.lines):
            figures = of(name, NASTY, zeros, unit="tickets")
            ET.fromstring(charts.svg(figures))
            charts.png(figures)


def test_money_is_no_formula() -> None:
    figures = charts.bars("$a_1$ and $b^2$", {"$x$ \\frac": 1}, unit="$")
    texts = {(element.text or "").strip() for element in ET.fromstring(charts.svg(figures)).iter()}

    assert {"$a_1$ and $b^2$", "$x$ \\frac", "$"} <= texts


def test_series_are_told_apart_without_colour() -> None:
    """Each bar has a hatch or a lightness of its own, each line its dashes and its mark."""
    from escgraph.documents.drawing import _INKS  # noqa: PLC0415 - imports the library

    def light(fill: str) -> float:
        red, green, blue = (int(fill[place : place + 2], 16) for place in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    plain = sorted(light(ink.fill) for ink in _INKS if not ink.hatch)
    hatches = [ink.hatch for ink in _INKS if ink.hatch]
    assert all(above - below > 90 for below, above in pairwise(plain))
    assert len(set(hatches)) == len(hatches)
    assert len({ink.dashes for ink in _INKS}) == len({ink.mark for ink in _INKS}) == len(_INKS)
    assert all(light(ink.line) < 115 for ink in _INKS)
    assert len(_INKS) == charts.MOST_SERIES


def test_more_series_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="7 series"):
        charts.lines("Tickets", ["May"], {str(n): [n] for n in range(7)}, unit="tickets")


def test_a_series_that_lacks_a_value_is_refused() -> None:
    with pytest.raises(ValueError, match="1 values for 2 labels"):
        charts.lines("Tickets", ["May", "June"], {"all": [1]}, unit="tickets")


@pytest.fixture
def _threads_that_change_often() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("_threads_that_change_often")
def test_charts_drawn_at_once_are_as_if_drawn_one_by_one() -> None:
    alone = [charts.svg(figures) for figures in ALL]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(charts.svg, ALL * 6))

    assert together == alone * 6


def test_nothing_that_draws_or_knows_holidays_is_imported_before_it_is_needed() -> None:
    ask = "import sys, escgraph.app, escgraph.documents.charts; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)

    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & {"matplotlib", "numpy", "holidays"}
