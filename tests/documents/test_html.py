"""A page that needs nothing else, runs nothing, and shows every text as it was written."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from escgraph.documents import charts
from escgraph.documents.blocks import Block, Bullets, Document, Heading, Paragraph, Steps, Table
from escgraph.documents.html import html
from escgraph.documents.visible import visible
from tests.documents.texts import NASTY, TEXTS, Page

OURS = {
    *("html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "ul", "ol", "li"),
    *("div", "table", "caption", "thead", "tbody", "tr", "th", "td", "br", "a"),
}
ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "name", "class", "tabindex", "role"} | {
    *("aria-label", "scope", "dir", "href", "rel"),
}


def _page(*blocks: Block, title: str = "Title") -> Page:
    return Page(html(Document(title, blocks)))


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=3))
def test_every_text_shows_as_it_was_written_and_makes_no_element(
    rows: Sequence[tuple[str, str]],
) -> None:
    texts = tuple(cell for row in rows for cell in row)
    first = texts[0]

    page = _page(
        Heading(2, first),
        Paragraph(first),
        Bullets(texts),
        Steps(texts),
        Table(first, (first, "second"), tuple(rows)),
        title=first,
    )

    shown = [visible(text) for text in texts]
    assert page.of("td") == shown
    assert page.of("li") == [*shown, *shown]
    assert page.of("h1") == page.of("h2") == page.of("p") == page.of("caption") == shown[:1]
    assert set(page.tags) <= OURS
    assert page.attributes <= ATTRIBUTES
    assert all(link.startswith("http") for link in page.links)


def test_the_page_says_its_language_and_lets_a_browser_fetch_and_run_nothing() -> None:
    page = html(Document("Ablauf", (Paragraph("Text"),), language="de"))

    assert page.startswith('<!DOCTYPE html>\n<html lang="de">\n<head>\n<meta charset="utf-8">')
    assert "default-src 'none'" in page
    assert "script" not in page
    assert "@import" not in page
    assert "url(" not in page


def test_a_web_address_alone_becomes_a_link() -> None:
    page = _page(Paragraph("https://example.org/?a=1&b=2"), Paragraph("javascript:alert(1)"))

    assert page.links == ["https://example.org/?a=1&b=2"]


def test_numbers_are_set_to_the_right_and_a_table_scrolls_by_itself() -> None:
    table = Table("Counts", ("name", "count"), (("a", "1"),), numeric=frozenset({"count"}))

    page = html(Document("T", (table,)))

    assert '<th scope="col" class="number">count</th>' in page
    assert '<td class="number" dir="auto">1</td>' in page
    assert '<div class="table" tabindex="0" role="region" aria-label="Counts">' in page


def test_no_two_charts_of_a_page_share_an_id_and_each_refers_to_its_own() -> None:
    grouped = charts.grouped_bars("Same", ["a", "b"], {"x": [1, 2], "y": [3, 4]}, unit="tickets")

    page = html(Document("T", (charts.chart(grouped), charts.chart(grouped))))

    ids = Page(page).ids
    assert len(ids) == len(set(ids)) > 20
    for number in (0, 1):
        assert f'xlink:href="#b{number}-' in page
        assert f"url(#b{number}-" in page
    assert "url(#h" not in page


def test_a_text_in_a_chart_makes_no_element_and_stays_as_it_is() -> None:
    values = dict.fromkeys([*NASTY, ' id="x" url(#y)'], 1)
    drawn = charts.chart(charts.bars(NASTY[2], values, unit="tickets"))

    page = _page(drawn)

    assert set(page.tags) <= OURS | {"figure", "svg", "defs", "g", "path", "use", "text"} | {
        *("clippath", "rect", "desc", "tspan"),
    }
    assert ' id="x" url(#y)'.strip() in page.of("text")
