"""Reading a log file: its format, its rows in the SOP's words, its bad rows by line number."""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from escgraph.domain.terms import HoldReason, Priority, Tier
from escgraph.play.formats import read
from escgraph.play.rows import Log, LogError, Row

BPI_HEADER = (
    "SR Number,Change Date+Time,Status,Sub Status,ST Level,SR Latest Impact,Product,Resource"
)
BPI_ROW = "1-36,2012-05-11T00:26:15+01:00,Accepted,In Progress,L1,Medium,PROD582,fr-Elodie"
SERVICENOW_HEADER = (
    "number,incident_state,opened_at,sys_updated_at,priority,caller_id,category,subcategory"
)
SERVICENOW_ROW = "INC45,New,29-02-2016 01:16,29-02-2016 01:23,3 - Moderate,Caller 2,Cat 5,Sub 7"

Written = Callable[[str | bytes], Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Writes a log file and gives its path."""

    def write(content: str | bytes) -> Path:
        path = tmp_path / "log"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def bpi(written: Written, *rows: str) -> Log:
    return read(written("\n".join((BPI_HEADER, *rows)) + "\n"))


def servicenow(written: Written, *rows: str) -> Log:
    return read(written("\n".join((SERVICENOW_HEADER, *rows)) + "\n"))


def only(log: Log) -> Row:
    assert not log.bad_rows
    (row,) = log.rows
    return row


def test_a_bpi_row_says_who_did_what_when(written: Written) -> None:
    assert only(bpi(written, BPI_ROW)) == Row(
        line=2,
        incident="1-36",
        at=datetime(2012, 5, 10, 23, 26, 15, tzinfo=UTC),
        opened_at=None,
        priority=Priority.MEDIUM,
        critical=False,
        level=Tier.LEVEL_1,
        responded=True,
        waiting=None,
        completed=False,
        closes=False,
        words="Accepted / In Progress",
        by="fr-Elodie",
        team="",
        component="PROD582",
        reporter="",
    )


def test_a_servicenow_row_says_who_did_what_when_in_utc(written: Written) -> None:
    assert only(servicenow(written, SERVICENOW_ROW)) == Row(
        line=2,
        incident="INC45",
        at=datetime(2016, 2, 29, 1, 23, tzinfo=UTC),
        opened_at=datetime(2016, 2, 29, 1, 16, tzinfo=UTC),
        priority=Priority.MEDIUM,
        critical=False,
        level=Tier.LEVEL_1,
        responded=False,
        waiting=None,
        completed=False,
        closes=False,
        words="New",
        by="",
        team="",
        component="Sub 7",
        reporter="Caller 2",
    )


@pytest.mark.parametrize(
    ("impact", "priority", "critical"),
    [
        ("Major", Priority.HIGH, True),
        ("High", Priority.HIGH, False),
        ("Medium", Priority.MEDIUM, False),
        ("Low", Priority.LOW, False),
    ],
)
def test_the_impact_is_the_priority(
    *, written: Written, impact: str, priority: Priority, critical: bool
) -> None:
    row = only(bpi(written, BPI_ROW.replace("Medium", impact)))

    assert (row.priority, row.critical) == (priority, critical)


@pytest.mark.parametrize(
    ("number", "priority", "critical"),
    [
        ("1 - Critical", Priority.HIGH, True),
        ("2 - High", Priority.HIGH, False),
        ("3 - Moderate", Priority.MEDIUM, False),
        ("4 - Low", Priority.LOW, False),
    ],
)
def test_the_servicenow_priority_is_the_priority(
    *, written: Written, number: str, priority: Priority, critical: bool
) -> None:
    row = only(servicenow(written, SERVICENOW_ROW.replace("3 - Moderate", number)))

    assert (row.priority, row.critical) == (priority, critical)


@pytest.mark.parametrize(
    ("level", "tier"),
    [
        ("L1", Tier.LEVEL_1),
        ("L2", Tier.LEVEL_2),
        ("L2/L3", Tier.LEVEL_2),
        ("L3", Tier.LEVEL_3),
    ],
)
def test_the_support_level_is_the_tier(written: Written, level: str, tier: Tier) -> None:
    assert only(bpi(written, BPI_ROW.replace("L1", level))).level is tier


@pytest.mark.parametrize(
    ("status", "responded", "waiting", "completed", "closes"),
    [
        ("Accepted,In Progress", True, None, False, False),
        ("Accepted,Assigned", True, None, False, False),
        ("Accepted,Wait", True, HoldReason.AWAITING_CUSTOMER, False, False),
        ("Accepted,Wait - User", True, HoldReason.AWAITING_CUSTOMER, False, False),
        ("Accepted,Wait - Customer", True, HoldReason.AWAITING_CUSTOMER, False, False),
        ("Accepted,Wait - Vendor", True, HoldReason.AWAITING_VENDOR, False, False),
        ("Accepted,Wait - Implementation", True, HoldReason.CHANGE_WINDOW, False, False),
        ("Queued,Awaiting Assignment", False, None, False, False),
        ("Queued,Wait - Vendor", False, HoldReason.AWAITING_VENDOR, False, False),
        ("Unmatched,Unmatched", False, None, False, False),
        ("Completed,Resolved", True, None, True, False),
        ("Completed,Closed", True, None, True, True),
        ("Completed,In Call", True, None, True, True),
        ("Completed,Cancelled", True, None, True, True),
    ],
)
def test_a_bpi_status_is_what_the_row_does(
    *,
    written: Written,
    status: str,
    responded: bool,
    waiting: HoldReason | None,
    completed: bool,
    closes: bool,
) -> None:
    row = only(bpi(written, BPI_ROW.replace("Accepted,In Progress", status)))

    assert (row.responded, row.waiting) == (responded, waiting)
    assert (row.completed, row.closes) == (completed, closes)


@pytest.mark.parametrize(
    ("state", "responded", "waiting", "completed", "closes"),
    [
        ("New", False, None, False, False),
        ("Active", True, None, False, False),
        ("Awaiting User Info", True, HoldReason.AWAITING_CUSTOMER, False, False),
        ("Awaiting Vendor", True, HoldReason.AWAITING_VENDOR, False, False),
        ("Awaiting Problem", True, HoldReason.AWAITING_EVIDENCE, False, False),
        ("Awaiting Evidence", True, HoldReason.AWAITING_EVIDENCE, False, False),
        ("Resolved", True, None, True, False),
        ("Closed", True, None, True, True),
    ],
)
def test_a_servicenow_state_is_what_the_row_does(
    *,
    written: Written,
    state: str,
    responded: bool,
    waiting: HoldReason | None,
    completed: bool,
    closes: bool,
) -> None:
    row = only(servicenow(written, SERVICENOW_ROW.replace("New", state)))

    assert (row.responded, row.waiting) == (responded, waiting)
    assert (row.completed, row.closes) == (completed, closes)


@pytest.mark.parametrize("date", ["29-02-2016 01:23", "29/02/2016 01:23", "29/2/2016 1:23"])
def test_servicenow_dates_have_dashes_or_slashes(written: Written, date: str) -> None:
    row = only(servicenow(written, SERVICENOW_ROW.replace("29-02-2016 01:23", date)))

    assert row.at == datetime(2016, 2, 29, 1, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    "content",
    [
        f"\ufeff{BPI_HEADER}\n{BPI_ROW}\n",
        f"{BPI_HEADER}\r\n{BPI_ROW}\r\n",
        f"{BPI_HEADER}\n\n{BPI_ROW}",
        f"{BPI_HEADER}\n" + BPI_ROW.replace("PROD582", '"PROD582"') + "\n",
        gzip.compress(f"\ufeff{BPI_HEADER}\r\n{BPI_ROW}\r\n".encode()),
    ],
    ids=["byte-order mark", "CRLF", "blank line, no last newline", "quoted", "gzip"],
)
def test_a_file_may_be_written_in_several_ways(written: Written, content: str | bytes) -> None:
    assert only(read(written(content))).component == "PROD582"


def test_columns_are_found_by_name(written: Written) -> None:
    columns = dict(zip(BPI_HEADER.split(","), BPI_ROW.split(","), strict=True))
    backwards = [",".join(reversed(each)) for each in (list(columns), list(columns.values()))]

    assert only(read(written("\n".join(backwards)))) == only(bpi(written, BPI_ROW))


def test_the_first_incidents_are_those_that_began_first(written: Written) -> None:
    later, earlier = BPI_ROW, BPI_ROW.replace("1-36", "1-37").replace("2012", "2011")
    log = bpi(written, later, earlier, later)

    assert [row.line for row in log.first(1).rows] == [3]
    assert [row.line for row in log.first(2).rows] == [2, 3, 4]
    assert log.first(5) == log


def test_of_incidents_that_began_at_one_moment_the_one_named_first_is_first(
    written: Written,
) -> None:
    log = bpi(written, BPI_ROW.replace("1-36", "1-37"), BPI_ROW)

    assert [row.line for row in log.first(1).rows] == [2]


def test_an_incident_began_when_it_was_opened(written: Written) -> None:
    opened_later = SERVICENOW_ROW.replace("01:16", "01:18").replace("01:23", "01:20")
    log = servicenow(written, opened_later.replace("INC45", "INC46"), SERVICENOW_ROW)

    assert [row.line for row in log.first(1).rows] == [3]


def test_a_missing_or_unreadable_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="cannot be read: No such file"):
        read(tmp_path / "nothing.csv")
    with pytest.raises(LogError, match="cannot be read: Is a directory"):
        read(tmp_path)
