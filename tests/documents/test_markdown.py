"""Markdown that means what it says: read by a CommonMark reader, every text shows as it is."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from escgraph.documents.blocks import (
    Bullets,
    Chart,
    Document,
    Heading,
    Paragraph,
    Steps,
    Table,
)
from escgraph.documents.markdown import inline, markdown, read_inline
from escgraph.documents.visible import visible
from tests.documents.texts import NASTY, TEXTS

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _shown(tokens: Sequence[Token]) -> str:
    """What a reader sees of one run of text, and that it is text, breaks and links to itself."""
    shown = []
    for token in tokens:
        if token.type in {"text", "text_special"}:
            shown.append(token.content)
        elif token.type == "hardbreak" or token.content == "<br>":
            shown.append("\n")
        else:
            assert token.type in {"link_open", "link_close"}, token
            assert token.info == "auto"
    return "".join(shown)


def _texts(document: Document) -> Iterator[tuple[str, str]]:
    """The kind and the text of each block that a reader sees."""
    around = ""
    for token in READER.parse(markdown(document)):
        if token.nesting == 1:
            around = token.type.removesuffix("_open")
        if token.type == "inline":
            yield around, _shown(token.children or [])


def _cells(table: Table) -> list[str]:
    tokens = READER.parse(markdown(Document("t", (table,))))
    _, _, *cells = [token for token in tokens if token.type == "inline"]
    return [_shown(token.children or []) for token in cells]


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=3), TEXTS)
def test_every_cell_of_a_table_shows_as_it_was_written(
    rows: list[tuple[str, str]], column: str
) -> None:
    table = Table("Figures", (column, "second"), tuple(rows))

    assert _cells(table) == [visible(cell) for row in (table.columns, *rows) for cell in row]


@given(TEXTS)
@example("{U+0007}\x07")
def test_what_stands_in_a_cell_can_be_read_back(text: str) -> None:
    assert read_inline(inline(text)) == text
    assert "\n" not in inline(text)


@given(st.lists(TEXTS.filter(lambda text: text.strip("\n")), min_size=1, max_size=3))
def test_every_paragraph_item_and_title_shows_as_it_was_written(texts: list[str]) -> None:
    shown = [visible(text.strip("\n")) for text in texts]

    for of, kind in ((Bullets, "paragraph"), (Steps, "paragraph")):
        document = Document("t", (of(tuple(texts)),))
        assert [text for found, text in _texts(document) if found == kind] == shown
    for text in texts:
        document = Document(text, (Heading(2, text), Paragraph(text)))
        assert [found for _, found in _texts(document)] == [
            visible(text),
            visible(text),
            visible(text.strip("\n")),
        ]


@pytest.mark.parametrize("text", NASTY)
def test_a_text_that_would_like_to_be_markup_is_none_wherever_it_stands(text: str) -> None:
    table = Table("Figures", (text, "second"), ((text, text),))
    blocks = (Paragraph(text), Bullets((text,)), Steps((text,)), Heading(2, text))

    shown = [found for _, found in _texts(Document(text, blocks))]

    assert _cells(table) == [visible(text), "second", visible(text), visible(text)]
    assert shown == [visible(text)] * 5


def test_what_needs_no_escape_is_left_readable() -> None:
    assert inline("LEVEL_2 in 1.5 hours (see R&D, 3-4)") == "LEVEL_2 in 1.5 hours (see R&D, 3-4)"


def test_a_web_address_becomes_a_link_and_a_script_does_not() -> None:
    assert inline("https://example.org/a_b") == "<https://example.org/a_b>"
    assert READER.render(inline("[x](javascript:alert(1))")).count("<a") == 0


def test_an_address_within_a_text_is_no_link_since_that_would_show_its_backslashes() -> None:
    """GitHub makes links of bare addresses, and escapes in them stand for themselves there."""
    assert inline("see https://example.org/*") == "see https\\://example.org/\\*"
    assert inline("see www.example.org/*") == "see www\\.example.org/\\*"


def test_numbers_are_set_to_the_right() -> None:
    table = Table("Counts", ("name", "count"), (("a", "1"),), numeric=frozenset({"count"}))

    assert markdown(Document("Title", (table,))) == (
        "# Title\n\n**Counts**\n\n| name | count |\n| --- | ---: |\n| a | 1 |\n"
    )


def test_steps_are_numbered_and_their_lines_stay_theirs() -> None:
    steps = Steps(("first\nand on", "second"))

    assert markdown(Document("T", (steps,))) == "# T\n\n1. first\\\n   and on\n2. second\n"


def test_a_chart_is_an_image_that_needs_no_other_file_and_says_what_it_shows() -> None:
    document = Document("T", (Chart("A ]", "<svg/>", "[1], 2"),))

    reader = MarkdownIt("commonmark")
    reader.validateLink = lambda url: url.startswith("data:image/svg+xml;")  # type: ignore[method-assign]
    (image,) = reader.parse(markdown(document))[4].children or []

    assert image.type == "image"
    assert image.attrs["src"] == "data:image/svg+xml;base64,PHN2Zy8+"
    assert image.content == "A \\]: \\[1\\], 2"


def test_a_row_that_lacks_a_cell_is_refused() -> None:
    with pytest.raises(ValueError, match="has 1 cells for 2 columns"):
        Table("T", ("a", "b"), (("1",),))
