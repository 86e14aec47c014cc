"""What becomes of the ways to people, and of their wishes; of no ticket, and without an address."""

from dataclasses import dataclass
from datetime import datetime

from escgraph.domain.event import Event
from escgraph.domain.notice import ChannelKind
from escgraph.domain.terms import ChannelId, PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAdded(Event):
    """`person` hears by it from now on; `by` None: by somebody at the machine itself."""

    channel: ChannelId
    person: PersonId
    channel_kind: ChannelKind
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRemoved(Event):
    channel: ChannelId
    person: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDisabled(Event):
    """By hand; what a receiver has done says the event of the delivery that died there."""

    channel: ChannelId
    person: PersonId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelEnabled(Event):
    channel: ChannelId
    person: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelsOrdered(Event):
    """`channels` are all of that person's, the one first that is tried first."""

    person: PersonId
    channels: tuple[ChannelId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSecretRotated(Event):
    """The secrets before the new one sign until `old_until` at the latest."""

    channel: ChannelId
    person: PersonId
    old_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferencesChanged(Event):
    """How `person` wants to be told is their own matter, and does not stand here."""

    person: PersonId
