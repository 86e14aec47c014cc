"""Letting dead messages be sent once more, from a shell."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from escgraph.commands.acting import Call
from escgraph.commands.redelivering import redeliver
from escgraph.domain.errors import DomainError
from escgraph.domain.terms import MessageId
from escgraph.domain.ticket import Actor
from escgraph.store.people import Person


@dataclass(frozen=True, slots=True)
class Requeued:
    """A message that was asked for by that id; `refused` says why it does not wait, None if so."""

    message: str
    refused: str | None = None


def acting(person: Person) -> Actor:
    return Actor(person.id, person.role, person.tier)


async def requeued(message: str, *, by: Actor, at: datetime) -> Requeued:
    """Let it wait, if it is dead and its way is open."""
    try:
        message_id = MessageId(UUID(message))
    except ValueError:
        return Requeued(message, "this is no id; see: escgraph notify list --state DEAD --json")
    try:
        await redeliver(call=Call(by=by, at=at), message_id=message_id)
    except DomainError as error:
        return Requeued(message, error.message)
    return Requeued(message)
