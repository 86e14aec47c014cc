"""What happens to notices and their ways, in the past tense; these events belong to no ticket."""

from dataclasses import dataclass

from escgraph.domain.event import Event
from escgraph.domain.notice import ChannelKind
from escgraph.domain.terms import MessageId, NoticeId, PersonId, TicketId, WebhookId


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryDied(Event):
    """A message will not be tried again; `redeliver` lets it wait anew.

    `person` and `notices` say who was not told of what, `ticket` about which ticket where it is
    one; for a script's webhook, `webhook` says which, and there are no notices. `reason` is how the
    last attempt failed. `disabled`: the receiver wants nothing any more, and its way is off.
    """

    message: MessageId
    notices: tuple[NoticeId, ...]
    ticket: TicketId | None
    person: PersonId | None
    webhook: WebhookId | None
    channel: ChannelKind
    reason: str
    disabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRequeued(Event):
    """A dead message waits again, with the id that it had; all as in `DeliveryDied`."""

    message: MessageId
    notices: tuple[NoticeId, ...]
    ticket: TicketId | None
    person: PersonId | None
    webhook: WebhookId | None
    channel: ChannelKind
