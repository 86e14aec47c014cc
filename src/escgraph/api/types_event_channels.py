"""The kinds of event that tell of the ways to people; they belong to no ticket."""

from datetime import datetime

import strawberry

from escgraph.api.types_event import Event, id_of_event, ids_of_event, person_of_event
from escgraph.api.types_people import Person
from escgraph.domain.notice import ChannelKind

_ID = "The channel's id."


@strawberry.type(description="Somebody can be told by another channel. Its address stands nowhere.")
class ChannelAdded(Event):
    channel_id: strawberry.ID = id_of_event("channel", description=_ID)
    person: Person = person_of_event("person", description="Who.")
    channel_kind: ChannelKind = strawberry.field(description="Which way it is.")
    name: str = strawberry.field(description="What they call it.")


@strawberry.type(description="A channel is there no more.")
class ChannelRemoved(Event):
    channel_id: strawberry.ID = id_of_event("channel", description=_ID)
    person: Person = person_of_event("person", description="Whose it was.")


@strawberry.type(description="A channel is passed over until somebody enables it.")
class ChannelDisabled(Event):
    channel_id: strawberry.ID = id_of_event("channel", description=_ID)
    person: Person = person_of_event("person", description="Whose it is.")
    reason: str = strawberry.field(description="Why.")


@strawberry.type(description="A channel is used again.")
class ChannelEnabled(Event):
    channel_id: strawberry.ID = id_of_event("channel", description=_ID)
    person: Person = person_of_event("person", description="Whose it is.")


@strawberry.type(description="Somebody's channels are tried in another order.")
class ChannelsOrdered(Event):
    person: Person = person_of_event("person", description="Whose they are.")
    channel_ids: list[strawberry.ID] = ids_of_event(
        "channels", description="All of their ids, the one first that is tried first."
    )


@strawberry.type(description="A new secret signs what goes to a channel. It stands nowhere.")
class ChannelSecretRotated(Event):
    channel_id: strawberry.ID = id_of_event("channel", description=_ID)
    person: Person = person_of_event("person", description="Whose it is.")
    old_until: datetime = strawberry.field(
        description="Until when those before it sign too, at the latest."
    )


@strawberry.type(
    description="Somebody wants to be told otherwise than before; how is their own matter."
)
class PreferencesChanged(Event):
    person: Person = person_of_event("person", description="Who.")
