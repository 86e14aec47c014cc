"""A timeline in words: every kind of entry, as long as it may be, and as many as may be (D3)."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from escgraph.documents.blocks import Paragraph, Table
from escgraph.documents.post_issue_course import MOST_ENTRIES, timeline_blocks
from escgraph.documents.timeline_words import LONGEST, NOBODY, WORDS, row
from escgraph.domain import events
from escgraph.domain.event import Event
from escgraph.domain.terms import (
    EscalationReason,
    PersonId,
    Priority,
    ResolutionCode,
    Tier,
    Trigger,
    Visibility,
)

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ANN, BOB = PersonId(UUID(int=1)), PersonId(UUID(int=2))
NAMES = {ANN: "Ann", BOB: "Bob"}
OF_NO_TICKET = {events.PersonCreated, events.TokenCreated, events.TokenRevoked}


def note(text: str) -> Event:
    return events.NoteAdded(at=AT, by=ANN, text=text, visibility=Visibility.INTERNAL, corrects=None)


def shown(event: Event) -> str:
    _, what, _ = row(event, zone="UTC", name=NAMES.__getitem__)
    return what


def test_every_kind_of_entry_of_a_timeline_has_its_words() -> None:
    """D3: reviews and policies have events of their own, which are of no ticket."""
    of_tickets = {kind for kind in events.KINDS.values() if kind.__module__ == events.__name__}
    assert set(WORDS) == of_tickets - OF_NO_TICKET


@pytest.mark.parametrize(
    ("event", "what", "who"),
    [
        (events.TicketAcknowledged(at=AT, by=ANN), "First response", "Ann"),
        (note("The disk is full"), "Note (internal): The disk is full", "Ann"),
        (
            events.TicketAssigned(at=AT, by=ANN, assignees=(ANN, BOB)),
            "Assigned to Ann and Bob",
            "Ann",
        ),
        (
            events.OwnershipTransferred(at=AT, by=BOB, from_owner=ANN, to_owner=BOB, reason="Ill"),
            "Owned by Bob in Ann's stead: Ill",
            "Bob",
        ),
        (
            events.PriorityChanged(
                at=AT,
                by=ANN,
                from_priority=Priority.LOW,
                to_priority=Priority.HIGH,
                reason="All are hit",
            ),
            "Priority from LOW to HIGH: All are hit",
            "Ann",
        ),
        (
            events.TicketEscalated(
                at=AT,
                by=None,
                trigger=Trigger.DEADLINE,
                kind=None,
                from_tier=Tier.LEVEL_1,
                to_tier=Tier.LEVEL_2,
                due_at=AT,
                catch_up=False,
                reason=None,
                comment="",
                no_recipient=True,
            ),
            "Escalated from LEVEL_1 to LEVEL_2 (deadline); nobody works there",
            NOBODY,
        ),
        (
            events.TicketEscalated(
                at=AT,
                by=ANN,
                trigger=Trigger.MANUAL,
                kind=None,
                from_tier=Tier.LEVEL_1,
                to_tier=Tier.LEVEL_2,
                due_at=AT,
                catch_up=False,
                reason=EscalationReason.UNRESOLVED,
                comment="Too deep for us",
            ),
            "Escalated from LEVEL_1 to LEVEL_2 (manual, unresolved): Too deep for us",
            "Ann",
        ),
        (
            events.TicketResolved(
                at=AT, by=BOB, summary="New disk", code=ResolutionCode.FIXED, root_cause=""
            ),
            "Resolved (fixed): New disk",
            "Bob",
        ),
        (
            events.TicketClosed(
                at=AT,
                by=ANN,
                follow_ups=(events.FollowUp("Watch the disks", BOB, date(2026, 3, 9)),),
                override_reason="",
            ),
            "Closed: Watch the disks (Bob, by 9 March 2026)",
            "Ann",
        ),
        (
            events.TicketResumed(at=AT, by=None, held_since=AT, by_cap=True),
            "The hold ended at its cap",
            NOBODY,
        ),
    ],
)
def test_an_entry_says_when_what_and_who(event: Event, what: str, who: str) -> None:
    """D3."""
    told = row(event, zone="Europe/Berlin", name=NAMES.__getitem__)
    assert told == ("2 March 2026, 10:30", what, who)


def test_a_long_text_is_cut_and_says_so() -> None:
    whole = shown(note("x" * (LONGEST - len("Note (internal): "))))
    assert len(whole) == LONGEST
    assert not whole.endswith("…")
    assert shown(note("x" * LONGEST)) == f"{whole} …"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (0, None),
        (1, "1 more entry is in the timeline of the ticket."),
        (2, "2 more entries are in the timeline of the ticket."),
    ],
)
def test_so_many_entries_are_shown_and_the_others_counted(more: int, said: str | None) -> None:
    """D3: the first ones, so that a report has an end."""
    timeline = [note(f"{n}") for n in range(MOST_ENTRIES + more)]
    table, *rest = timeline_blocks(timeline, zone="UTC", name=NAMES.__getitem__)
    assert isinstance(table, Table)
    assert len(table.rows) == MOST_ENTRIES
    assert table.rows[0][1] == "Note (internal): 0"
    assert rest == ([] if said is None else [Paragraph(said)])
