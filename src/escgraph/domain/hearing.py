"""Who hears of what: one table of events and hearers (§5; C2, R3, W5, A4, A9, A19, A22, D3, Q4).

Each row says what its hearers are told, and who they are. The principle is that a person is told
what they would want to be woken for, or must know to act, and nothing else: what people see on
their own lists anyway is told to nobody. An event of a kind without a row is told to nobody, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from escgraph.domain.event import Event
from escgraph.domain.events import (
    NoteAdded,
    StakeholderUpdatePosted,
    TicketMarkedCritical,
    TicketResumed,
)
from escgraph.domain.events_review import ReviewOpened
from escgraph.domain.notice import Hearer, NoticeKind

K = NoticeKind


@dataclass(frozen=True, slots=True)
class Row:
    """What is told of an event, and to whom; `kind` is None where nobody hears of it."""

    kind: NoticeKind | None
    hearers: frozenset[Hearer]

    def tells(self, hearer: Hearer) -> NoticeKind | None:
        return self.kind if hearer in self.hearers else None


def _row(kind: NoticeKind | None, marks: str) -> Row:
    """One mark for each hearer, in the order of `Hearer`: x for who hears of it."""
    columns = zip(Hearer, marks.split(), strict=True)
    return Row(kind, frozenset(hearer for hearer, mark in columns if mark == "x"))


# fmt: off
HEARD: Mapping[str, Row] = MappingProxyType({
    #                                                              owner
    #                                                              | assignee
    #                                                              | | tier team
    #                                                              | | | team lead
    #                                                              | | | | manager
    #                                                              | | | | | stakeholder
    #                                                              | | | | | | reporter
    "TicketOpened":                     _row(K.OWNERSHIP_GIVEN,   "x . . . . . ."),
    "TicketAcknowledged":               _row(K.ACKNOWLEDGED,      ". . . . . . x"),
    "ResponseBreached":                 _row(K.RESPONSE_BREACHED, "x . x . . . ."),
    "NoteAdded INTERNAL":               _row(None,                ". . . . . . ."),
    "NoteAdded REPORTER":               _row(K.NOTE,              ". . . . . . x"),
    "ActionLogged":                     _row(None,                ". . . . . . ."),
    "LinkAttached":                     _row(None,                ". . . . . . ."),
    "TicketAssigned":                   _row(K.ASSIGNED,          ". x . . . . ."),
    "TicketAccepted":                   _row(K.ACKNOWLEDGED,      "x . . . . . ."),
    "PeopleAllocated":                  _row(K.ALLOCATED,         ". x . . . . ."),
    "OwnershipTransferred":             _row(K.OWNERSHIP_GIVEN,   "x x . . . . ."),
    "PriorityChanged":                  _row(K.PRIORITY_CHANGED,  "x x . . . . ."),
    "UrgencyFlagged":                   _row(None,                ". . . . . . ."),
    "TicketMarkedCritical marked":      _row(K.CRITICAL,          "x x . . x . ."),
    "TicketMarkedCritical taken back":  _row(None,                ". . . . . . ."),
    "TicketHeld":                       _row(None,                ". . . . . . ."),
    "TicketResumed by hand":            _row(None,                ". . . . . . ."),
    "TicketResumed by its cap":         _row(K.HOLD_ENDED,        "x x . . . . ."),
    "TicketEscalated":                  _row(K.ESCALATED,         "x x x x x x ."),
    "TicketDeescalated":                _row(K.HANDED_DOWN,       "x x x . . . ."),
    "ManagementReminded":               _row(K.MANAGEMENT_REMINDER, ". . . . x . ."),
    "StakeholderAdded":                 _row(None,                ". . . . . . ."),
    "StakeholderRemoved":               _row(None,                ". . . . . . ."),
    "StakeholderUpdatePosted INTERNAL": _row(K.UPDATE,            "x x . . . x ."),
    "StakeholderUpdatePosted EXTERNAL": _row(K.UPDATE,            ". . . . . x x"),
    "StakeholderUpdatePosted closing":  _row(K.CLOSING,           ". . . . . x x"),
    "TicketResolved":                   _row(K.RESOLVED,          "x x . . . x x"),
    "TicketClosed":                     _row(K.CLOSED,            "x x . . . . ."),
    "TicketReopened":                   _row(K.REOPENED,          "x x . . . x ."),
    "TicketCancelled":                  _row(K.CANCELLED,         "x x . . . x x"),
    "TicketMerged":                     _row(K.MERGED,            "x x . . . x x"),
    "DuplicateAbsorbed":                _row(None,                ". . . . . . ."),
    "TicketMovedToPolicy":              _row(None,                ". . . . . . ."),
    "StakeholderUpdateOverdue":         _row(K.UPDATE_OVERDUE,    "x . . . . . ."),
    "ReviewOpened POST_ISSUE":          _row(K.REVIEW_OPENED,     "x . . . . . ."),
    "ReviewOpened QUARTERLY":           _row(K.REVIEW_OPENED,     ". . . . x . ."),
    "ReviewOverdue":                    _row(K.REVIEW_OVERDUE,    "x . . . x . ."),
    "ReviewActionOverdue":              _row(K.REVIEW_ACTION_OVERDUE, "x x . . x . ."),
})
# fmt: on
"""Who is meant by each hearer at each event says `hearers`."""

NOBODY = _row(None, ". . . . . . .")


def row_of(event: Event) -> Row:
    """What is told of it, and to whom."""
    return HEARD.get(occasion(event), NOBODY)


def occasion(event: Event) -> str:
    """The name of its row: its kind, and in which case it is where that makes a difference."""
    kind = type(event).__name__
    match event:
        case NoteAdded():
            return f"{kind} {event.visibility}"
        case TicketMarkedCritical():
            return f"{kind} marked" if event.critical else f"{kind} taken back"
        case TicketResumed():
            return f"{kind} by its cap" if event.by_cap else f"{kind} by hand"
        case StakeholderUpdatePosted():
            return f"{kind} closing" if event.closing else f"{kind} {event.audience}"
        case ReviewOpened():
            return f"{kind} {event.review_kind}"
        case _:  # of every other kind, all events have one row
            return kind
