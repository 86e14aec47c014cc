"""The board: how many tickets stand where, what falls due, what was missed, at one moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from escgraph.domain.ticket import Actor
from escgraph.queries.forecast import Expected, TierLoad, coming, loads
from escgraph.queries.sight import confined_to
from escgraph.queries.views import TicketView, Wanted, views
from escgraph.store import board as rows
from escgraph.store import search, stream
from escgraph.store.board import Cell
from escgraph.store.search import LIVE, TicketFilter, TicketSort
from escgraph.store.transactions import snapshot

__all__ = ["Board", "Cell", "board"]

SOON = timedelta(hours=1)
AHEAD = timedelta(hours=8)
"""How far the board looks ahead: a shift, for which people are called in or sent home."""
LONGEST_LIST = 50


@dataclass(frozen=True, slots=True)
class Board:
    """Live tickets only: one that is resolved has left the board.

    Attributes:
        cells: how many there are of each tier, priority and status; empty cells are left out.
        due_soon: overdue, or due in less than an hour; the first 50 to fall due.
        breached: those that missed a response or a rung; HIGH first, then as they fall due, 50.
        breached_count: all of those.
        forecast: what comes within eight hours if nobody acts, the first 50; where wanted.
        load_by_tier: what each tier has now, and then; where wanted.
        epoch: together with `position`, where in the stream all of this was so; `tag` is that
            of the event there.
    """

    cells: tuple[Cell, ...]
    due_soon: tuple[TicketView, ...]
    breached: tuple[TicketView, ...]
    breached_count: int
    epoch: str
    position: int
    tag: str | None = None
    forecast: tuple[Expected, ...] = ()
    load_by_tier: tuple[TierLoad, ...] = ()


async def board(*, at: datetime, viewer: Actor, wanted: Wanted = Wanted.NOTHING) -> Board:
    """The board at the moment `at`, with the tickets that the viewer may see."""
    named = confined_to(viewer)
    soon = TicketFilter(statuses=LIVE, due_before=at + SOON)
    late = TicketFilter(statuses=LIVE, breached=True)

    async def listed(which: TicketFilter, sort: TicketSort) -> tuple[TicketView, ...]:
        found = await search.found(which, sort, limit=LONGEST_LIST, named=named)
        return tuple(await views([one.ticket for one in found], wanted, viewer=viewer))

    async def expected() -> tuple[Expected, ...]:
        if Wanted.FORECAST not in wanted:
            return ()
        return await coming(at + AHEAD, at=at, limit=LONGEST_LIST, viewer=viewer, wanted=wanted)

    async def loaded(cells: tuple[Cell, ...]) -> tuple[TierLoad, ...]:
        if Wanted.LOADS not in wanted:
            return ()
        return await loads(at + AHEAD, cells=cells, named=named)

    async def read() -> Board:
        head, cells = await stream.head(), await rows.cells(named=named)
        return Board(
            cells=cells,
            due_soon=await listed(soon, TicketSort.DUE_ASC),
            breached=await listed(late, TicketSort.PRIORITY),
            breached_count=await search.count(late, named=named),
            epoch=head.epoch,
            position=head.position,
            tag=head.tag,
            forecast=await expected(),
            load_by_tier=await loaded(cells),
        )

    return await snapshot(read)
