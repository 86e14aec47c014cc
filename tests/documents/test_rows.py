"""Rows as files: CSV by RFC 4180 that no spreadsheet runs, and JSON lines (D2)."""

import csv
import json
from io import StringIO

import pytest

from escgraph.documents.rows import ROW_FORMS, RowFormat

CSV, JSON_LINES = ROW_FORMS[RowFormat.CSV], ROW_FORMS[RowFormat.JSON_LINES]


def _read(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text), strict=True))


def test_commas_quotes_and_line_breaks_stay_within_their_cell() -> None:
    texts = ["a, b", 'say "no"', "two\r\nlines", "ärger 🦊", ""]

    written = CSV.head(["title"]) + CSV.lines({"title": text} for text in texts)

    assert _read(written) == [["title"], *([text] for text in texts)]
    assert written.startswith('title\r\n"a, b"\r\n"say ""no"""\r\n')


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-1", "@cmd", "\tx", "\r=1"])
def test_what_a_spreadsheet_would_run_has_an_apostrophe_in_front(text: str) -> None:
    assert _read(CSV.lines([{"title": text}])) == [[f"'{text}"]]
    assert json.loads(JSON_LINES.lines([{"title": text}])) == {"title": text}


def test_a_list_that_begins_as_a_formula_is_no_formula_either() -> None:
    assert CSV.lines([{"rungs": ["=A1", "B"]}]) == "'=A1 B\r\n"


def test_numbers_truths_lists_and_nothing_are_plain() -> None:
    row = {"a": -5, "b": 2.5, "c": True, "d": False, "e": ["X", "Y"], "f": [], "g": None}

    assert CSV.lines([row]) == "-5,2.5,true,false,X Y,,\r\n"
    assert json.loads(JSON_LINES.lines([row])) == row


def test_each_row_is_a_line_of_json_and_has_no_head() -> None:
    written = JSON_LINES.head(["title"]) + JSON_LINES.lines([{"title": "a\nb"}, {"title": "c"}])

    assert written == '{"title":"a\\nb"}\n{"title":"c"}\n'
