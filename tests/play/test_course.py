"""All incidents in the order in which things happened."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from escgraph.domain.terms import Priority, Tier
from escgraph.play.course import Opening, Turn, in_order
from escgraph.play.formats import read
from escgraph.play.rows import Row
from tests.play.sample_counts import EXPECTED, TABLE

SAMPLE = Path(__file__).parents[2] / "examples" / "sample-incidents.csv"
NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)


def a_row(
    line: int,
    incident: str,
    *,
    after: int,
    level: Tier = Tier.LEVEL_1,
    opened_after: int | None = None,
) -> Row:
    """A row so many hours after nine."""
    return Row(
        line=line,
        incident=incident,
        at=NINE + timedelta(hours=after),
        opened_at=None if opened_after is None else NINE + timedelta(hours=opened_after),
        priority=Priority.MEDIUM,
        critical=False,
        level=level,
        responded=True,
        waiting=None,
        completed=False,
        closes=False,
        words="",
        by="",
        team="",
        component="",
        reporter="",
    )


def test_the_rows_of_all_incidents_are_merged_by_moment() -> None:
    one, three = a_row(2, "A", after=1), a_row(3, "A", after=3)
    two, four = a_row(4, "B", after=2), a_row(5, "B", after=4)

    assert in_order([one, three, two, four]) == [
        Opening(one.at, one),
        Turn(one, None, last=False),
        Opening(two.at, two),
        Turn(two, None, last=False),
        Turn(three, one, last=True),
        Turn(four, two, last=True),
    ]


def test_what_falls_on_one_moment_keeps_the_order_of_the_file() -> None:
    rows = [a_row(2, "A", after=0), a_row(3, "B", after=0), a_row(4, "A", after=0)]

    assert in_order(rows) == [
        Opening(NINE, rows[0]),
        Turn(rows[0], None, last=False),
        Opening(NINE, rows[1]),
        Turn(rows[1], None, last=True),
        Turn(rows[2], rows[0], last=True),
    ]


def test_the_rows_of_an_incident_are_put_in_order_of_time() -> None:
    later, tied, first = a_row(2, "A", after=2), a_row(3, "A", after=2), a_row(4, "A", after=1)

    assert in_order([later, tied, first]) == [
        Opening(first.at, first),
        Turn(first, None, last=False),
        Turn(later, first, last=False),
        Turn(tied, later, last=True),
    ]


def test_an_incident_opens_when_the_log_says_so_or_at_an_earlier_row() -> None:
    before = a_row(2, "A", after=3, opened_after=1)
    between = a_row(3, "B", after=2, opened_after=5)

    assert in_order([before, between]) == [
        Opening(NINE + timedelta(hours=1), before),
        Opening(NINE + timedelta(hours=2), between),
        Turn(between, None, last=True),
        Turn(before, None, last=True),
    ]


def test_an_opening_comes_before_the_rows_of_its_moment() -> None:
    later, first = a_row(2, "A", after=1, opened_after=0), a_row(3, "A", after=0, opened_after=0)

    assert in_order([later, first]) == [
        Opening(NINE, first),
        Turn(first, None, last=False),
        Turn(later, first, last=True),
    ]


def test_a_turn_climbs_where_its_level_is_above_that_of_the_row_before() -> None:
    levels = [Tier.LEVEL_2, Tier.LEVEL_3, Tier.LEVEL_1, Tier.LEVEL_1, Tier.LEVEL_2]
    rows = [a_row(n, "A", after=n, level=level) for n, level in enumerate(levels)]
    turns = [each for each in in_order(rows) if isinstance(each, Turn)]

    assert [turn.climbs for turn in turns] == [False, True, False, False, True]


def test_the_sample_climbs_as_counted_by_hand() -> None:
    log = read(SAMPLE)
    climbed = dict.fromkeys(EXPECTED, 0)
    for each in in_order(log.rows):
        climbed[each.row.incident] += isinstance(each, Turn) and each.climbs

    assert log.bad_rows == ()
    assert log.incidents == tuple(EXPECTED)
    assert climbed == {name: each.manual_escalations for name, each in EXPECTED.items()}


def test_the_sample_has_the_priorities_counted_by_hand() -> None:
    openings = [each for each in in_order(read(SAMPLE).rows) if isinstance(each, Opening)]

    assert {each.row.incident: each.row.priority for each in openings} == {
        name: each.priority for name, each in EXPECTED.items()
    }
    assert [each.row.incident for each in openings if each.row.critical] == ["impact-major"]


def test_the_table_of_the_sample_is_the_sum_of_its_incidents() -> None:
    for name, counts in TABLE.items():
        incidents = [each for each in EXPECTED.values() if name in {"ALL", each.priority}]
        assert counts == {
            "incidents": len(incidents),
            "responseBreached": sum(each.response_breached for each in incidents),
            "level2ByDeadline": sum(each.level_2_by_deadline for each in incidents),
            "managementByDeadline": sum(each.management_by_deadline for each in incidents),
            "level2ByReopening": sum(each.level_2_by_reopening for each in incidents),
            "managementByReopening": sum(each.management_by_reopening for each in incidents),
            "manualEscalations": sum(each.manual_escalations for each in incidents),
        }
