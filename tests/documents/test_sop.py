"""The SOP's document says the procedure with the figures of its policy, and with no others (Q5)."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time
from types import MappingProxyType

import pytest

from escgraph.documents.blocks import Bullets, Document, Heading, Paragraph, Steps, Table
from escgraph.documents.markdown import markdown
from escgraph.documents.sop import Edition, sop
from escgraph.domain.calendar import Calendar, Holiday, Region, Window
from escgraph.domain.catalogue import Recurrence, Reference, Route
from escgraph.domain.difference import Difference
from escgraph.domain.policy import SOP, Policy, Targets
from escgraph.domain.terms import HoldReason, Priority
from tests.domain.desk import days, hours, minutes

OPEN = (Window(time(9), time(17)),)
OFFICE = Calendar("Office", "Europe/Berlin", (*[OPEN] * 5, (), ()))
JANUARY, OCTOBER = datetime(2026, 1, 1, 23, 30, tzinfo=UTC), datetime(2026, 10, 5, tzinfo=UTC)


def _of(policy: Policy) -> Document:
    return sop(policy, (), in_force=None, at=JANUARY)


def _table(document: Document, caption: str) -> list[dict[str, str]]:
    """The rows of the table of that caption, which the document has once."""
    (table,) = [one for one in document.blocks if isinstance(one, Table) and one.caption == caption]
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def _captions(document: Document) -> set[str]:
    return {one.caption for one in document.blocks if isinstance(one, Table)}


def _said(document: Document) -> str:
    """All that stands outside of its tables."""
    texts = []
    for one in document.blocks:
        if isinstance(one, Paragraph):
            texts.append(one.text)
        if isinstance(one, Bullets | Steps):
            texts += one.items
    return "\n".join(texts)


def test_its_sections_are_those_of_the_sop() -> None:
    headings = [one.text for one in _of(SOP).blocks if isinstance(one, Heading) and one.level == 2]

    assert headings == [
        "1. Purpose",
        "2. Scope",
        "3. Roles and responsibilities",
        "4. Escalation workflow",
        "5. Communication",
        "6. Priorities and timeframes",
        "7. Documentation and tracking",
        "8. Review and improvement",
        "9. References",
        "10. Version and change history",
    ]


@pytest.mark.parametrize(
    ("priority", "respond", "level_2", "management"),
    [
        ("HIGH", "1 hour", "2 hours", "4 hours"),
        ("MEDIUM", "4 hours", "8 hours", "16 hours"),
        ("LOW", "24 hours", "48 hours", "72 hours"),
    ],
)
def test_the_priority_table_is_that_of_the_sop(
    priority: str, respond: str, level_2: str, management: str
) -> None:
    """T1 to T9."""
    (row,) = [r for r in _table(_of(SOP), "Priorities and timeframes") if r["Priority"] == priority]

    assert row["Initial response"] == respond
    assert row["Level 2 after"] == level_2
    assert row["Management after"] == management
    assert row["Time counts"] == "around the clock"


def test_the_examples_of_a_priority_are_the_categories_that_suggest_it() -> None:
    """T10."""
    rows = _table(_of(SOP), "Priorities and timeframes")

    assert {row["Priority"]: row["Examples"] for row in rows} == {
        "HIGH": "System outage, Critical security issue",
        "MEDIUM": "Major feature not working, Degraded performance",
        "LOW": "Minor bug, Cosmetic issue",
    }


def test_x_is_the_time_to_level_2_and_y_what_is_left_to_management() -> None:
    """W2."""
    rows = _table(_of(SOP), "[X] and [Y] of each priority")

    assert [tuple(row.values()) for row in rows] == [
        ("HIGH", "2 hours", "2 hours", "4 hours"),
        ("MEDIUM", "8 hours", "8 hours", "16 hours"),
        ("LOW", "48 hours", "24 hours", "72 hours"),
    ]
    said = _said(_of(SOP))
    assert "[X] to solve it: HIGH 2 hours, MEDIUM 8 hours and LOW 48 hours" in said
    assert "[Y] from there: HIGH 2 hours, MEDIUM 8 hours and LOW 24 hours" in said


def test_level_3_has_a_column_only_where_a_deadline_leads_there() -> None:
    """A5."""
    assert "Level 3 after" not in _table(_of(SOP), "Priorities and timeframes")[0]
    assert "Level 2 passes to Level 3 by hand." in _said(_of(SOP))
    medium = replace(SOP.targets[Priority.MEDIUM], level_3=hours(12))
    policy = replace(SOP, targets=MappingProxyType({**SOP.targets, Priority.MEDIUM: medium}))

    rows = _table(_of(policy), "Priorities and timeframes")

    assert [row["Level 3 after"] for row in rows] == ["by hand only", "12 hours", "by hand only"]
    assert "or by itself: MEDIUM after 12 hours." in _said(_of(policy))


def test_a_target_that_counts_business_hours_says_so_wherever_it_is_said() -> None:
    """A6."""
    policy = replace(SOP, calendars={"Office": OFFICE}, clocks={Priority.LOW: "Office"})

    document = _of(policy)

    (low,) = [r for r in _table(document, "Priorities and timeframes") if r["Priority"] == "LOW"]
    assert (low["Level 2 after"], low["Time counts"]) == (
        "48 business hours",
        "by the calendar Office",
    )
    said = _said(document)
    assert said.count("LOW 48 business hours") == 2
    assert "LOW 24 business hours" in said
    assert not re.search(r"LOW \d+ hours", said)
    assert "HIGH 2 hours" in said
    assert _table(document, "Opening hours") == [
        {"Calendar": "Office", "Days": "Monday to Friday", "Open": "09:00-17:00"},
        {"Calendar": "Office", "Days": "Saturday to Sunday", "Open": "closed"},
    ]


def test_where_time_counts_around_the_clock_no_business_hour_is_spoken_of() -> None:
    assert "business" not in markdown(_of(SOP))
    assert "Calendars" not in _captions(_of(SOP))


def test_no_figure_stands_in_the_document_that_the_policy_does_not_have() -> None:
    """P5: with every figure changed, none of the SOP's own is left."""
    odd = Policy(
        version=41,
        name="Odd",
        targets=MappingProxyType(
            {
                Priority.HIGH: Targets(hours(101), hours(111), hours(131), hours(151)),
                Priority.MEDIUM: Targets(hours(201), hours(211), hours(231), hours(261)),
                Priority.LOW: Targets(hours(301), hours(311), hours(331), hours(371)),
            }
        ),
        hold_cap=days(43),
        backdating_cap=days(47),
        reopening_grace=minutes(53),
        escalating_reopening=59,
        reminders=(days(61), days(67), days(71)),
        review_working_days=73,
        urgent_indicator="Odd!",
        hold_caps={HoldReason.CHANGE_WINDOW: days(79)},
        categories=SOP.categories,
        routes=(Route(None, None, "Team", "ada@example.org"),),
        references=(Reference("Guide", "https://example.org", ""),),
        recurrence=Recurrence(83, days(89)),
    )
    names = r"(?m)^#+ \d+\.|^\d+\. |Levels? [123]( and 3)?|section 6"
    text = re.sub(names, "", markdown(_of(odd)))

    figures = {int(number) for number in re.findall(r"\d+", text)}

    ladders = {101, 111, 131, 151, 201, 211, 231, 261, 301, 311, 331, 371}
    derived = {151 - 111, 261 - 211, 371 - 311, 2 * 73}
    rest = {41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89}
    numbers_of_reminders = {1, 2, 3}
    assert figures == ladders | derived | rest | numbers_of_reminders


