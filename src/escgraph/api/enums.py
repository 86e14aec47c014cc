"""The closed sets of the domain as GraphQL enums, with a word on each value."""

from enum import EnumType, StrEnum
from typing import TypeVar, cast

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

from escgraph.domain.terms import (
    Audience,
    DeadlineKind,
    DeadlineState,
    EscalationReason,
    HoldReason,
    Priority,
    ResolutionCode,
    Role,
    Scope,
    Status,
    Tier,
    Trigger,
    Visibility,
)
from escgraph.domain.updates import OwedBecause
from escgraph.queries.tickets import TicketSort
from escgraph.stream.items import ResyncReason

E = TypeVar("E", bound=EnumType)


def described(kind: E, description: str, values: dict[str, str], *, called: str | None = None) -> E:
    """Make the enum one of the schema; each value needs its word, by its name in the schema.

    `called` is its name there, where that is another.
    """
    strawberry.enum(kind, name=called, description=description, graphql_name_from="value")
    definition = cast("StrawberryEnumDefinition", getattr(kind, "__strawberry_definition__"))  # noqa: B009 - the attribute is not declared
    for value in definition.values:
        value.description = values[value.name]
    return kind


described(
    Priority,
    "How fast the ladder climbs (SOP §6). The policy says how fast that is.",
    {
        "HIGH": "A system outage or a critical security issue.",
        "MEDIUM": "A major feature that does not work, or degraded performance.",
        "LOW": "A minor bug or a cosmetic issue.",
    },
)
described(
    Tier,
    "Who works on a ticket (SOP §3), in climbing order.",
    {
        "LEVEL_1": "The agents who take reports.",
        "LEVEL_2": "Engineers.",
        "LEVEL_3": "Engineers who know the inside; reached by hand, or by a policy with that rung.",
        "MANAGEMENT": "The escalation managers.",
    },
)
described(
    Status,
    "Where a ticket is in its life.",
    {
        "OPEN": "Nobody has taken it in hand yet.",
        "IN_PROGRESS": "Somebody works on it.",
        "ON_HOLD": "Others must act first: its rungs stand still, its first response does not.",
        "RESOLVED": "Fixed, and not yet confirmed: its deadlines are off.",
        "CLOSED": "Confirmed and documented.",
        "CANCELLED": "Ended without a resolution.",
    },
)
described(
    Role,
    "What a person may do. Owner is no role of a person but of a person on one ticket.",
    {
        "LEVEL_1_AGENT": "Opens tickets and works on them first.",
        "ENGINEER": "Works on what reaches LEVEL_2 or LEVEL_3.",
        "MANAGER": "Works on what reaches MANAGEMENT, and acts in the owner's stead.",
        "STAKEHOLDER": "Reads the tickets that name them, and writes nothing.",
        "ADMINISTRATOR": "Looks after people, tokens and policies.",
        "SCRIPT": "A service account that opens tickets and adds to them.",
        "WALLBOARD": "A screen: sees every ticket, and no text that people write to each other.",
    },
)
described(
    Scope,
    "What a token may be used for, within what its person's role allows.",
    {
        "READ": "Queries and subscriptions.",
        "ACT": "Mutations on tickets.",
        "ADMINISTER": "Mutations on people, tokens and policies.",
    },
)
described(
    HoldReason,
    "For whom or what a ticket waits while it is on hold.",
    {
        "AWAITING_CUSTOMER": "The customer has to answer.",
        "AWAITING_VENDOR": "A vendor has to act.",
        "CHANGE_WINDOW": "The change waits for its window.",
        "AWAITING_EVIDENCE": "The issue has to show itself again.",
    },
)
described(
    Trigger,
    "What moved a ticket up a tier.",
    {
        "DEADLINE": "A rung of the policy fell due.",
        "MANUAL": "A person escalated it.",
        "REOPENED": "It was reopened so often that the policy escalates it.",
    },
)
described(
    EscalationReason,
    "Why a person escalates. LEVEL_1 must have logged an action first, unless the reason excuses.",
    {
        "UNRESOLVED": "What was tried did not help.",
        "EXPERTISE_NEEDED": "It needs somebody who knows more.",
        "NO_ACCESS": "LEVEL_1 cannot reach the system; excuses from having tried.",
        "CRITICAL": "There is no time to try; excuses from having tried.",
    },
)
described(
    Visibility,
    "Who reads a note.",
    {
        "INTERNAL": "Colleagues only.",
        "REPORTER": "The reporter too. The first such note by a person is the first response.",
    },
)
described(
    Audience,
    "For whom a stakeholder update is written.",
    {"INTERNAL": "Colleagues.", "EXTERNAL": "People outside, stakeholders among them."},
)
described(
    ResolutionCode,
    "How the issue ended.",
    {
        "FIXED": "The cause is gone.",
        "WORKAROUND": "The cause remains, and there is a way around it.",
        "DUPLICATE": "Another ticket stands for the same issue.",
        "NOT_REPRODUCIBLE": "It could not be brought about again.",
        "NO_FAULT_FOUND": "All works as it should.",
        "THIRD_PARTY": "Somebody else fixed it or has to.",
    },
)
described(
    DeadlineKind,
    "What a deadline asks for.",
    {
        "RESPONSE": "The first human response.",
        "HOLD_CAP": "The end of a hold: the ticket resumes by itself.",
        "LEVEL_2": "The rung that escalates to LEVEL_2.",
        "LEVEL_3": "The rung that escalates to LEVEL_3, where the policy has one.",
        "MANAGEMENT": "The rung that escalates to MANAGEMENT.",
        "REMINDER_1": "The first reminder that no manager has accepted yet.",
        "REMINDER_2": "The second reminder.",
        "REMINDER_3": "The last reminder.",
    },
)
described(
    DeadlineState,
    "What became of a deadline.",
    {
        "ARMED": "It waits.",
        "FIRED": "It passed unmet.",
        "MET": "It was answered in time.",
        "VOID": "It no longer applies.",
    },
)
described(
    TicketSort,
    "The order of a list of tickets.",
    {
        "OPENED_DESC": "The latest opened first.",
        "OPENED_ASC": "The earliest opened first.",
        "DUE_ASC": "What falls due first; tickets without a deadline last.",
        "UPDATED_DESC": "The latest changed first.",
        "PRIORITY": "HIGH first, then what falls due first.",
    },
)
described(
    ResyncReason,
    "Why events can no longer bring a subscriber up to date.",
    {
        "OTHER_EPOCH": "The database was restored or replaced since the cursor was given.",
        "TOO_OLD": "Events behind the cursor are no longer kept.",
        "AHEAD": "The database ends before the cursor.",
        "GAP": "Events behind the cursor cannot be read.",
    },
)


