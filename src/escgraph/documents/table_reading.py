"""The tables of a document that we wrote, read back from its Markdown or its page."""

import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser

from escgraph.documents.markdown import read_inline
from escgraph.documents.visible import original

Row = Mapping[str, str]
Tables = Mapping[str, Sequence[Row]]
"""The rows of each table by its caption; a row is its cells by their columns."""

_TABLE = re.compile(r"^\*\*(.*)\*\*\n\n\|(.*)\|\n\|[-:| ]+\|((?:\n\|.*\|)*)$", re.MULTILINE)
"""A caption, the columns, the rule below them and the rows."""

_CELL = re.compile(r" ((?:\\.|[^|\\])*) (?:\||$)")
"""A bar that is escaped belongs to its cell."""


def markdown_tables(text: str) -> Tables:
    """Those of a document in Markdown."""
    found = {}
    for caption, columns, rows in _TABLE.findall(text):
        cells = [_cells(row[1:-1]) for row in rows.split("\n")[1:]]
        found[read_inline(caption)] = _rows(_cells(columns), cells)
    return found


def html_tables(page: str) -> Tables:
    """Those of a page."""
    reader = _Reader(convert_charrefs=True)
    reader.feed(page)
    reader.close()
    return reader.tables


def _cells(line: str) -> list[str]:
    return [read_inline(cell) for cell in _CELL.findall(line)]


def _rows(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> list[Row]:
    return [dict(zip(columns, row, strict=False)) for row in cells]


class _Reader(HTMLParser):
    """Gathers captions, columns and cells; a table is whole when it ends."""

    def __init__(self, *, convert_charrefs: bool) -> None:
        super().__init__(convert_charrefs=convert_charrefs)
        self.tables: dict[str, list[Row]] = {}
        self._text = ""
        self._caption = ""
        self._columns: list[str] = []
        self._cells: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the library's
        match tag:
            case "table":
                self._columns, self._cells = [], []
            case "tr":
                self._cells.append([])
            case "caption" | "th" | "td":
                self._text = ""
            case "br":
                self._text += "\n"

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "caption":
                self._caption = original(self._text)
            case "th":
                self._columns.append(original(self._text))
            case "td":
                self._cells[-1].append(original(self._text))
            case "table":
                self.tables[self._caption] = _rows(self._columns, self._cells[1:])

    def handle_data(self, data: str) -> None:
        self._text += data
