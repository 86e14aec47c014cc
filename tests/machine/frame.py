"""What the frame of every command asks before the rules do, said once more for the model."""

from collections.abc import Collection, Sequence

from escgraph.domain.errors import InvalidInputError, NotFoundError, StaleVersionError
from escgraph.domain.permissions import may_see
from escgraph.domain.terms import PersonId, Role
from escgraph.domain.ticket import Actor, Ticket
from tests.machine import world


def must_be_as_seen(
    ticket: Ticket,
    by: Actor,
    seen: int | None,
    fields: tuple[str, str] = ("ticketId", "expectedVersion"),
) -> None:
    """Pass if the actor may see the ticket, and it is at the version that they saw."""
    if not may_see(by, stakeholders=ticket.stakeholders):
        raise NotFoundError(
            f"there is no ticket with the id {ticket.id}; check the id", field=fields[:1]
        )
    if seen is not None and seen != ticket.version:
        raise StaleVersionError(
            f"the ticket is at version {ticket.version}, not {seen}; read it again and decide anew",
            current=ticket.version,
            field=fields[1:],
        )


def must_be_there(
    whom: Sequence[PersonId],
    field: str,
    roles: Collection[Role] | None,
    *,
    away: Collection[str],
) -> None:
    """Pass if all of them work here, in one of those roles."""
    known = {actor.person: (who, actor) for who, actor in world.WHO.items()}
    for person in whom:
        who, actor = known.get(person, (None, None))
        if actor is None or who in away:
            raise NotFoundError(
                f"there is no active person with the id {person}; see people", field=(field,)
            )
        if roles is not None and actor.role not in roles:
            raise InvalidInputError(
                f"{world.named(person)} is {actor.role}; name somebody who is "
                f"{' or '.join(sorted(roles))}",
                field=(field,),
            )


def must_be_in_force(version: int, *, in_force: int) -> None:
    """Pass if tickets are opened under that version of the policy."""
    if version > in_force:
        raise NotFoundError(f"there is no policy version {version}; see policies")
    if version < in_force:
        raise InvalidInputError(
            f"version {version} of the policy is not in force, and no ticket moves back; "
            f"move to version {in_force}, or publish the other one anew",
            field=("toVersion",),
        )
