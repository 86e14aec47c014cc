"""Tickets to look at: one by its id or number, many by ids, a page by which, a count."""

from collections.abc import Sequence
from dataclasses import dataclass

from escgraph.domain.errors import NotFoundError
from escgraph.domain.terms import TicketId
from escgraph.domain.ticket import Actor
from escgraph.queries.sight import confined_to, sees
from escgraph.queries.views import TicketView, Wanted, views
from escgraph.store import search, stream
from escgraph.store.keyset import cut, page_size
from escgraph.store.search import TicketFilter, TicketSort
from escgraph.store.stream import Head
from escgraph.store.transactions import snapshot

__all__ = [
    "TicketFilter",
    "TicketPage",
    "TicketSort",
    "TicketView",
    "Wanted",
    "by_id",
    "by_ids",
    "by_number",
    "count",
    "duplicates",
    "page",
]

MOST_DUPLICATES = 50
"""Of one ticket, as they are listed."""

_LARGEST_NUMBER = 2**63 - 1


@dataclass(frozen=True, slots=True)
class TicketPage:
    """One page of a list.

    Attributes:
        cursors: where a page goes on that ends with the view at the same place.
        true_at: the position in the stream at which all of this was so.
    """

    views: tuple[TicketView, ...]
    cursors: tuple[str, ...]
    has_next: bool
    true_at: Head


async def by_id(
    ticket_id: TicketId, *, viewer: Actor, wanted: Wanted = Wanted.NOTHING
) -> TicketView:
    """One ticket.

    Raises:
        NotFoundError: there is none with that id, or none that the viewer may see.
    """
    found = await by_ids([ticket_id], viewer=viewer, wanted=wanted)
    if ticket_id not in found:
        raise NotFoundError(
            f"there is no ticket with the id {ticket_id}; check the id", field=("id",)
        )
    return found[ticket_id]


async def by_number(number: int, *, viewer: Actor, wanted: Wanted = Wanted.NOTHING) -> TicketView:
    """The ticket that people call by that number.

    Raises:
        NotFoundError: no ticket has it, or none that the viewer may see.
    """
    found = await search.of_number(number) if 0 < number <= _LARGEST_NUMBER else []
    seen = [ticket for ticket in found if sees(viewer, ticket)]
    if not seen:
        raise NotFoundError(
            f"there is no ticket ESC-{number:06d}; check the number", field=("number",)
        )
    return (await views(seen, wanted, viewer=viewer))[0]


async def by_ids(
    ids: Sequence[TicketId], *, viewer: Actor, wanted: Wanted = Wanted.NOTHING
) -> dict[TicketId, TicketView]:
    """Those of them that exist and that the viewer may see."""
    seen = [ticket for ticket in await search.of_ids(ids) if sees(viewer, ticket)]
    return {view.facts.id: view for view in await views(seen, wanted, viewer=viewer)}


async def duplicates(
    ids: Sequence[TicketId], *, viewer: Actor, wanted: Wanted = Wanted.NOTHING
) -> dict[TicketId, tuple[TicketView, ...]]:
    """The tickets merged into each of those, as far as the viewer may see them; latest first."""
    found = await search.merged_into(ids, limit=MOST_DUPLICATES, named=confined_to(viewer))
    grouped: dict[TicketId, list[TicketView]] = {}
    for view in await views(found, wanted, viewer=viewer):
        assert view.facts.merged_into is not None
        grouped.setdefault(view.facts.merged_into, []).append(view)
    return {parent: tuple(children) for parent, children in grouped.items()}


async def page(
    which: TicketFilter,
    sort: TicketSort = TicketSort.OPENED_DESC,
    *,
    first: int,
    after: str | None = None,
    viewer: Actor,
    wanted: Wanted = Wanted.NOTHING,
) -> TicketPage:
    """The first tickets in that order that the viewer may see, all as of one moment.

    Raises:
        InvalidInputError: `first` is out of bounds, or `after` is no cursor of this sort.
    """
    size = page_size(first)
    named = confined_to(viewer)

    async def read() -> TicketPage:
        rows, has_next = cut(
            await search.found(which, sort, limit=size + 1, after=after, named=named),
            first=size,
        )
        return TicketPage(
            views=tuple(await views([row.ticket for row in rows], wanted, viewer=viewer)),
            cursors=tuple(row.cursor for row in rows),
            has_next=has_next,
            true_at=await stream.head(),
        )

    return await snapshot(read)


async def count(which: TicketFilter, *, viewer: Actor) -> int:
    """How many the viewer may see."""
    return await search.count(which, named=confined_to(viewer))
