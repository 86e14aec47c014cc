"""The resolution log: how issues ended, where the time went, what was missed on the way (D2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from escgraph.domain.calendar import ALWAYS
from escgraph.domain.events import TicketEscalated
from escgraph.domain.state import TicketState
from escgraph.domain.terms import Tier, Trigger
from escgraph.domain.ticket import Actor, Resolution, Ticket
from escgraph.domain.tier_time import Standing, tier_time
from escgraph.queries.entries import entry_of
from escgraph.queries.sight import confined_to
from escgraph.queries.views import TicketView, Wanted, views
from escgraph.store import resolution_log, timeline_read
from escgraph.store.codec import read_state
from escgraph.store.keyset import cut, page_size
from escgraph.store.resolution_log import ANY_RESOLUTION, ResolutionFilter
from escgraph.store.stream import StoredEvent
from escgraph.store.transactions import snapshot

__all__ = ["ANY_RESOLUTION", "ResolutionFilter", "ResolutionPage", "Resolved", "page"]


@dataclass(frozen=True, slots=True)
class Resolved:
    """One resolved or closed ticket.

    Attributes:
        at_tier: the time it was live at each tier, holds too, in climbing order, 0 where none.
        response_breached: whether the first response came too late, or never.
        rungs_missed: the tiers that a deadline moved it to, in order.
        reopenings: how often it had been resolved before.
    """

    ticket: TicketView
    resolution: Resolution
    at_tier: Mapping[Tier, timedelta]
    response_breached: bool
    rungs_missed: tuple[Tier, ...]
    reopenings: int


@dataclass(frozen=True, slots=True)
class ResolutionPage:
    """One page of the log; a page goes on behind an entry with the cursor at the same place."""

    entries: tuple[Resolved, ...]
    cursors: tuple[str, ...]
    has_next: bool


async def page(
    which: ResolutionFilter = ANY_RESOLUTION,
    *,
    first: int,
    after: str | None = None,
    viewer: Actor,
    wanted: Wanted = Wanted.NOTHING,
) -> ResolutionPage:
    """The tickets last resolved, of those that the viewer may see.

    Raises:
        InvalidInputError: `first` is out of bounds, or `after` is no cursor of this list.
    """
    size = page_size(first)
    named = confined_to(viewer)

    async def read() -> ResolutionPage:
        found, has_next = cut(
            await resolution_log.found(which, limit=size + 1, after=after, named=named),
            first=size,
        )
        return ResolutionPage(
            entries=await _entries([one.ticket for one in found], wanted, viewer=viewer),
            cursors=tuple(one.cursor for one in found),
            has_next=has_next,
        )

    return await snapshot(read)


async def _entries(
    tickets: Sequence[Ticket], wanted: Wanted, *, viewer: Actor
) -> tuple[Resolved, ...]:
    moves = await timeline_read.of_kinds([ticket.id for ticket in tickets], _MOVES)
    seen = await views(tickets, wanted, viewer=viewer)
    return tuple(_resolved(view, moves[view.facts.id]) for view in seen)


def _resolved(view: TicketView, moves: Sequence[StoredEvent]) -> Resolved:
    facts = view.facts
    assert facts.resolution is not None
    return Resolved(
        ticket=view,
        resolution=facts.resolution,
        at_tier=tier_time([_standing(move) for move in moves], calendar=ALWAYS),
        response_breached=facts.response_breached_at is not None,
        rungs_missed=_missed(moves),
        reopenings=facts.reopenings,
    )


def _standing(move: StoredEvent) -> Standing:
    state = _state(move)
    return Standing(move.at, state.tier, state.status)


def _state(move: StoredEvent) -> TicketState:
    assert move.state is not None
    return read_state(move.state)


def _missed(moves: Sequence[StoredEvent]) -> tuple[Tier, ...]:
    entries = [entry_of(move) for move in moves if move.kind == TicketEscalated.__name__]
    return tuple(
        entry.to_tier
        for entry in entries
        if isinstance(entry, TicketEscalated) and entry.trigger is Trigger.DEADLINE
    )


_MOVES = (
    "TicketOpened",
    "TicketEscalated",
    "TicketDeescalated",
    "TicketResolved",
    "TicketReopened",
)
"""The kinds of event after which a ticket may stand elsewhere, or stand still."""
