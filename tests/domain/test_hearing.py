"""Who hears of what (§5): the table walked in full, event by event and hearer by hearer."""

from dataclasses import replace

import pytest

from escgraph.domain import events
from escgraph.domain.event import Event
from escgraph.domain.events import KINDS, PersonCreated, TokenRevoked
from escgraph.domain.hearing import HEARD, row_of
from escgraph.domain.notice import Hearer, NoticeKind
from escgraph.domain.terms import Audience, Role, TokenId, Visibility
from tests.domain import happenings
from tests.domain.desk import NINE
from tests.domain.people import person

# One letter for each Hearer: owner, assignee, tier team, lead, manager, stakeholder, reporter.
TABLE = {
    "TicketOpened": "o......  OWNERSHIP_GIVEN",
    "TicketAcknowledged": "......r  ACKNOWLEDGED",
    "ResponseBreached": "o.t....  RESPONSE_BREACHED",
    "NoteAdded INTERNAL": ".......",
    "NoteAdded REPORTER": "......r  NOTE",
    "ActionLogged": ".......",
    "LinkAttached": ".......",
    "TicketAssigned": ".a.....  ASSIGNED",
    "TicketAccepted": "o......  ACKNOWLEDGED",
    "PeopleAllocated": ".a.....  ALLOCATED",
    "OwnershipTransferred": "oa.....  OWNERSHIP_GIVEN",
    "PriorityChanged": "oa.....  PRIORITY_CHANGED",
    "UrgencyFlagged": ".......",
    "TicketMarkedCritical marked": "oa..m..  CRITICAL",
    "TicketMarkedCritical taken back": ".......",
    "TicketHeld": ".......",
    "TicketResumed by hand": ".......",
    "TicketResumed by its cap": "oa.....  HOLD_ENDED",
    "TicketEscalated": "oatlms.  ESCALATED",
    "TicketDeescalated": "oat....  HANDED_DOWN",
    "ManagementReminded": "....m..  MANAGEMENT_REMINDER",
    "StakeholderAdded": ".......",
    "StakeholderRemoved": ".......",
    "StakeholderUpdatePosted INTERNAL": "oa...s.  UPDATE",
    "StakeholderUpdatePosted EXTERNAL": ".....sr  UPDATE",
    "StakeholderUpdatePosted closing": ".....sr  CLOSING",
    "TicketResolved": "oa...sr  RESOLVED",
    "TicketClosed": "oa.....  CLOSED",
    "TicketReopened": "oa...s.  REOPENED",
    "TicketCancelled": "oa...sr  CANCELLED",
    "TicketMerged": "oa...sr  MERGED",
    "DuplicateAbsorbed": ".......",
    "TicketMovedToPolicy": ".......",
    "StakeholderUpdateOverdue": "o......  UPDATE_OVERDUE",
    "ReviewOpened POST_ISSUE": "o......  REVIEW_OPENED",
    "ReviewOpened QUARTERLY": "....m..  REVIEW_OPENED",
    "ReviewOverdue": "o...m..  REVIEW_OVERDUE",
    "ReviewActionOverdue": "oa..m..  REVIEW_ACTION_OVERDUE",
}


@pytest.mark.parametrize("name", TABLE)
def test_each_event_is_told_to_those_and_to_nobody_else(name: str) -> None:
    letters, *kind = TABLE[name].split()
    row = HEARD[name]

    assert row.kind == (NoticeKind(kind[0]) if kind else None)
    assert row.hearers == {
        hearer for hearer, letter in zip(Hearer, letters, strict=True) if letter != "."
    }


def test_the_table_knows_no_other_event() -> None:
    assert set(HEARD) == set(TABLE)


OF_A_TICKET = [
    name
    for name, kind in KINDS.items()
    if kind.__module__ == events.__name__ and not name.startswith(("Person", "Token"))
]


@pytest.mark.parametrize("kind", OF_A_TICKET)
def test_whatever_happens_to_a_ticket_has_a_row_and_be_it_an_empty_one(kind: str) -> None:
    assert any(name.split()[0] == kind for name in HEARD)


@pytest.mark.parametrize(
    ("event", "name"),
    [
        (happenings.note(Visibility.INTERNAL), "NoteAdded INTERNAL"),
        (happenings.note(Visibility.REPORTER), "NoteAdded REPORTER"),
        (happenings.update(Audience.INTERNAL), "StakeholderUpdatePosted INTERNAL"),
        (happenings.update(Audience.EXTERNAL), "StakeholderUpdatePosted EXTERNAL"),
        (
            replace(happenings.update(Audience.INTERNAL), closing=True),
            "StakeholderUpdatePosted closing",
        ),
        (happenings.marked_critical(critical=True), "TicketMarkedCritical marked"),
        (happenings.marked_critical(critical=False), "TicketMarkedCritical taken back"),
        (happenings.resumed(by_cap=True), "TicketResumed by its cap"),
        (happenings.resumed(by_cap=False), "TicketResumed by hand"),
    ],
)
def test_an_event_of_several_cases_has_the_row_of_its_own(event: Event, name: str) -> None:
    assert row_of(event) is HEARD[name]


@pytest.mark.parametrize(
    "event",
    [
        PersonCreated(at=NINE, by=None, person=person(1), name="Ann", role=Role.ENGINEER),
        TokenRevoked(at=NINE, by=None, token=TokenId(person(2)), person=person(1)),
    ],
)
def test_what_has_no_row_is_told_to_nobody(event: Event) -> None:
    assert row_of(event).kind is None
