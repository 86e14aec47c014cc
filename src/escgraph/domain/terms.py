"""The words of the SOP: the closed sets and ids that every other room speaks in."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

TicketId = NewType("TicketId", UUID)
PersonId = NewType("PersonId", UUID)
TokenId = NewType("TokenId", UUID)
EscalationId = NewType("EscalationId", UUID)
EventId = NewType("EventId", UUID)
ReviewId = NewType("ReviewId", UUID)
ReviewActionId = NewType("ReviewActionId", UUID)
PolicyDraftId = NewType("PolicyDraftId", UUID)
NoticeId = NewType("NoticeId", UUID)
DeliveryId = NewType("DeliveryId", UUID)
MessageId = NewType("MessageId", UUID)
ChannelId = NewType("ChannelId", UUID)
WebhookId = NewType("WebhookId", UUID)
LinkId = NewType("LinkId", UUID)


class Priority(StrEnum):
    """How fast the ladder climbs (SOP §6)."""

    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


class Tier(StrEnum):
    """Who works on a ticket (SOP §3). The names sort in climbing order, in SQL as in Python."""

    LEVEL_1 = "LEVEL_1"
    LEVEL_2 = "LEVEL_2"
    LEVEL_3 = "LEVEL_3"
    MANAGEMENT = "MANAGEMENT"


class Status(StrEnum):
    OPEN = "OPEN"
    IN_PROGRESS = "IN_PROGRESS"
    ON_HOLD = "ON_HOLD"
    RESOLVED = "RESOLVED"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"


LIVE = frozenset({Status.OPEN, Status.IN_PROGRESS, Status.ON_HOLD})
"""The statuses in which the ladder climbs (A3)."""


class Role(StrEnum):
    """What a person may do (P2). Owner is not here: it is a role on one ticket."""

    LEVEL_1_AGENT = "LEVEL_1_AGENT"
    ENGINEER = "ENGINEER"
    MANAGER = "MANAGER"
    STAKEHOLDER = "STAKEHOLDER"
    ADMINISTRATOR = "ADMINISTRATOR"
    SCRIPT = "SCRIPT"
    WALLBOARD = "WALLBOARD"


class Scope(StrEnum):
    """What a token may be used for, within what its person's role allows."""

    READ = "READ"
    ACT = "ACT"
    ADMINISTER = "ADMINISTER"


class HoldReason(StrEnum):
    """Why the ladder is paused (A7)."""

    AWAITING_CUSTOMER = "AWAITING_CUSTOMER"
    AWAITING_VENDOR = "AWAITING_VENDOR"
    CHANGE_WINDOW = "CHANGE_WINDOW"
    AWAITING_EVIDENCE = "AWAITING_EVIDENCE"


class Trigger(StrEnum):
    """What moved a ticket up a tier (D1)."""

    DEADLINE = "DEADLINE"
    MANUAL = "MANUAL"
    REOPENED = "REOPENED"


class EscalationReason(StrEnum):
    """Why a person escalates by hand. Only the last two excuse LEVEL_1 from having tried (A17)."""

    UNRESOLVED = "UNRESOLVED"
    EXPERTISE_NEEDED = "EXPERTISE_NEEDED"
    NO_ACCESS = "NO_ACCESS"
    CRITICAL = "CRITICAL"


class Visibility(StrEnum):
    """Who reads a note: colleagues only, or the reporter too (A12)."""

    INTERNAL = "INTERNAL"
    REPORTER = "REPORTER"


class Audience(StrEnum):
    """For whom a stakeholder update is written (R3)."""

    INTERNAL = "INTERNAL"
    EXTERNAL = "EXTERNAL"


class ResolutionCode(StrEnum):
    """How a ticket ended (W6)."""

    FIXED = "FIXED"
    WORKAROUND = "WORKAROUND"
    DUPLICATE = "DUPLICATE"
    NOT_REPRODUCIBLE = "NOT_REPRODUCIBLE"
    NO_FAULT_FOUND = "NO_FAULT_FOUND"
    THIRD_PARTY = "THIRD_PARTY"


class DeadlineKind(StrEnum):
    """What a deadline asks for. `RANK` orders those that fall on one moment."""

    RESPONSE = "RESPONSE"
    HOLD_CAP = "HOLD_CAP"
    LEVEL_2 = "LEVEL_2"
    LEVEL_3 = "LEVEL_3"
    MANAGEMENT = "MANAGEMENT"
    REMINDER_1 = "REMINDER_1"
    REMINDER_2 = "REMINDER_2"
    REMINDER_3 = "REMINDER_3"


RANK = {kind: rank for rank, kind in enumerate(DeadlineKind)}
TARGETS = frozenset(
    {
        DeadlineKind.RESPONSE,
        DeadlineKind.LEVEL_2,
        DeadlineKind.LEVEL_3,
        DeadlineKind.MANAGEMENT,
    }
)
REMINDERS = (DeadlineKind.REMINDER_1, DeadlineKind.REMINDER_2, DeadlineKind.REMINDER_3)


class DeadlineState(StrEnum):
    """ARMED waits; FIRED passed unmet; MET was answered before it fired; VOID applies no more."""

    ARMED = "ARMED"
    FIRED = "FIRED"
    MET = "MET"
    VOID = "VOID"


class ReviewKind(StrEnum):
    """What a review looks back on: one ticket (D3), or all of a quarter (Q1)."""

    POST_ISSUE = "POST_ISSUE"
    QUARTERLY = "QUARTERLY"


class ReviewState(StrEnum):
    OPEN = "OPEN"
    COMPLETED = "COMPLETED"


class ReviewSection(StrEnum):
    """What people write into a review. `review.SECTIONS` says which kind wants which (D3)."""

    WENT_WELL = "WENT_WELL"
    WENT_BADLY = "WENT_BADLY"
    ROOT_CAUSE = "ROOT_CAUSE"
    FINDINGS = "FINDINGS"
    IMPROVEMENTS = "IMPROVEMENTS"
    SOP_CHANGE = "SOP_CHANGE"


class ReviewActionState(StrEnum):
    """OVERDUE is open too: its day is over and it is not done."""

    OPEN = "OPEN"
    OVERDUE = "OVERDUE"
    DONE = "DONE"


def utc(moment: datetime) -> datetime:
    """The same moment in UTC.

    Raises:
        ValueError: the moment is naive, or in UTC outside of the years 1 to 9999.
    """
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError(f"the moment {moment.isoformat()} has no offset; add Z or +hh:mm")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(
            f"the moment {moment.isoformat()} lies outside the years 1 to 9999 in UTC"
        ) from error
