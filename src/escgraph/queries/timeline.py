"""Timelines to read: what happened to a ticket, entry by entry, as far as the viewer may see."""

from collections.abc import Sequence
from dataclasses import dataclass

from escgraph.domain.permissions import may_see_internal
from escgraph.domain.terms import TicketId
from escgraph.domain.ticket import Actor
from escgraph.queries import tickets
from escgraph.queries.events import StoredEvent, shown
from escgraph.queries.sight import as_seen
from escgraph.store import timeline_read
from escgraph.store.keyset import cut, page_size

__all__ = ["StoredEvent", "TimelinePage", "first_of_each", "page"]

_WHOLE = 1_000_000
"""More events than any ticket has: for viewers from whom some are hidden, who then get enough."""


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Entries in the order in which they happened; each one's position is its cursor."""

    entries: tuple[StoredEvent, ...]
    has_next: bool


async def page(
    ticket_id: TicketId, *, first: int, after: int | None = None, viewer: Actor
) -> TimelinePage:
    """The entries behind the position `after`, or from the opening on.

    Raises:
        NotFoundError: there is no such ticket, or none that the viewer may see.
        InvalidInputError: `first` is out of bounds.
    """
    size = page_size(first)
    await tickets.by_id(ticket_id, viewer=viewer)
    found = await timeline_read.of_ticket(ticket_id, after=after or 0, limit=_limit(size, viewer))
    return _page(found, first=size, viewer=viewer)


async def first_of_each(
    ids: Sequence[TicketId], *, first: int, viewer: Actor
) -> dict[TicketId, TimelinePage]:
    """The first page of each ticket's timeline, all in one statement.

    Tickets that do not exist, or that the viewer may not see, are left out.

    Raises:
        InvalidInputError: `first` is out of bounds.
    """
    size = page_size(first)
    seen = await tickets.by_ids(ids, viewer=viewer)
    found = await timeline_read.first_of_each(list(seen), limit=_limit(size, viewer))
    return {
        ticket_id: _page(entries, first=size, viewer=viewer) for ticket_id, entries in found.items()
    }


def _limit(size: int, viewer: Actor) -> int:
    return size + 1 if may_see_internal(viewer) else _WHOLE


def _page(found: Sequence[StoredEvent], *, first: int, viewer: Actor) -> TimelinePage:
    entries, has_next = cut([event for event in found if shown(event, viewer)], first=first)
    return TimelinePage(tuple(as_seen(event, viewer) for event in entries), has_next)
