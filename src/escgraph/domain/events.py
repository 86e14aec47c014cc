"""What happened, in the past tense: the entries of a ticket's timeline and the items of the stream.

An event says what cannot be read off the ticket as it stood afterwards; that state is stored
beside it. `at` is the moment of the act; `by` is the person, None for the deadline engine.
"""

from dataclasses import dataclass
from datetime import date, datetime

from escgraph.domain import (  # noqa: F401 - their kinds are among KINDS
    events_channels,
    events_notices,
    events_policy,
    events_review,
    events_updates,
    events_webhook,
)
from escgraph.domain.event import Event as Event  # noqa: PLC0414 - others know it from here
from escgraph.domain.terms import (
    Audience,
    DeadlineKind,
    EscalationReason,
    EventId,
    HoldReason,
    PersonId,
    Priority,
    ResolutionCode,
    Role,
    Scope,
    TicketId,
    Tier,
    TokenId,
    Trigger,
    Visibility,
)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What remains to be done after a ticket was closed (W6)."""

    description: str
    owner: PersonId
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketOpened(Event):
    """`backdated_to` is the reported time where the clock started before the opening (A1)."""

    title: str
    description: str
    backdated_to: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAcknowledged(Event):
    """The first human response (A12)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseBreached(Event):
    """The first response did not come by `due_at` (A4)."""

    due_at: datetime
    catch_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded(Event):
    """`corrects` is the event of the older note that this one puts right (C1)."""

    text: str
    visibility: Visibility
    corrects: EventId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionLogged(Event):
    """One step of troubleshooting (R1, R2)."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkAttached(Event):
    """A file or page elsewhere (C3). `checksum` is "algorithm:hex", empty where unknown."""

    url: str
    title: str
    media_type: str
    checksum: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAssigned(Event):
    """`assignees` are all who work on it from now on."""

    assignees: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAccepted(Event):
    """Somebody of the tier that holds it took it (R2)."""

    tier: Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleAllocated(Event):
    """A manager added people (R3)."""

    people: tuple[PersonId, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnershipTransferred(Event):
    from_owner: PersonId
    to_owner: PersonId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityChanged(Event):
    from_priority: Priority
    to_priority: Priority
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgencyFlagged(Event):
    """The flag was set or taken by hand (C4)."""

    flagged: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMarkedCritical(Event):
    """Management is to be notified at once (A9). False takes the mark back."""

    critical: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketHeld(Event):
    """The ladder stands still until somebody resumes, at the latest until `until` (A7)."""

    reason: HoldReason
    note: str
    until: datetime
    approved_by: PersonId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketResumed(Event):
    """`held_since` is when the hold began; `by_cap` says that it ended by itself."""

    held_since: datetime
    by_cap: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketEscalated(Event):
    """A move up a tier (D1). The escalation of the same ticket version documents it in full.

    `no_recipient` says that nobody works at `to_tier` (A22); the store, which knows the people,
    sets it when it saves.
    """

    trigger: Trigger
    kind: DeadlineKind | None
    from_tier: Tier
    to_tier: Tier
    due_at: datetime
    catch_up: bool
    reason: EscalationReason | None
    comment: str
    no_recipient: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketDeescalated(Event):
    from_tier: Tier
    to_tier: Tier
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagementReminded(Event):
    """No manager has accepted yet (A19). `number` counts from 1."""

    number: int
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeholderAdded(Event):
    person: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeholderRemoved(Event):
    person: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeholderUpdatePosted(Event):
    """`closing` marks the notice that a closing sent (W6)."""

    text: str
    audience: Audience
    closing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketResolved(Event):
    summary: str
    code: ResolutionCode
    root_cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketClosed(Event):
    """`override_reason` is why a manager closed in the owner's stead (R5), empty otherwise.

    `follow_ups` are the actions that remain: a reopening takes the resolution off the ticket, and
    this entry keeps who owes what by when.
    """

    follow_ups: tuple[FollowUp, ...]
    override_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReopened(Event):
    """`number` counts the reopenings of this ticket, from 1 (A20)."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCancelled(Event):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMerged(Event):
    """It was a duplicate, and ends: another ticket goes on in its stead (A23)."""

    into: TicketId
    into_number: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateAbsorbed(Event):
    """It goes on in a duplicate's stead (A23).

    `clock_moved_to` is the duplicate's start, None where this ticket's was the earlier already;
    `stakeholders` are those of the duplicate who hear of this one from now on.
    """

    duplicate: TicketId
    duplicate_number: int
    reason: str
    clock_moved_to: datetime | None
    stakeholders: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMovedToPolicy(Event):
    """It goes by another version of the policy from now on (P5)."""

    from_version: int
    to_version: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCreated(Event):
    person: PersonId
    name: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCreated(Event):
    """Never the token itself."""

    token: TokenId
    person: PersonId
    name: str
    scopes: tuple[Scope, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked(Event):
    token: TokenId
    person: PersonId


KINDS: dict[str, type[Event]] = {kind.__name__: kind for kind in Event.__subclasses__()}
"""Every kind of event by its name, which is how it is stored and what GraphQL calls it."""
