"""The facts that are known of the two public logs; skipped where they are absent."""

import os
from collections import Counter
from pathlib import Path

import pytest

from escgraph.domain.terms import Priority, Tier
from escgraph.play.course import Opening, Turn, in_order
from escgraph.play.formats import read
from escgraph.play.rows import Log


@pytest.fixture(scope="module")
def logs_directory() -> Path:
    root = Path(__file__).parents[2]
    directory = root / os.environ.get("ESCGRAPH_TEST_LOGS", "../shared/data")
    if not directory.is_dir():
        pytest.skip(f"no real logs in {directory}; name their directory in ESCGRAPH_TEST_LOGS")
    return directory


@pytest.fixture(scope="module")
def bpi(logs_directory: Path) -> Log:
    return read(logs_directory / "bpic2013-incidents.csv.gz")


@pytest.fixture(scope="module")
def servicenow(logs_directory: Path) -> Log:
    return read(logs_directory / "servicenow-incidents-sample.csv.gz")


def openings(log: Log) -> list[Opening]:
    return [each for each in in_order(log.rows) if isinstance(each, Opening)]


def turns(log: Log) -> list[Turn]:
    return [each for each in in_order(log.rows) if isinstance(each, Turn)]


def test_every_row_of_the_bpi_log_is_read(bpi: Log) -> None:
    assert (len(bpi.rows), len(bpi.incidents), bpi.bad_rows) == (65_533, 7_554, ())


def test_the_bpi_log_has_its_levels(bpi: Log) -> None:
    assert Counter(row.level for row in bpi.rows) == {
        Tier.LEVEL_1: 46_042,
        Tier.LEVEL_2: 16_541 + 39,
        Tier.LEVEL_3: 2_911,
    }
    assert Counter(opening.row.level for opening in openings(bpi)) == {
        Tier.LEVEL_1: 6_702,
        Tier.LEVEL_2: 704,
        Tier.LEVEL_3: 148,
    }


def test_the_bpi_log_has_its_priorities(bpi: Log) -> None:
    assert Counter((each.row.priority, each.row.critical) for each in openings(bpi)) == {
        (Priority.HIGH, True): 3,
        (Priority.HIGH, False): 261,
        (Priority.MEDIUM, False): 4_045,
        (Priority.LOW, False): 3_245,
    }


def test_the_bpi_log_climbs_3245_times(bpi: Log) -> None:
    assert sum(turn.climbs for turn in turns(bpi)) == 3_245


def test_514_incidents_of_the_bpi_log_are_reopened(bpi: Log) -> None:
    reopened = {
        turn.row.incident
        for turn in turns(bpi)
        if turn.before is not None and turn.before.completed and not turn.row.completed
    }

    assert len(reopened) == 514


def test_the_incidents_of_the_bpi_log_end_as_they_should(bpi: Log) -> None:
    ends = Counter(turn.row.words for turn in turns(bpi) if turn.last and turn.row.completed)

    assert ends == {
        "Completed / Closed": 5_573,
        "Completed / In Call": 1_882,
        "Completed / Resolved": 90,
        "Completed / Cancelled": 1,
    }
    assert len(bpi.incidents) - ends.total() == 8


def test_every_row_of_the_servicenow_sample_is_read(servicenow: Log) -> None:
    assert (len(servicenow.rows), len(servicenow.incidents)) == (5_998, 890)
    assert servicenow.bad_rows == ()


def test_an_early_row_opens_five_incidents_of_the_servicenow_sample(servicenow: Log) -> None:
    early = [each for each in openings(servicenow) if each.at != each.row.opened_at]

    assert len(early) == 5