def test_references_have_their_links_and_versions() -> None:
    """F1."""
    guide = Reference("Guide", "https://example.org/guide", "2.1")

    assert _table(_of(replace(SOP, references=(guide,))), "Reference documents") == [
        {"Document": "Guide", "Version": "2.1", "Link": "https://example.org/guide"}
    ]
    assert len(_table(_of(SOP), "Reference documents")) == 3


def test_holds_and_their_reasons_have_their_longest_times() -> None:
    """A7."""
    assert _table(_of(SOP), "Longest hold") == [{"Reason": "Any reason", "At most": "14 days"}]
    policy = replace(SOP, hold_caps={HoldReason.AWAITING_VENDOR: days(30)})

    assert [tuple(row.values()) for row in _table(_of(policy), "Longest hold")] == [
        ("Waiting for a vendor", "30 days"),
        ("Any other reason", "14 days"),
    ]


def test_closed_days_and_the_public_holidays_of_two_years_are_listed_day_by_day() -> None:
    calendar = replace(
        OFFICE,
        regions=(Region("DE", "BE"),),
        holidays=tuple(Holiday(date(year, 1, 1), "Neujahr") for year in range(2020, 2030)),
        closed=(Holiday(date(2026, 12, 24), "Party"),),
    )

    document = _of(replace(SOP, calendars={"Office": calendar}, review_calendar="Office"))

    assert [row["Day"] for row in _table(document, "Own closed days")] == ["2026-12-24"]
    assert [row["Day"] for row in _table(document, "Public holidays")] == [
        "2026-01-01",
        "2027-01-01",
    ]
    assert _table(document, "Calendars")[0]["Public holidays of"] == "DE-BE"
    assert "Its working days are those on which the calendar Office is open." in _said(document)


