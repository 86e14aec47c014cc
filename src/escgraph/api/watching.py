"""Watching the board: a snapshot, then what changes on it, at most a few times a second."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from escgraph.api.boards import SharedBoard
from escgraph.api.context import Info
from escgraph.api.following import followed
from escgraph.api.types_board import board_of, changed_cells, cursor_of
from escgraph.api.types_forecast import entries_of, loads_of
from escgraph.api.types_items import BoardChange, BoardSnapshot, Heartbeat
from escgraph.api.types_ticket import tickets_of
from escgraph.queries.board import Board
from escgraph.queries.events import StoredEvent
from escgraph.stream import items


async def watched_board(
    info: Info, shared: SharedBoard
) -> AsyncGenerator[BoardSnapshot | BoardChange | Heartbeat, None]:
    """The board as it is, and whenever it is another."""
    clock = info.context.surroundings.clock
    known = await _recent(shared, info)
    yield _snapshot(known)
    async with aclosing(followed(info, cursor_of(known), accept=_of_a_ticket)) as stream:
        async for item in stream:
            if isinstance(item, items.CaughtUp):
                continue
            newer = await _newer(item, known, shared, info)
            if isinstance(item, items.Resync):
                yield _snapshot(newer)
            elif _differ(known, newer):
                yield _change(known, newer)
            elif isinstance(item, items.Heartbeat):
                yield Heartbeat(cursor=item.cursor, at=clock.now())
            known = newer


async def _newer(
    item: items.EventItem | items.Heartbeat | items.Resync,
    known: Board,
    shared: SharedBoard,
    info: Info,
) -> Board:
    if isinstance(item, items.Heartbeat):
        return await _recent(shared, info)
    if isinstance(item, items.EventItem) and item.cursor.position <= known.position:
        return known
    return await shared.behind(item.cursor, clock=info.context.surroundings.clock)


async def _recent(shared: SharedBoard, info: Info) -> Board:
    """The board, also where somebody else had it computed half a heartbeat ago."""
    around = info.context.surroundings
    return await shared.recent(around.heartbeat / 2, clock=around.clock)


def _of_a_ticket(stored: StoredEvent) -> bool:
    return stored.ticket_id is not None


def _differ(before: Board, after: Board) -> bool:
    """Whether anything is another on them, wherever in the stream they are true."""
    return replace(before, epoch=after.epoch, position=after.position, tag=after.tag) != after


def _snapshot(board: Board) -> BoardSnapshot:
    return BoardSnapshot(board=board_of(board), cursor=cursor_of(board))


def _change(before: Board, after: Board) -> BoardChange:
    return BoardChange(
        cells=changed_cells(before, after),
        due_soon=tickets_of(after.due_soon),
        breached=tickets_of(after.breached),
        breached_count=after.breached_count,
        forecast=entries_of(after.forecast),
        load_by_tier=loads_of(after.load_by_tier),
        cursor=cursor_of(after),
    )
