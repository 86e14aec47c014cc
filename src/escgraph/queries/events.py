"""Events for readers: the stream from a cursor on, and who may see which event."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from escgraph.domain.errors import InvalidInputError
from escgraph.domain.events import KINDS
from escgraph.domain.permissions import Act, may_see_internal, permit
from escgraph.domain.terms import Audience, Role, Visibility
from escgraph.domain.ticket import Actor
from escgraph.queries.sight import OVERSEEING, as_seen, confined_to
from escgraph.store import replay, stream
from escgraph.store.keyset import page_size
from escgraph.store.replay import EVERY_EVENT, EventFilter
from escgraph.store.stream import StoredEvent
from escgraph.store.transactions import snapshot
from escgraph.stream.cursor import Cursor
from escgraph.stream.leading import leads_on

__all__ = [
    "EVERY_EVENT",
    "EventFilter",
    "Replay",
    "StoredEvent",
    "as_seen",
    "matches",
    "read",
    "visible",
]


@dataclass(frozen=True, slots=True)
class Replay:
    """A part of the stream.

    Attributes:
        events: may be fewer than asked for, even none, although more follow.
        cursor: up to where the stream was read; the next part begins behind it.
        has_next: whether the stream goes on behind it.
        archived: how many events lie before the oldest that the stream holds.
    """

    events: tuple[StoredEvent, ...]
    cursor: Cursor
    has_next: bool
    archived: int


async def read(
    after: Cursor | None,
    which: EventFilter = EVERY_EVENT,
    *,
    first: int,
    viewer: Actor,
) -> Replay:
    """The events behind the cursor, or all that are kept, that pass the filter and may be seen.

    Raises:
        InvalidInputError: the cursor is of another database or an earlier life of this one, or
            older than what is stored; or `first` is out of bounds.
    """
    size = page_size(first)
    named = confined_to(viewer)

    async def work() -> Replay:
        head, archived = await stream.head(), max(await stream.oldest() - 1, 0)
        start = 0 if after is None else await _start(after)
        found = await replay.filtered(start, which, limit=size, named=named)
        end = found[-1].place if len(found) == size else head.place
        seen = tuple(
            as_seen(event, viewer)
            for event in found
            if visible(event, viewer) and matches(event, which)
        )
        return Replay(
            seen,
            Cursor(head.epoch, end, end.tag),
            has_next=end < head.position,
            archived=archived,
        )

    return await snapshot(work)


def visible(event: StoredEvent, viewer: Actor) -> bool:
    """Whether the viewer may see that event of the stream; hand it on as `as_seen`.

    A stakeholder sees the tickets that name them right after the event, and nothing that
    colleagues write to each other. A wallboard sees every ticket move, and no text that people
    write to anybody: it hangs where anybody passes. What a newer version of this program wrote,
    while both run, this one has no words for and passes over.
    """
    if event.ticket_id is None:
        hears = viewer.role in OF_NO_TICKET.get(event.kind, OVERSEEING)
        return hears and event.kind in KINDS
    return _names(event, viewer) and shown(event, viewer)


def shown(event: StoredEvent, viewer: Actor) -> bool:
    """Whether the viewer, who may see the ticket, may see this entry of its timeline."""
    permit(viewer, Act.READ)
    if event.kind not in KINDS:
        return False
    if may_see_internal(viewer):
        return True
    if event.kind in _ONLY_BETWEEN_COLLEAGUES:
        return False
    if viewer.role is Role.WALLBOARD:
        return event.kind not in _TO_SOMEBODY
    return not _internal(event.kind, event.payload)


def matches(event: StoredEvent, which: EventFilter) -> bool:
    """Whether the event is one that the filter asks for."""
    state = event.state or {}
    return (
        _passes(event.kind, which.kinds)
        and (which.ticket is None or event.ticket_id == which.ticket)
        and _passes(state.get("tier"), which.tiers)
        and _passes(state.get("priority"), which.priorities)
        and (not which.urgent_only or bool(state.get("urgent")))
        and (which.critical is None or state.get("critical") is which.critical)
    )


_ONLY_BETWEEN_COLLEAGUES = frozenset({"ActionLogged", "LinkAttached"})
_COLLEAGUES = frozenset(Role) - {Role.STAKEHOLDER, Role.WALLBOARD}

OF_NO_TICKET: Mapping[str, frozenset[Role]] = MappingProxyType(
    {
        "PolicyPublished": _COLLEAGUES,
        "PolicyRetired": _COLLEAGUES,
        "ReviewOpened": _COLLEAGUES,
        "ReviewSectionWritten": _COLLEAGUES,
        "ReviewActionAdded": _COLLEAGUES,
        "ReviewActionRevised": _COLLEAGUES,
        "ReviewActionDone": _COLLEAGUES,
        "ReviewCasesRead": _COLLEAGUES,
        "ReviewCompleted": _COLLEAGUES,
        "ReviewOverdue": _COLLEAGUES,
        "ReviewActionOverdue": _COLLEAGUES,
        "StakeholderUpdateOverdue": _COLLEAGUES,
    }
)
"""Who sees the events that belong to no ticket, by kind; any other, those who oversee."""

_TO_SOMEBODY = frozenset({"NoteAdded", "StakeholderUpdatePosted"})


def _internal(kind: str, payload: dict[str, Any]) -> bool:
    """A closing notice goes to the stakeholders whatever its audience (W6)."""
    if kind == "NoteAdded":
        return bool(payload["visibility"] != Visibility.REPORTER)
    if kind == "StakeholderUpdatePosted":
        return bool(payload["audience"] != Audience.EXTERNAL and not payload["closing"])
    return False


def _names(event: StoredEvent, viewer: Actor) -> bool:
    if viewer.role is not Role.STAKEHOLDER:
        return True
    return event.state is not None and str(viewer.person) in event.state["stakeholders"]


def _passes(value: str | None, wanted: Collection[str] | None) -> bool:
    return wanted is None or value in wanted


async def _start(after: Cursor) -> int:
    """Where reading begins; what is not in the database still or yet cannot be skipped silently."""
    if not await leads_on(after):
        raise InvalidInputError(
            "this cursor does not belong to the stream as it is stored now; read the tickets or "
            "the board anew and go on from their cursor",
            field=("after",),
        )
    return after.position
