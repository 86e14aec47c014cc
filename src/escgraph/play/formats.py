"""From a file to a log: which of the known formats it has, and its rows, good and bad."""

import csv
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from gzip import BadGzipFile, GzipFile
from io import BufferedIOBase
from pathlib import Path

from escgraph.play.bpi import BPI
from escgraph.play.rows import BadRow, Format, Log, LogError, Row, RowError
from escgraph.play.servicenow import SERVICENOW

FORMATS = (BPI, SERVICENOW)

GZIP_MAGIC = b"\x1f\x8b"
LONGEST_HEADER = 65_536


def read(path: Path) -> Log:
    """The whole log, packed with gzip or not, with or without a byte-order mark.

    A row is one line: a stray quotation mark then spoils one row and not the rest of the file.

    Raises:
        LogError: the file cannot be read, or is no log of a known format.
    """
    with _opened(path) as file:
        columns = _header(path, file)
        known = _recognised(path, columns)
        rows, bad_rows = _split(_rows(known, columns, file))
    return Log(known.name, rows, bad_rows)


@contextmanager
def _opened(path: Path) -> Iterator[BufferedIOBase]:
    """The bytes of the file, unpacked where its first two say that it is packed."""
    try:
        with path.open("rb") as file:
            packed = file.peek(len(GZIP_MAGIC)).startswith(GZIP_MAGIC)
            yield GzipFile(fileobj=file) if packed else file
    except (EOFError, zlib.error, BadGzipFile) as error:
        raise LogError(f"{path} is a damaged gzip file ({error}); fetch it again") from error
    except OSError as error:
        raise LogError(f"{path} cannot be read: {error.strerror or error}") from error


def _header(path: Path, file: BufferedIOBase) -> list[str]:
    line = file.readline(LONGEST_HEADER)
    if not line:
        raise LogError(f"{path} is empty; {_known()}")
    try:
        return _cells(line.decode("utf-8-sig"))
    except (UnicodeDecodeError, RowError):
        raise LogError(f"{path} is no CSV in UTF-8 (it begins {line[:8]!r}); {_known()}") from None


def _recognised(path: Path, columns: Sequence[str]) -> Format:
    for known in FORMATS:
        if set(known.columns) <= set(columns):
            return known
    found = ",".join(columns)[:200]
    raise LogError(f"{path} is no known incident log: its header is {found!r}; {_known()}")


def _known() -> str:
    return "known are " + " and ".join(
        f"{known.name} (with the columns {', '.join(known.columns)})" for known in FORMATS
    )


def _rows(known: Format, columns: Sequence[str], lines: Iterable[bytes]) -> Iterator[Row | BadRow]:
    """Blank lines are no rows. The header was line 1."""
    for number, line in enumerate(lines, start=2):
        if line.strip():
            yield _row(known, columns, number, line)


def _row(known: Format, columns: Sequence[str], number: int, line: bytes) -> Row | BadRow:
    try:
        return known.row(number, _named(columns, line))
    except RowError as error:
        return BadRow(number, str(error))


def _named(columns: Sequence[str], line: bytes) -> Mapping[str, str]:
    """The cells of one line by column.

    Raises:
        RowError: it is no line of this file.
    """
    try:
        cells = _cells(line.decode())
    except UnicodeDecodeError as error:
        raise RowError(f"it is not UTF-8 at byte {error.start + 1}") from None
    if len(cells) != len(columns):
        raise RowError(f"it has {len(cells)} columns; the header has {len(columns)}")
    return dict(zip(columns, cells, strict=True))


def _cells(line: str) -> list[str]:
    if "\0" in line:
        raise RowError("it holds a NUL character, which no text may")
    try:
        return [cell.strip() for cell in next(csv.reader((line,), strict=True))]
    except csv.Error as error:
        raise RowError(f"it is no line of CSV: {error}") from None


def _split(rows: Iterable[Row | BadRow]) -> tuple[tuple[Row, ...], tuple[BadRow, ...]]:
    good: list[Row] = []
    bad: list[BadRow] = []
    for row in rows:
        if isinstance(row, BadRow):
            bad.append(row)
        else:
            good.append(row)
    return tuple(good), tuple(bad)
