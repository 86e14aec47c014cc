"""The frame of every act: lock, ask the domain, save, return; once under an idempotency key."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from escgraph.commands.outages import all_or_nothing
from escgraph.domain.errors import NotFoundError, StaleVersionError
from escgraph.domain.events import Event
from escgraph.domain.permissions import may_see
from escgraph.domain.policy import Policy
from escgraph.domain.terms import TicketId
from escgraph.domain.ticket import Actor, Change, Ticket
from escgraph.store import idempotency, policies, tickets
from escgraph.store.idempotency import Request
from escgraph.store.stream import Place

__all__ = ["Call", "Request", "Written", "act_on", "locked", "must_be_as_seen", "once"]


@dataclass(frozen=True, slots=True)
class Written:
    """What an act left behind: the id of its object and the stream position of its last event."""

    id: UUID
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Who asks, when, and under which key. `version` is the ticket version that they saw."""

    by: Actor
    at: datetime
    version: int | None = None
    request: Request | None = None


Decide = Callable[[Ticket, Policy, datetime], Awaitable[Change]]
Consequences = Callable[[Change, Policy, datetime], Awaitable[Sequence[Event]]]


async def _nothing_else(_change: Change, _policy: Policy, _at: datetime) -> Sequence[Event]:
    return ()


async def act_on(
    ticket_id: TicketId, decide: Decide, *, call: Call, consequences: Consequences = _nothing_else
) -> Written:
    """Let `decide` change the ticket, alone with it.

    `decide` gets the ticket, its policy and the moment: never before the ticket's latest event,
    however far apart the clocks of two processes are. `consequences` writes what follows elsewhere
    and returns the events of that, which belong to no ticket.

    Raises:
        NotFoundError: there is no such ticket, or none that the actor may see.
        StaleVersionError: somebody changed the ticket since the actor saw it.
    """

    async def work() -> Written:
        ticket = await locked(ticket_id, by=call.by, version=call.version)
        policy = await policies.of_version(ticket.policy_version)
        at = max(call.at, ticket.updated_at)
        change = await decide(ticket, policy, at)
        alone = await consequences(change, policy, at)
        return Written(ticket.id, await tickets.save(ticket, change, alone=alone))

    return await once(work, call=call)


async def once(work: Callable[[], Awaitable[Written]], *, call: Call) -> Written:
    """Do the work in a transaction; under a key that was used already, give its answer again.

    Raises:
        ConflictError: the key was used with another request.
    """
    request = call.request

    async def keyed() -> Written:
        if request is None:
            return await work()
        earlier = await idempotency.earlier_answer(request, by=call.by.person, at=call.at)
        if earlier is not None:
            return Written(UUID(earlier["id"]), Place(earlier["position"], earlier.get("tag")))
        written = await work()
        place = written.position
        tag = place.tag if isinstance(place, Place) else None
        answer = {"id": str(written.id), "position": written.position, "tag": tag}
        await idempotency.keep_answer(request, by=call.by.person, answer=answer)
        return written

    return await all_or_nothing(keyed)


async def locked(
    ticket_id: TicketId,
    *,
    by: Actor,
    version: int | None,
    fields: tuple[str, str] = ("ticketId", "expectedVersion"),
) -> Ticket:
    """The ticket, locked, as the actor saw it; `fields` name its id and version in the input.

    Raises as `act_on` does.
    """
    named, versioned = fields
    try:
        ticket = await tickets.locked(ticket_id)
    except NotFoundError as error:
        raise _unknown(ticket_id, named) from error
    if not may_see(by, stakeholders=ticket.stakeholders):
        raise _unknown(ticket_id, named)
    must_be_as_seen(version, now=ticket.version, what="ticket", field=versioned)
    return ticket


def must_be_as_seen(
    seen: int | None, *, now: int, what: str, field: str = "expectedVersion"
) -> None:
    """Pass if it is at the version that the actor saw, or they did not say.

    Raises:
        StaleVersionError: somebody changed it since.
    """
    if seen is not None and seen != now:
        raise StaleVersionError(
            f"the {what} is at version {now}, not {seen}; read it again and decide anew",
            current=now,
            field=(field,),
        )


def _unknown(ticket_id: TicketId, field: str) -> NotFoundError:
    """The same words whether it does not exist or must not be seen: neither is told apart."""
    return NotFoundError(
        f"there is no ticket with the id {ticket_id}; check the id", field=(field,)
    )
