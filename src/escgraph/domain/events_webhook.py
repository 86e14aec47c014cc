"""What happened to webhooks; these events belong to no ticket. None says where a webhook leads."""

from dataclasses import dataclass
from datetime import datetime

from escgraph.domain.event import Event
from escgraph.domain.terms import PersonId, WebhookId


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookCreated(Event):
    """`webhook_owner` is by whose eyes it sees."""

    webhook: WebhookId
    webhook_owner: PersonId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookChanged(Event):
    """Its name, its address or what it wants to hear."""

    webhook: WebhookId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSecretRotated(Event):
    """A new secret signs; those before it sign too, until `old_until` at the latest."""

    webhook: WebhookId
    old_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDisabled(Event):
    """Nothing is sent until somebody enables it; `by` is None where its receiver did it."""

    webhook: WebhookId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEnabled(Event):
    """It goes on where it was."""

    webhook: WebhookId


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookReplayed(Event):
    """Everything behind the cursor `replayed_after` is sent, what was sent before too."""

    webhook: WebhookId
    replayed_after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRemoved(Event):
    webhook: WebhookId


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTested(Event):
    """That webhook alone hears of it, whatever it wants to hear else."""

    webhook: WebhookId
