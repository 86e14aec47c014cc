"""A ticket's timeline as people read it: each entry in one sentence, by whom, when."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from escgraph.documents.report_words import civil, moment
from escgraph.documents.sop_words import listed
from escgraph.domain import events
from escgraph.domain.event import Event
from escgraph.domain.terms import PersonId
from escgraph.domain.texts import called

Name = Callable[[PersonId], str]

NOBODY = "by itself"
"""Who did what the deadline engine does."""

LONGEST = 300
"""Characters of an entry that are shown; the whole text stays in the ticket's timeline."""

Row = tuple[str, str, str]


def row(event: Event, *, zone: str, name: Name) -> Row:
    """The moment, what happened, and who did it."""
    who = NOBODY if event.by is None else name(event.by)
    return moment(event.at, zone), cut(WORDS[type(event)](event, name)), who


def cut(text: str) -> str:
    """So much of a text as a table shows."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()} …"


def plain(term: str) -> str:
    """One of our terms as a word of a sentence: AWAITING_VENDOR is awaiting vendor."""
    return term.lower().replace("_", " ")


def _because(start: str, reason: str) -> str:
    return f"{start}: {reason}" if reason else start


def _all(people: Sequence[PersonId], name: Name) -> str:
    return listed([name(one) for one in people]) or "nobody"


def _opened(event: events.TicketOpened, _: Name) -> str:
    late = "" if event.backdated_to is None else ", reported before that"
    return f"Opened{late}: {event.title}"


def _escalated(event: events.TicketEscalated, _: Name) -> str:
    why = plain(event.trigger) + (f", {plain(event.reason)}" if event.reason else "")
    told = "; nobody works there" if event.no_recipient else ""
    said = f"Escalated from {event.from_tier} to {event.to_tier} ({why}){told}"
    return _because(said, event.comment)


def _resolved(event: events.TicketResolved, _: Name) -> str:
    return f"Resolved ({plain(event.code)}): {event.summary}"


def _closed(event: events.TicketClosed, name: Name) -> str:
    owed = "; ".join(
        f"{one.description} ({name(one.owner)}, by {civil(one.due_on)})" for one in event.follow_ups
    )
    return _because(_because("Closed", owed), event.override_reason)


def _updated(event: events.StakeholderUpdatePosted, _: Name) -> str:
    return f"{'Closing notice' if event.closing else 'Update'} to stakeholders: {event.text}"


def _resumed(event: events.TicketResumed, _: Name) -> str:
    return "The hold ended at its cap" if event.by_cap else "Taken off hold"


WORDS: Mapping[type[Event], Callable[[Any, Name], str]] = MappingProxyType(
    {
        events.TicketOpened: _opened,
        events.TicketAcknowledged: lambda _e, _: "First response",
        events.ResponseBreached: lambda _e, _: "The first response did not come in time",
        events.NoteAdded: lambda e, _: (
            f"{'Correction of a note' if e.corrects else 'Note'} ({plain(e.visibility)}): {e.text}"
        ),
        events.ActionLogged: lambda e, _: f"Tried: {e.text}",
        events.LinkAttached: lambda e, _: f"Link attached: {e.title or e.url}",
        events.TicketAssigned: lambda e, name: f"Assigned to {_all(e.assignees, name)}",
        events.TicketAccepted: lambda e, _: f"Accepted at {e.tier}",
        events.PeopleAllocated: lambda e, name: _because(
            f"People added, {_all(e.people, name)}", e.reason
        ),
        events.OwnershipTransferred: lambda e, name: _because(
            f"Owned by {name(e.to_owner)} in {name(e.from_owner)}'s stead", e.reason
        ),
        events.PriorityChanged: lambda e, _: _because(
            f"Priority from {e.from_priority} to {e.to_priority}", e.reason
        ),
        events.UrgencyFlagged: lambda e, _: _because(
            "Flagged as urgent" if e.flagged else "Flag of urgency taken back", e.reason
        ),
        events.TicketMarkedCritical: lambda e, _: _because(
            "Marked critical" if e.critical else "Mark of critical taken back", e.reason
        ),
        events.TicketHeld: lambda e, _: _because(f"Put on hold ({plain(e.reason)})", e.note),
        events.TicketResumed: _resumed,
        events.TicketEscalated: _escalated,
        events.TicketDeescalated: lambda e, _: _because(
            f"Given back from {e.from_tier} to {e.to_tier}", e.reason
        ),
        events.ManagementReminded: lambda e, _: f"Management reminded, number {e.number}",
        events.StakeholderAdded: lambda e, name: f"Stakeholder added: {name(e.person)}",
        events.StakeholderRemoved: lambda e, name: f"Stakeholder removed: {name(e.person)}",
        events.StakeholderUpdatePosted: _updated,
        events.TicketResolved: _resolved,
        events.TicketClosed: _closed,
        events.TicketReopened: lambda e, _: _because(f"Reopened, number {e.number}", e.reason),
        events.TicketCancelled: lambda e, _: _because("Cancelled", e.reason),
        events.TicketMerged: lambda e, _: _because(
            f"Merged into {called(e.into_number)}", e.reason
        ),
        events.DuplicateAbsorbed: lambda e, _: _because(
            f"Goes on in the stead of its duplicate {called(e.duplicate_number)}", e.reason
        ),
        events.TicketMovedToPolicy: lambda e, _: _because(
            f"Moved from policy version {e.from_version} to {e.to_version}", e.reason
        ),
    }
)
"""What each kind of entry of a ticket's timeline says."""
