"""How notices travelled: by which channel, after how many attempts, with what luck (C2)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from escgraph.domain.errors import NotFoundError
from escgraph.domain.terms import DeliveryId, MessageId, NoticeId
from escgraph.domain.ticket import Actor
from escgraph.queries.sight import confined_to, not_on_the_wall, sees_notices
from escgraph.store import delivery_search
from escgraph.store.delivery_search import (
    ANY_DELIVERY,
    Attempt,
    DeliveryFilter,
    Fared,
    FoundDelivery,
)
from escgraph.store.keyset import cut, page_size

__all__ = [
    "ANY_DELIVERY",
    "Attempt",
    "DeliveryFilter",
    "DeliveryPage",
    "Fared",
    "attempts_of",
    "by_id",
    "by_ids",
    "of_message",
    "of_notices",
    "page",
]


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """One page of a list."""

    found: Sequence[FoundDelivery]
    has_next: bool


async def page(
    which: DeliveryFilter = ANY_DELIVERY, *, first: int, after: str | None = None, viewer: Actor
) -> DeliveryPage:
    """The latest deliveries of notices that the viewer may see.

    Raises:
        ForbiddenError: the viewer hangs on the wall.
        InvalidInputError: `first` is out of bounds, or `after` is no cursor of this list.
    """
    not_on_the_wall(viewer, what="how notices travelled")
    size = page_size(first)
    found = await delivery_search.found(
        which, limit=size + 1, after=after, told=confined_to(viewer)
    )
    return DeliveryPage(*cut(found, first=size))


async def by_ids(ids: Collection[DeliveryId], *, viewer: Actor) -> dict[DeliveryId, Fared]:
    """Those of them that exist and that the viewer may see."""
    if not sees_notices(viewer):
        return {}
    told = confined_to(viewer)
    found = await delivery_search.of_ids(ids)
    return {key: one for key, one in found.items() if told in (None, one.person)}


async def by_id(delivery_id: DeliveryId, *, viewer: Actor) -> Fared:
    """One delivery.

    Raises:
        NotFoundError: there is none, or none that the viewer may see.
    """
    found = await by_ids([delivery_id], viewer=viewer)
    if delivery_id not in found:
        raise NotFoundError(
            f"there is no delivery with the id {delivery_id}; see deliveries", field=("id",)
        )
    return found[delivery_id]


async def of_notices(ids: Collection[NoticeId]) -> dict[NoticeId, list[Fared]]:
    """The deliveries of each of those notices, which the viewer sees, the first tried first."""
    return await delivery_search.of_notices(ids)


async def of_message(message: MessageId, *, viewer: Actor) -> Sequence[Fared]:
    """The deliveries that it carries and that the viewer may see; a webhook's message has none."""
    if not sees_notices(viewer):
        return ()
    told = confined_to(viewer)
    return [one for one in await delivery_search.of_message(message) if told in (None, one.person)]


async def attempts_of(ids: Collection[MessageId]) -> dict[MessageId, list[Attempt]]:
    """Every try to send each of those messages, of which the viewer sees a delivery."""
    return await delivery_search.attempts_of(ids)
