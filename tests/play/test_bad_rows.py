"""What cannot be read: single rows are skipped with a reason, foreign files refused as a whole."""

import gzip
from pathlib import Path

import pytest

from escgraph.play.formats import read
from escgraph.play.rows import BadRow, LogError

BPI_HEADER = "SR Number,Change Date+Time,Status,Sub Status,ST Level,SR Latest Impact"
BPI_ROW = "1-36,2012-05-11T00:26:15+01:00,Accepted,In Progress,L1,Medium"
SERVICENOW_HEADER = "number,incident_state,opened_at,sys_updated_at,priority"
SERVICENOW_ROW = "INC45,New,29-02-2016 01:16,29-02-2016 01:23,3 - Moderate"


def bad_row(path: Path, header: str, good: str, bad: str | bytes) -> BadRow:
    """The bad row on line 3, between two good ones."""
    line = bad.encode() if isinstance(bad, str) else bad
    path.write_bytes(b"\n".join((header.encode(), good.encode(), line, good.encode())))
    log = read(path)
    assert [row.line for row in log.rows] == [2, 4]
    (row,) = log.bad_rows
    assert row.line == 3
    return row


@pytest.mark.parametrize(
    ("good", "bad", "reason"),
    [
        ("1-36", "", "SR Number is missing"),
        ("2012-05-11T00:26:15+01:00", "yesterday", "Change Date+Time is 'yesterday'"),
        ("2012-05-11T00:26:15+01:00", "", "Change Date+Time is ''"),
        ("2012-05-11", "2012-02-30", "Change Date+Time is '2012-02-30T00:26:15"),
        ("+01:00", "", "without an offset; add Z"),
        ("2012", "0001", "lies in the year 1"),
        ("2012", "9999", "lies in the year 9999"),
        ("Accepted", "Done", "Status is 'Done'; known are Accepted, Queued, Completed, Unmatched"),
        ("In Progress", "Asleep", "Sub Status is 'Asleep'; known are In Progress"),
        ("In Progress", "Closed", "Sub Status is 'Closed'; known are In Progress"),
        ("Accepted", "Completed", "Sub Status is 'In Progress'; known are Resolved, Closed"),
        ("L1", "L9", "ST Level is 'L9'; known are L1, L2, L2/L3, L3"),
        ("L1", "", "ST Level is ''"),
        ("Medium", "Huge", "SR Latest Impact is 'Huge'; known are Major, High, Medium, Low"),
        (",L1", "", "it has 5 columns; the header has 6"),
        ("L1", "L1,L1", "it has 7 columns; the header has 6"),
        ("1-36", '"1-36', "it is no line of CSV"),
        ("1-36", "1-\0", "it holds a NUL character"),
    ],
)
def test_a_bad_bpi_row_is_skipped_with_its_line_and_reason(
    tmp_path: Path, good: str, bad: str, reason: str
) -> None:
    assert good in BPI_ROW
    row = bad_row(tmp_path / "log", BPI_HEADER, BPI_ROW, BPI_ROW.replace(good, bad))

    assert reason in row.reason


@pytest.mark.parametrize(
    ("good", "bad", "reason"),
    [
        ("INC45", "?", "number is missing"),
        ("INC45", "", "number is missing"),
        ("New", "-100", "incident_state is '-100'; known are New, Active"),
        ("3 - Moderate", "?", "priority is '?'; known are 1 - Critical"),
        ("01:23", "25:23", "sys_updated_at is '29-02-2016 25:23'; it must read like"),
        ("29-02-2016 01:23", "30-02-2016 01:23", "sys_updated_at is '30-02-2016 01:23'"),
        ("29-02-2016 01:16", "?", "opened_at is '?'"),
        ("29-02-2016 01:16", "29-02-0216 01:16", "opened_at lies in the year 216"),
    ],
)
def test_a_bad_servicenow_row_is_skipped_with_its_line_and_reason(
    tmp_path: Path, good: str, bad: str, reason: str
) -> None:
    assert good in SERVICENOW_ROW
    row = bad_row(
        tmp_path / "log", SERVICENOW_HEADER, SERVICENOW_ROW, SERVICENOW_ROW.replace(good, bad)
    )

    assert reason in row.reason


def test_a_row_that_is_not_utf_8_is_skipped(tmp_path: Path) -> None:
    row = bad_row(tmp_path / "log", BPI_HEADER, BPI_ROW, BPI_ROW.encode().replace(b"1-", b"\xe9-"))

    assert row.reason == "it is not UTF-8 at byte 1"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty; known are BPI 2013"),
        (b"\n", "its header is ''"),
        (b"name,age\nJoris,40\n", "its header is 'name,age'; known are BPI 2013 (with the columns"),
        (BPI_HEADER.replace(",ST Level", "").encode(), "no known incident log"),
        (BPI_HEADER.replace(",", ";").encode(), "no known incident log"),
        (BPI_HEADER.encode("utf-16"), "is no CSV in UTF-8"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "is no CSV in UTF-8"),
        (b"PK\x03\x04\x14\0\0\0", "is no CSV in UTF-8"),
        (bytes(100_000), "is no CSV in UTF-8"),
        (b'{"tickets": []}', "no known incident log"),
        (gzip.compress(b"name,age\n"), "its header is 'name,age'"),
        (gzip.compress(b""), "is empty"),
        (gzip.compress(BPI_HEADER.encode())[:-9], "is a damaged gzip file"),
        (b"\x1f\x8bnonsense", "is a damaged gzip file"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else value,
)
def test_a_foreign_file_is_refused_with_what_is_known(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "log.csv.gz"
    path.write_bytes(content)

    with pytest.raises(LogError) as refusal:
        read(path)

    assert str(path) in str(refusal.value)
    assert message in str(refusal.value)


def test_a_gzip_file_that_breaks_off_between_two_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.csv.gz"
    whole = gzip.compress("\n".join((BPI_HEADER, *[BPI_ROW] * 50_000)).encode())
    path.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(LogError, match="damaged gzip file"):
        read(path)
