"""What a person is told: the words for notices, for those who hear, and for the ways to them (§5).

A notice is what one person is told of one happening; a delivery is that notice by one channel; a
message is what is sent, and carries one delivery or many.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from escgraph.domain.terms import NoticeId, PersonId, Priority, ReviewId, TicketId


class Hearer(StrEnum):
    """As what somebody hears of a ticket. The first that fits counts, in this order."""

    OWNER = "OWNER"
    ASSIGNEE = "ASSIGNEE"
    TIER_TEAM = "TIER_TEAM"
    TEAM_LEAD = "TEAM_LEAD"
    MANAGER = "MANAGER"
    STAKEHOLDER = "STAKEHOLDER"
    REPORTER = "REPORTER"


class NoticeKind(StrEnum):
    """What a notice is about; `documents` has the words of each."""

    ESCALATED = "ESCALATED"
    RESPONSE_BREACHED = "RESPONSE_BREACHED"
    CRITICAL = "CRITICAL"
    MANAGEMENT_REMINDER = "MANAGEMENT_REMINDER"
    ASSIGNED = "ASSIGNED"
    ALLOCATED = "ALLOCATED"
    OWNERSHIP_GIVEN = "OWNERSHIP_GIVEN"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    NOTE = "NOTE"
    PRIORITY_CHANGED = "PRIORITY_CHANGED"
    HOLD_ENDED = "HOLD_ENDED"
    HANDED_DOWN = "HANDED_DOWN"
    UPDATE = "UPDATE"
    CLOSING = "CLOSING"
    UPDATE_OVERDUE = "UPDATE_OVERDUE"
    RESOLVED = "RESOLVED"
    CLOSED = "CLOSED"
    REOPENED = "REOPENED"
    CANCELLED = "CANCELLED"
    MERGED = "MERGED"
    REVIEW_OPENED = "REVIEW_OPENED"
    REVIEW_OVERDUE = "REVIEW_OVERDUE"
    REVIEW_ACTION_OVERDUE = "REVIEW_ACTION_OVERDUE"
    UNREACHED = "UNREACHED"
    TEST = "TEST"


class ChannelKind(StrEnum):
    """The ways to a person. LOG is the last: the notice stands in the log and in the API only."""

    EMAIL = "EMAIL"
    WEBHOOK = "WEBHOOK"
    SLACK = "SLACK"
    TEAMS = "TEAMS"
    NTFY = "NTFY"
    APPRISE = "APPRISE"
    LOG = "LOG"


class Pace(StrEnum):
    """How soon a message goes, and so what it may carry."""

    AT_ONCE = "AT_ONCE"
    BUNDLED = "BUNDLED"
    DIGEST = "DIGEST"


class MessageState(StrEnum):
    """WAITING for its moment or its next try; SENDING by somebody; the last two are for good."""

    WAITING = "WAITING"
    SENDING = "SENDING"
    DELIVERED = "DELIVERED"
    DEAD = "DEAD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One person, one happening.

    Attributes:
        key: makes it the only one of its kind: whoever computes it again finds it there.
        review: where it is about a review; `ticket` is None where it is about none.
        pressing: HIGH or critical: neither quiet hours nor caps hold it up.
        positions: the events that it tells of, in their order; several after a catch-up (A8).
        more_until: how long it waits, or waited, for further ones; None outside of a catch-up.
    """

    id: NoticeId
    key: str
    kind: NoticeKind
    person: PersonId
    hearer: Hearer
    ticket: TicketId | None
    review: ReviewId | None
    priority: Priority | None
    pressing: bool
    positions: tuple[int, ...]
    created_at: datetime
    more_until: datetime | None = None
