"""From a stored event to its type in the schema: one entry for each kind that the domain knows."""

from dataclasses import fields

from escgraph.api import types_event_channels as channels
from escgraph.api import types_event_ladder as ladder
from escgraph.api import types_event_merging as merging
from escgraph.api import types_event_notices as notices
from escgraph.api import types_event_people as people
from escgraph.api import types_event_policy as policy
from escgraph.api import types_event_review as reviews
from escgraph.api import types_event_updates as updates
from escgraph.api import types_event_webhook as webhooks
from escgraph.api import types_event_work as work
from escgraph.api.enums import EventKind
from escgraph.api.identifiers import id_text
from escgraph.api.types_event import Event
from escgraph.queries.entries import entry_of
from escgraph.queries.events import StoredEvent

TYPES: dict[str, type[Event]] = {
    kind.__name__: kind
    for kind in (
        work.TicketOpened,
        work.TicketAcknowledged,
        work.ResponseBreached,
        work.NoteAdded,
        work.ActionLogged,
        work.LinkAttached,
        work.TicketAssigned,
        work.TicketAccepted,
        work.PeopleAllocated,
        work.OwnershipTransferred,
        ladder.PriorityChanged,
        ladder.UrgencyFlagged,
        ladder.TicketMarkedCritical,
        ladder.TicketHeld,
        ladder.TicketResumed,
        ladder.TicketEscalated,
        ladder.TicketDeescalated,
        ladder.ManagementReminded,
        work.StakeholderAdded,
        work.StakeholderRemoved,
        work.StakeholderUpdatePosted,
        work.TicketResolved,
        work.TicketClosed,
        work.TicketReopened,
        work.TicketCancelled,
        merging.TicketMerged,
        merging.DuplicateAbsorbed,
        policy.PolicyDrafted,
        policy.PolicyDraftRevised,
        policy.PolicyDraftValidated,
        policy.PolicyDraftDiscarded,
        policy.PolicyPublished,
        policy.PolicyRetired,
        ladder.TicketMovedToPolicy,
        people.PersonCreated,
        people.TokenCreated,
        people.TokenRevoked,
        channels.ChannelAdded,
        channels.ChannelRemoved,
        channels.ChannelDisabled,
        channels.ChannelEnabled,
        channels.ChannelsOrdered,
        channels.ChannelSecretRotated,
        channels.PreferencesChanged,
        reviews.ReviewOpened,
        reviews.ReviewSectionWritten,
        reviews.ReviewActionAdded,
        reviews.ReviewActionRevised,
        reviews.ReviewActionDone,
        reviews.ReviewCasesRead,
        reviews.ReviewCompleted,
        reviews.ReviewOverdue,
        reviews.ReviewActionOverdue,
        notices.DeliveryDied,
        notices.DeliveryRequeued,
        updates.StakeholderUpdateOverdue,
        webhooks.WebhookCreated,
        webhooks.WebhookChanged,
        webhooks.WebhookSecretRotated,
        webhooks.WebhookDisabled,
        webhooks.WebhookEnabled,
        webhooks.WebhookReplayed,
        webhooks.WebhookRemoved,
        webhooks.WebhookTested,
    )
}
"""By the name of the kind, which is that of the type."""

_COMMON = {one.name for one in fields(Event)}
_OWN = {
    name: tuple(one.name for one in fields(kind) if one.init and one.name not in _COMMON)
    for name, kind in TYPES.items()
}
_NAMED_OTHERWISE = {
    "deadline_kind": "kind",
    "hold_reason": "reason",
    "escalation_reason": "reason",
}
"""`kind` is what the interface calls the type itself; `reason` is a text wherever it stands, so
that one document may ask for every field of every kind."""


def event_of(stored: StoredEvent) -> Event:
    """The event as its type."""
    fact = entry_of(stored)
    own = {name: getattr(fact, _NAMED_OTHERWISE.get(name, name)) for name in _OWN[stored.kind]}
    return TYPES[stored.kind](
        stored=stored,
        fact=fact,
        id=id_text(stored.id),
        kind=EventKind(stored.kind),
        at=stored.at,
        ticket_version=stored.ticket_version,
        indicator=(stored.state or {}).get("indicator", ""),
        **own,
    )
