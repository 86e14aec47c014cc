"""By whose clock somebody reads: their own, where they have said so."""

from escgraph.domain.terms import PersonId
from escgraph.store import preferences


async def zone_of(person: PersonId, *, otherwise: str) -> str:
    """The zone that the person asked to be told times in; `otherwise` where they have not."""
    wishes = (await preferences.wishes_of([person])).get(person)
    return otherwise if wishes is None or wishes.zone is None else wishes.zone.key
