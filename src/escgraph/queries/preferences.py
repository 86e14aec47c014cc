"""How people want to be told: for themselves and for administrators, and for nobody else."""

from collections.abc import Collection

from escgraph.domain.calm import NO_WISHES, Wishes
from escgraph.domain.terms import PersonId
from escgraph.domain.ticket import Actor
from escgraph.queries.channels import sees_wishes_of
from escgraph.store import preferences

__all__ = ["Wishes", "of_people"]


async def of_people(people: Collection[PersonId], *, viewer: Actor) -> dict[PersonId, Wishes]:
    """The wishes of each of those whose wishes the viewer may see."""
    seen = [one for one in people if sees_wishes_of(one, viewer)]
    found = await preferences.wishes_of(seen)
    return {person: found.get(person, NO_WISHES) for person in seen}
