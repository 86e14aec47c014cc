"""A notice of each kind with what it tells of, for tests of words."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from escgraph.documents.letter_page import Button, Page, Part, page_text
from escgraph.documents.notice_brief import Brief, PackageSummary, ReviewFacts
from escgraph.documents.notice_text import notice_text
from escgraph.domain import events
from escgraph.domain.event import Event
from escgraph.domain.events_review import ReviewActionOverdue, ReviewOpened, ReviewOverdue
from escgraph.domain.events_updates import StakeholderUpdateOverdue
from escgraph.domain.notice import Hearer, NoticeKind
from escgraph.domain.state import TicketState
from escgraph.domain.terms import (
    Audience,
    DeadlineKind,
    EscalationReason,
    PersonId,
    Priority,
    ResolutionCode,
    ReviewActionId,
    ReviewId,
    ReviewKind,
    Status,
    TicketId,
    Tier,
    Trigger,
    Visibility,
)

AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
ADA, BOB, EVE, READER = (PersonId(UUID(int=n)) for n in (1, 2, 3, 4))
NAMES = {ADA: "Ada", BOB: "Bob", EVE: "Eve", READER: "Reader"}
REVIEW, ACTION, OTHER = ReviewId(UUID(int=7)), ReviewActionId(UUID(int=8)), TicketId(UUID(int=9))
WRITTEN = "WRITTEN BY SOMEBODY"
LINK = "https://escgraph.example.org/link/abc"


def climb(to: Tier, *, due: datetime = AT, at: datetime = AT, **facts: object) -> Event:
    told: dict[str, object] = {
        "trigger": Trigger.DEADLINE,
        "kind": DeadlineKind(to),
        "from_tier": Tier.LEVEL_1,
        "catch_up": at > due,
        "reason": None,
        "comment": "",
        "by": None,
    }
    return events.TicketEscalated(at=at, to_tier=to, due_at=due, **{**told, **facts})  # type: ignore[arg-type]  # as above


def by_hand() -> Event:
    return climb(
        Tier.LEVEL_2,
        trigger=Trigger.MANUAL,
        kind=None,
        by=ADA,
        reason=EscalationReason.EXPERTISE_NEEDED,
        comment=WRITTEN,
    )


_OVERDUE = {"review": REVIEW, "version": 3, "ticket": OTHER, "told": (ADA,)}

TOLD: Mapping[NoticeKind, tuple[Event, ...]] = {
    NoticeKind.ESCALATED: (climb(Tier.LEVEL_2),),
    NoticeKind.RESPONSE_BREACHED: (
        events.ResponseBreached(at=AT, by=None, due_at=AT, catch_up=False),
    ),
    NoticeKind.CRITICAL: (
        events.TicketMarkedCritical(at=AT, by=ADA, critical=True, reason=WRITTEN),
    ),
    NoticeKind.MANAGEMENT_REMINDER: (
        events.ManagementReminded(at=AT, by=None, number=2, due_at=AT),
    ),
    NoticeKind.ASSIGNED: (events.TicketAssigned(at=AT, by=ADA, assignees=(BOB, READER)),),
    NoticeKind.ALLOCATED: (
        events.PeopleAllocated(at=AT, by=EVE, people=(BOB, READER), reason=WRITTEN),
    ),
    NoticeKind.OWNERSHIP_GIVEN: (
        events.OwnershipTransferred(at=AT, by=EVE, from_owner=BOB, to_owner=ADA, reason=WRITTEN),
    ),
    NoticeKind.ACKNOWLEDGED: (events.TicketAcknowledged(at=AT, by=BOB),),
    NoticeKind.NOTE: (
        events.NoteAdded(
            at=AT, by=BOB, text=WRITTEN, visibility=Visibility.REPORTER, corrects=None
        ),
    ),
    NoticeKind.PRIORITY_CHANGED: (
        events.PriorityChanged(
            at=AT,
            by=BOB,
            from_priority=Priority.LOW,
            to_priority=Priority.HIGH,
            reason=WRITTEN,
        ),
    ),
    NoticeKind.HOLD_ENDED: (
        events.TicketResumed(at=AT, by=None, held_since=AT - timedelta(days=14), by_cap=True),
    ),
    NoticeKind.HANDED_DOWN: (
        events.TicketDeescalated(
            at=AT, by=EVE, from_tier=Tier.LEVEL_3, to_tier=Tier.LEVEL_2, reason=WRITTEN
        ),
    ),
    NoticeKind.UPDATE: (
        events.StakeholderUpdatePosted(
            at=AT, by=ADA, text=WRITTEN, audience=Audience.EXTERNAL, closing=False
        ),
    ),
    NoticeKind.CLOSING: (
        events.StakeholderUpdatePosted(
            at=AT, by=ADA, text=WRITTEN, audience=Audience.INTERNAL, closing=True
        ),
    ),
    NoticeKind.UPDATE_OVERDUE: (
        StakeholderUpdateOverdue(
            at=AT,
            by=None,
            ticket=OTHER,
            number=42,
            title="Checkout is down",
            priority=Priority.HIGH,
            indicator="[URGENT]",
            due_at=AT - timedelta(minutes=30),
            told=(ADA,),
        ),
    ),
    NoticeKind.RESOLVED: (
        events.TicketResolved(
            at=AT, by=BOB, summary=WRITTEN, code=ResolutionCode.FIXED, root_cause=""
        ),
    ),
    NoticeKind.CLOSED: (events.TicketClosed(at=AT, by=ADA, follow_ups=(), override_reason=""),),
    NoticeKind.REOPENED: (events.TicketReopened(at=AT, by=ADA, number=1, reason=WRITTEN),),
    NoticeKind.CANCELLED: (events.TicketCancelled(at=AT, by=ADA, reason=WRITTEN),),
    NoticeKind.MERGED: (
        events.TicketMerged(at=AT, by=ADA, into=OTHER, into_number=7, reason=WRITTEN),
    ),
    NoticeKind.REVIEW_OPENED: (
        ReviewOpened(
            at=AT,
            by=None,
            review=REVIEW,
            version=1,
            ticket=OTHER,
            review_kind=ReviewKind.POST_ISSUE,
            quarter=None,
            due_at=AT + timedelta(days=5),
        ),
    ),
    NoticeKind.REVIEW_OVERDUE: (
        ReviewOverdue(
            at=AT,
            by=None,
            review_kind=ReviewKind.POST_ISSUE,
            due_at=AT,
            **_OVERDUE,  # type: ignore[arg-type]  # as above
        ),
    ),
    NoticeKind.REVIEW_ACTION_OVERDUE: (
        ReviewActionOverdue(
            at=AT,
            by=None,
            action=ACTION,
            description="Watch the disks",
            owner=BOB,
            due_on=AT.date(),
            **_OVERDUE,  # type: ignore[arg-type]  # as above
        ),
    ),
    NoticeKind.UNREACHED: (climb(Tier.LEVEL_2),),
    NoticeKind.TEST: (),
}
ENDED = {
    NoticeKind.RESOLVED: Status.RESOLVED,
    NoticeKind.CLOSED: Status.CLOSED,
    NoticeKind.CLOSING: Status.CLOSED,
    NoticeKind.CANCELLED: Status.CANCELLED,
    NoticeKind.MERGED: Status.CANCELLED,
    NoticeKind.REVIEW_OPENED: Status.RESOLVED,
    NoticeKind.REVIEW_OVERDUE: Status.CLOSED,
    NoticeKind.REVIEW_ACTION_OVERDUE: Status.CLOSED,
}
PACKAGE = PackageSummary(
    description="Every payment ends with error 502.",
    tried=("Restarted the gateway: no change",),
    tried_before=0,
    missing=("a stakeholder update", "notes"),
    worked_on_it=(ADA,),
    whole=True,
)


def state(**facts: object) -> TicketState:
    """A HIGH ticket of a night."""
    told: dict[str, object] = {
        "number": 42,
        "title": "Checkout is down",
        "category": "system-outage",
        "component": "checkout",
        "reporter": "Ann",
        "priority": Priority.HIGH,
        "urgent": True,
        "flagged": False,
        "critical": False,
        "indicator": "[URGENT]",
        "status": Status.OPEN,
        "tier": Tier.LEVEL_2,
        "reached": Tier.LEVEL_2,
        "owner": ADA,
        "assignees": (),
        "stakeholders": (),
        "policy_version": 1,
        "cycle": 1,
        "breached": True,
        "actions_logged": 1,
        "opened_by": ADA,
        "opened_at": AT - timedelta(hours=2),
        "clock_started_at": AT - timedelta(hours=2),
        "updated_at": AT,
        "next_due_at": AT + timedelta(hours=2),
    }
    return TicketState(**{**told, **facts})  # type: ignore[arg-type]  # as above


def brief(
    kind: NoticeKind = NoticeKind.ESCALATED,
    hearer: Hearer = Hearer.TIER_TEAM,
    *,
    told: Sequence[Event] | None = None,
    zone: str = "Europe/Berlin",
    package: PackageSummary | None = None,
    names: Mapping[PersonId, str] = NAMES,
    reader: PersonId = READER,
    awaited: DeadlineKind = DeadlineKind.MANAGEMENT,
    **facts: object,
) -> Brief:
    """That notice to the reader; `facts` are those of the ticket."""
    ended = ENDED.get(kind)
    if ended is not None:
        facts = {"status": ended, "next_due_at": None, **facts}
    review = ReviewFacts(kind=ReviewKind.POST_ISSUE, quarter=None, due_at=AT + timedelta(days=5))
    return Brief(
        kind=kind,
        hearer=hearer,
        pressing=True,
        priority=Priority.HIGH,
        events=TOLD[kind] if told is None else tuple(told),
        state=None if kind is NoticeKind.TEST else state(**facts),
        awaited=awaited if ended is None else None,
        review=review if kind.startswith("REVIEW") else None,
        reader=reader,
        names=names,
        zone=zone,
        at=AT,
        package=package,
    )


def page(one: Brief) -> Page:
    words = notice_text(one)
    part = Part(buttons=(Button("Accept", LINK, primary=True),), blocks=words.blocks)
    return Page(words.subject, words.headline, (part,), words.footer, urgent=True)


def text(one: Brief) -> str:
    """The letter in plain text, as if its lines were not broken."""
    return " ".join(page_text(page(one)).split())