class EventKind(StrEnum):
    """Every kind of event, by the name of its type."""

    TICKET_OPENED = "TicketOpened"
    TICKET_ACKNOWLEDGED = "TicketAcknowledged"
    RESPONSE_BREACHED = "ResponseBreached"
    NOTE_ADDED = "NoteAdded"
    ACTION_LOGGED = "ActionLogged"
    LINK_ATTACHED = "LinkAttached"
    TICKET_ASSIGNED = "TicketAssigned"
    TICKET_ACCEPTED = "TicketAccepted"
    PEOPLE_ALLOCATED = "PeopleAllocated"
    OWNERSHIP_TRANSFERRED = "OwnershipTransferred"
    PRIORITY_CHANGED = "PriorityChanged"
    URGENCY_FLAGGED = "UrgencyFlagged"
    TICKET_MARKED_CRITICAL = "TicketMarkedCritical"
    TICKET_HELD = "TicketHeld"
    TICKET_RESUMED = "TicketResumed"
    TICKET_ESCALATED = "TicketEscalated"
    TICKET_DEESCALATED = "TicketDeescalated"
    MANAGEMENT_REMINDED = "ManagementReminded"
    STAKEHOLDER_ADDED = "StakeholderAdded"
    STAKEHOLDER_REMOVED = "StakeholderRemoved"
    STAKEHOLDER_UPDATE_POSTED = "StakeholderUpdatePosted"
    TICKET_RESOLVED = "TicketResolved"
    TICKET_CLOSED = "TicketClosed"
    TICKET_REOPENED = "TicketReopened"
    TICKET_CANCELLED = "TicketCancelled"
    TICKET_MERGED = "TicketMerged"
    DUPLICATE_ABSORBED = "DuplicateAbsorbed"
    POLICY_DRAFTED = "PolicyDrafted"
    POLICY_DRAFT_REVISED = "PolicyDraftRevised"
    POLICY_DRAFT_VALIDATED = "PolicyDraftValidated"
    POLICY_DRAFT_DISCARDED = "PolicyDraftDiscarded"
    POLICY_PUBLISHED = "PolicyPublished"
    POLICY_RETIRED = "PolicyRetired"
    TICKET_MOVED_TO_POLICY = "TicketMovedToPolicy"
    PERSON_CREATED = "PersonCreated"
    TOKEN_CREATED = "TokenCreated"  # noqa: S105 - a kind of event, not a secret
    TOKEN_REVOKED = "TokenRevoked"  # noqa: S105 - the same
    CHANNEL_ADDED = "ChannelAdded"
    CHANNEL_REMOVED = "ChannelRemoved"
    CHANNEL_DISABLED = "ChannelDisabled"
    CHANNEL_ENABLED = "ChannelEnabled"
    CHANNELS_ORDERED = "ChannelsOrdered"
    CHANNEL_SECRET_ROTATED = "ChannelSecretRotated"  # noqa: S105 - a kind of event, not a secret
    PREFERENCES_CHANGED = "PreferencesChanged"
    REVIEW_OPENED = "ReviewOpened"
    REVIEW_SECTION_WRITTEN = "ReviewSectionWritten"
    REVIEW_ACTION_ADDED = "ReviewActionAdded"
    REVIEW_ACTION_REVISED = "ReviewActionRevised"
    REVIEW_ACTION_DONE = "ReviewActionDone"
    REVIEW_CASES_READ = "ReviewCasesRead"
    REVIEW_COMPLETED = "ReviewCompleted"
    REVIEW_OVERDUE = "ReviewOverdue"
    REVIEW_ACTION_OVERDUE = "ReviewActionOverdue"
    DELIVERY_DIED = "DeliveryDied"
    DELIVERY_REQUEUED = "DeliveryRequeued"
    STAKEHOLDER_UPDATE_OVERDUE = "StakeholderUpdateOverdue"
    WEBHOOK_CREATED = "WebhookCreated"
    WEBHOOK_CHANGED = "WebhookChanged"
    WEBHOOK_SECRET_ROTATED = "WebhookSecretRotated"  # noqa: S105 - a kind, not a secret
    WEBHOOK_DISABLED = "WebhookDisabled"
    WEBHOOK_ENABLED = "WebhookEnabled"
    WEBHOOK_REPLAYED = "WebhookReplayed"
    WEBHOOK_REMOVED = "WebhookRemoved"
    WEBHOOK_TESTED = "WebhookTested"


described(
    EventKind,
    "Which type of event it is, by the name of the type; see there what each says.",
    {kind.value: f"An event of the type {kind.value}." for kind in EventKind},
)
described(
    OwedBecause,
    "Why stakeholders are to hear of a ticket now.",
    {
        "RESOLVED": "It was resolved since they last heard of it.",
        "ESCALATED": "It went up a tier since then.",
        "RHYTHM": "They have not heard of it for as long as the policy allows.",
    },
)
