"""The board as types: how many tickets stand where, what falls due, what was missed."""

from collections.abc import Iterable

import strawberry

from escgraph.api.types_forecast import ForecastEntry, TierLoad, entries_of, loads_of
from escgraph.api.types_ticket import Ticket, tickets_of
from escgraph.domain.terms import Priority, Status, Tier
from escgraph.queries import board
from escgraph.stream.cursor import Cursor


@strawberry.type(description="How many live tickets there are of one tier, priority and status.")
class BoardCell:
    tier: Tier = strawberry.field(description="Where they are.")
    priority: Priority = strawberry.field(description="How fast they climb.")
    status: Status = strawberry.field(description="What is being done.")
    count: int = strawberry.field(description="How many; an absolute number, never a difference.")


@strawberry.type(
    description="The live tickets at a glance. One that is resolved has left the board."
)
class Board:
    cells: list[BoardCell] = strawberry.field(description="Those that are not empty.")
    due_soon: list[Ticket] = strawberry.field(
        description="Overdue, or due within the hour; the first 50 to fall due."
    )
    breached: list[Ticket] = strawberry.field(
        description="Those that missed a response or a rung: HIGH first, then as they fall due; 50."
    )
    breached_count: int = strawberry.field(description="How many missed one, all told.")
    forecast: list[ForecastEntry] = strawberry.field(
        description="What will be missed or escalate within eight hours if nobody acts, in the "
        "order in which it fires; the first 50."
    )
    load_by_tier: list[TierLoad] = strawberry.field(
        description="How many each tier has, and will have in eight hours if nobody acts."
    )
    cursor: Cursor = strawberry.field(
        description="Where in the stream all of this is so; go on from there."
    )


Place = tuple[Tier, Priority, Status]


def board_of(known: board.Board) -> Board:
    return Board(
        cells=cells_of(known.cells),
        due_soon=tickets_of(known.due_soon),
        breached=tickets_of(known.breached),
        breached_count=known.breached_count,
        forecast=entries_of(known.forecast),
        load_by_tier=loads_of(known.load_by_tier),
        cursor=cursor_of(known),
    )


def cursor_of(known: board.Board) -> Cursor:
    return Cursor(known.epoch, known.position, known.tag)


def cells_of(cells: Iterable[board.Cell]) -> list[BoardCell]:
    return [
        BoardCell(tier=cell.tier, priority=cell.priority, status=cell.status, count=cell.count)
        for cell in cells
    ]


def changed_cells(before: board.Board, after: board.Board) -> list[BoardCell]:
    """The cells whose count is another now; one that is empty now counts 0."""
    old, new = _counts(before), _counts(after)
    places = dict.fromkeys((*old, *new))
    return [
        BoardCell(tier=place[0], priority=place[1], status=place[2], count=new.get(place, 0))
        for place in places
        if old.get(place, 0) != new.get(place, 0)
    ]


def _counts(known: board.Board) -> dict[Place, int]:
    return {(cell.tier, cell.priority, cell.status): cell.count for cell in known.cells}
