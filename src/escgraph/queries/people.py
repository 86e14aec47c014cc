"""People to look up: who there is, who somebody is, which tokens they hold."""

from collections.abc import Sequence

from escgraph.domain.errors import ForbiddenError, NotFoundError
from escgraph.domain.permissions import Act, permit
from escgraph.domain.terms import PersonId
from escgraph.domain.ticket import Actor
from escgraph.queries.sight import OVERSEEING, among_colleagues
from escgraph.store import people, tokens
from escgraph.store.people import Person
from escgraph.store.tokens import Token

__all__ = ["Person", "Token", "by_id", "by_ids", "everybody", "me", "tokens_of"]


async def me(viewer: Actor) -> Person:
    """The person who asks."""
    return (await people.by_ids([viewer.person]))[viewer.person]


async def everybody(*, viewer: Actor) -> list[Person]:
    """All people, by name.

    Raises:
        ForbiddenError: the viewer does not work on tickets.
    """
    among_colleagues(viewer, what="the list of people")
    return await people.everybody()


async def by_ids(ids: Sequence[PersonId], *, viewer: Actor) -> dict[PersonId, Person]:
    """Those of them that exist; their ids stand on what the viewer sees."""
    permit(viewer, Act.READ)
    return await people.by_ids(ids)


async def by_id(person_id: PersonId, *, viewer: Actor) -> Person:
    """One person.

    Raises:
        NotFoundError: there is none with that id.
    """
    found = await by_ids([person_id], viewer=viewer)
    if person_id not in found:
        raise NotFoundError(
            f"there is no person with the id {person_id}; check the id", field=("id",)
        )
    return found[person_id]


async def tokens_of(person_id: PersonId, *, viewer: Actor) -> list[Token]:
    """All tokens of a person, the newest first; never a secret.

    Raises:
        ForbiddenError: they are somebody else's, and the viewer oversees nobody.
    """
    if person_id != viewer.person and viewer.role not in OVERSEEING:
        raise ForbiddenError(
            f"the tokens of others are for {' and '.join(sorted(OVERSEEING))}; ask there"
        )
    return await tokens.of_person(person_id)
