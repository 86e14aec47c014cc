"""Who was told of what, and whether it arrived (C2): for colleagues all, for others their own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from escgraph.domain.errors import NotFoundError
from escgraph.domain.notice import Notice
from escgraph.domain.notice_status import NoticeStatus, status_of
from escgraph.domain.terms import EscalationId, NoticeId, TicketId
from escgraph.domain.ticket import Actor
from escgraph.queries.events import as_seen, visible
from escgraph.queries.notice_words import Words, words_of
from escgraph.queries.sight import confined_to, not_on_the_wall, sees_notices
from escgraph.store import event_lookup, notice_search
from escgraph.store.keyset import cut, page_size
from escgraph.store.notice_search import ANY_NOTICE, FoundNotice, NoticeFilter
from escgraph.store.stream import StoredEvent

__all__ = [
    "ANY_NOTICE",
    "MOST_OF_A_TICKET",
    "Notice",
    "NoticeFilter",
    "NoticePage",
    "NoticeStatus",
    "Words",
    "by_id",
    "by_ids",
    "events_at",
    "of_escalations",
    "of_tickets",
    "page",
    "status_of",
    "words_of",
]

MOST_OF_A_TICKET = 50
"""Of the notices beside a ticket; the list of them has all."""


@dataclass(frozen=True, slots=True)
class NoticePage:
    """One page of a list."""

    found: Sequence[FoundNotice]
    has_next: bool


async def page(
    which: NoticeFilter = ANY_NOTICE, *, first: int, after: str | None = None, viewer: Actor
) -> NoticePage:
    """The latest notices that the viewer may see.

    Raises:
        ForbiddenError: the viewer hangs on the wall.
        InvalidInputError: `first` is out of bounds, or `after` is no cursor of this list.
    """
    not_on_the_wall(viewer, what="who was told of what")
    size = page_size(first)
    found = await notice_search.found(which, limit=size + 1, after=after, told=confined_to(viewer))
    return NoticePage(*cut(found, first=size))


async def by_id(notice_id: NoticeId, *, viewer: Actor) -> Notice:
    """One notice.

    Raises:
        NotFoundError: there is none, or none that the viewer may see.
    """
    found = await by_ids([notice_id], viewer=viewer)
    if notice_id not in found:
        raise NotFoundError(
            f"there is no notice with the id {notice_id}; see notices", field=("id",)
        )
    return found[notice_id]


async def by_ids(ids: Collection[NoticeId], *, viewer: Actor) -> dict[NoticeId, Notice]:
    """Those of them that exist and that the viewer may see."""
    if not sees_notices(viewer):
        return {}
    found = await notice_search.of_ids(ids)
    told = confined_to(viewer)
    return {key: notice for key, notice in found.items() if told in (None, notice.person)}


async def of_tickets(ids: Sequence[TicketId], *, viewer: Actor) -> dict[TicketId, list[Notice]]:
    """The latest notices about each of those tickets, as far as the viewer may see them."""
    if not sees_notices(viewer):
        return {}
    told = confined_to(viewer)
    return await notice_search.of_tickets(ids, limit=MOST_OF_A_TICKET, told=told)


async def of_escalations(
    ids: Sequence[EscalationId], *, viewer: Actor
) -> dict[EscalationId, list[Notice]]:
    """Who was told of each of those escalations, as far as the viewer may see it."""
    if not sees_notices(viewer):
        return {}
    return await notice_search.of_escalations(ids, told=confined_to(viewer))


async def events_at(positions: Collection[int], *, viewer: Actor) -> dict[int, StoredEvent]:
    """The events at those places of the stream, as the viewer may see them."""
    found = await event_lookup.by_positions(positions)
    return {
        position: as_seen(event, viewer)
        for position, event in found.items()
        if visible(event, viewer)
    }
