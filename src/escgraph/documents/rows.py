"""Rows as files that other programs read: CSV, or an object of JSON a line.

CSV is that of RFC 4180, in UTF-8. A spreadsheet runs a cell that begins with =, +, -, @, a tab or
a carriage return as a formula, whoever wrote it; so such a text gets an apostrophe in front.
Numbers are left alone. JSON lines hold every text as it is.
"""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from io import StringIO
from types import MappingProxyType
from typing import NamedTuple

import orjson

Row = Mapping[str, object]
"""Values by the name of their column: texts, numbers, truths, lists of texts, or None."""


class RowFormat(StrEnum):
    CSV = "CSV"
    JSON_LINES = "JSON_LINES"


class RowForm(NamedTuple):
    """`head` is what the file begins with, `lines` what these rows add to it."""

    ending: str
    media_type: str
    head: Callable[[Sequence[str]], str]
    lines: Callable[[Iterable[Row]], str]


def _csv(rows: Iterable[Iterable[object]]) -> str:
    written = StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


def _csv_lines(rows: Iterable[Row]) -> str:
    return _csv([_cell(value) for value in row.values()] for row in rows)


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | list):
        return _harmless(" ".join(value))
    return _harmless(value) if isinstance(value, str) else value


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text


_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _json_lines(rows: Iterable[Row]) -> str:
    return "".join(f"{orjson.dumps(row).decode()}\n" for row in rows)


ROW_FORMS: Mapping[RowFormat, RowForm] = MappingProxyType(
    {
        RowFormat.CSV: RowForm(
            "csv",
            "text/csv; charset=utf-8; header=present",
            lambda names: _csv([names]),
            _csv_lines,
        ),
        RowFormat.JSON_LINES: RowForm("jsonl", "application/jsonl", lambda _: "", _json_lines),
    }
)
