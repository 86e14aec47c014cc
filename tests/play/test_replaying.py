"""A log replayed by the rules alone gives what playing it through a database gives."""

from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from escgraph.domain.course import Course
from escgraph.domain.history import (
    Acknowledged,
    Cancelled,
    Closed,
    Deescalated,
    Escalated,
    Held,
    History,
    Reopened,
    Resolved,
    Resumed,
)
from escgraph.domain.policy import SOP
from escgraph.domain.replay import replay
from escgraph.domain.terms import HoldReason, Tier, Trigger
from escgraph.play.formats import read
from escgraph.play.script import climbs, histories
from tests.conftest import ROOT
from tests.play.sample_counts import EXPECTED

SAMPLE = ROOT / "examples" / "sample-incidents.csv"
DEADLINE, REOPENED = Trigger.DEADLINE, Trigger.REOPENED

BPI = Counter(
    {
        "breached": 80,
        (DEADLINE, Tier.LEVEL_2): 1_021,
        (DEADLINE, Tier.MANAGEMENT): 2_294,
        (REOPENED, Tier.LEVEL_2): 3,
        (REOPENED, Tier.MANAGEMENT): 1,
    }
)
SERVICENOW = Counter(
    {"breached": 456, (DEADLINE, Tier.LEVEL_2): 646, (DEADLINE, Tier.MANAGEMENT): 611}
)
"""What `escgraph play` counts over each whole log."""


def replayed(history: History) -> Course:
    return replay(history, SOP, until=history.deeds[-1].at)


def counted(course: Course) -> Counter[object]:
    breached = Counter[object]({"breached": 1} if course.response else {})
    return breached + Counter((rung.trigger, rung.tier) for rung in course.rungs)


@pytest.mark.parametrize("history", list(histories(read(SAMPLE))), ids=lambda history: history.name)
def test_each_incident_of_the_sample_gives_the_counts_worked_out_by_hand(
    history: History,
) -> None:
    said = EXPECTED[history.name]

    assert counted(replayed(history)) == +Counter(
        {
            "breached": said.response_breached,
            (DEADLINE, Tier.LEVEL_2): said.level_2_by_deadline,
            (DEADLINE, Tier.MANAGEMENT): said.management_by_deadline,
            (REOPENED, Tier.LEVEL_2): said.level_2_by_reopening,
            (REOPENED, Tier.MANAGEMENT): said.management_by_reopening,
        }
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("bpic2013-incidents.csv.gz", BPI, id="BPI"),
        pytest.param("servicenow-incidents-sample.csv.gz", SERVICENOW, id="ServiceNow"),
    ],
)
def test_a_whole_real_log_gives_what_playing_it_gives(
    logs_directory: Path, name: str, expected: Counter[object]
) -> None:
    total = Counter[object]()
    for history in histories(read(logs_directory / name)):
        total += counted(replayed(history))

    assert total == expected


def test_the_sample_climbs_as_counted_by_hand() -> None:
    by_priority = Counter[object]()
    for said in EXPECTED.values():
        by_priority[said.priority] += said.manual_escalations

    assert climbs(read(SAMPLE)) == by_priority


def test_the_rows_of_an_incident_become_deeds(tmp_path: Path) -> None:
    """What repeats itself is no deed: a second answer, a second wait, a rest that goes on."""
    rows = [
        ("09", "Queued", "Awaiting Assignment", "L1"),
        ("10", "Accepted", "In Progress", "L1"),
        ("11", "Accepted", "Wait - Vendor", "L2"),
        ("12", "Accepted", "Wait - User", "L2"),
        ("13", "Accepted", "In Progress", "L1"),
        ("14", "Completed", "Resolved", "L1"),
        ("15", "Completed", "Closed", "L3"),
        ("16", "Accepted", "In Progress", "L3"),
    ]
    header = "SR Number,Change Date+Time,Status,Sub Status,ST Level,SR Latest Impact"
    lines = (f"A,2026-01-05T{hour}:00:00Z,{','.join(rest)},Medium" for hour, *rest in rows)
    (tmp_path / "log.csv").write_text("\n".join([header, *lines]))

    (history,) = histories(read(tmp_path / "log.csv"))

    def at(hour: int) -> datetime:
        return history.opened_at.replace(hour=hour)

    assert history.deeds == (
        Acknowledged(at(10)),
        Escalated(at(11), Tier.LEVEL_2),
        Held(at(11), HoldReason.AWAITING_VENDOR),
        Deescalated(at(13), Tier.LEVEL_1),
        Resumed(at(13)),
        Resolved(at(14)),
        Closed(at(15)),
        Reopened(at(16)),
        Escalated(at(16), Tier.LEVEL_3),
        Cancelled(at(16)),
    )