def test_a_draft_says_that_nobody_works_by_it_yet() -> None:
    document = _of(SOP)

    assert _said(document).startswith("This is a draft. It is not in force")
    assert "Change history" not in _captions(document)


def test_a_draft_says_that_the_number_in_its_table_is_not_its_own() -> None:
    document = _of(replace(SOP, version=7))

    said = "The number 7 below only holds the place of the one that it gets when it is published."
    assert said in _said(document)
    assert _table(document, "This version")[1] == {"What": "Version", "Figure": "7"}


FIRST = Edition(1, JANUARY, "", "", "", (), None)
CHANGES = tuple(Difference("holdCap", None, None, words) for words in ("Holds last longer", "more"))
SECOND = Edition(2, OCTOBER, "Grace", "Vendors are slow", "2026-Q3", CHANGES, None)


def test_the_version_in_force_says_since_when_in_the_organisations_days() -> None:
    policy = replace(SOP, zone="Europe/Berlin")

    said = _said(sop(policy, (FIRST,), in_force=1, at=JANUARY))

    assert said.startswith("Version 1 was published on 2026-01-02 and is in force.")


def test_a_version_that_was_replaced_says_which_one_is_in_force() -> None:
    said = _said(sop(SOP, (FIRST,), in_force=2, at=JANUARY))

    assert "is no longer in force: version 2 is." in said


def test_the_change_history_tells_who_changed_what_and_why() -> None:
    """Q5."""
    document = sop(replace(SOP, version=2), (SECOND, FIRST), in_force=2, at=JANUARY)

    assert _table(document, "Change history") == [
        {
            "Version": "2",
            "Published": "2026-10-05",
            "By": "Grace",
            "Reason": "Vendors are slow",
            "Review": "2026-Q3",
            "What changed": "Holds last longer\nmore",
        },
        {
            "Version": "1",
            "Published": "2026-01-01",
            "By": "",
            "Reason": "",
            "Review": "",
            "What changed": "",
        },
    ]


def test_what_is_not_for_the_reader_has_no_column() -> None:
    blank = replace(SECOND, author="", reason="", review="")

    document = sop(replace(SOP, version=2), (blank, FIRST), in_force=2, at=JANUARY)

    assert list(_table(document, "Change history")[0]) == ["Version", "Published", "What changed"]


def test_a_version_that_was_retired_says_since_when() -> None:
    document = sop(SOP, (replace(FIRST, retired_at=OCTOBER),), in_force=None, at=JANUARY)

    assert _table(document, "Change history")[0]["Retired"] == "2026-10-05"
    assert "is no longer in force: no version is." in _said(document)
