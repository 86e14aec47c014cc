"""The forecast: what will be missed and escalate next, and whom it will reach, if nobody acts.

An armed row says all that firing needs, so the forecast is those rows in their order: a hold is
armed for its cap already, and a ticket stands in it once for each rung that is left. What an act
would change it cannot know.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from escgraph.domain.errors import InvalidInputError
from escgraph.domain.terms import DeadlineKind, PersonId, Priority, Tier
from escgraph.domain.ticket import Actor
from escgraph.queries.sight import confined_to
from escgraph.queries.views import TicketView, Wanted, views
from escgraph.store import board
from escgraph.store import forecast as rows
from escgraph.store.board import Cell
from escgraph.store.forecast import Move
from escgraph.store.keyset import page_size
from escgraph.store.transactions import snapshot

__all__ = ["Expected", "TierLoad", "coming", "forecast", "load_by_tier", "loads"]

FURTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Expected:
    """What happens to a ticket at `at`, if nobody acts; `at` is in the past for what is overdue.

    `to_tier` is where it climbs to, None for a first response that is missed.
    """

    view: TicketView
    kind: DeadlineKind
    to_tier: Tier | None
    at: datetime
    overdue: bool


@dataclass(frozen=True, slots=True)
class TierLoad:
    """How many live tickets a tier has `now`, and how many it will have `then`, by priority."""

    tier: Tier
    now: dict[Priority, int]
    then: dict[Priority, int]


async def forecast(
    within: timedelta,
    *,
    at: datetime,
    first: int,
    viewer: Actor,
    wanted: Wanted = Wanted.NOTHING,
) -> tuple[Expected, ...]:
    """What the viewer's tickets come to within that time from `at` on, in the order of firing.

    Raises:
        InvalidInputError: `within` or `first` is out of bounds.
    """
    until, size = at + _bounded(within), page_size(first)
    return await snapshot(
        lambda: coming(until, at=at, limit=size, viewer=viewer, wanted=wanted),
    )


async def load_by_tier(within: timedelta, *, at: datetime, viewer: Actor) -> tuple[TierLoad, ...]:
    """Each tier's load now and after that time, in climbing order.

    Raises:
        InvalidInputError: `within` is out of bounds.
    """
    until, named = at + _bounded(within), confined_to(viewer)

    async def read() -> tuple[TierLoad, ...]:
        return await loads(until, cells=await board.cells(named=named), named=named)

    return await snapshot(read)


async def coming(
    until: datetime, *, at: datetime, limit: int, viewer: Actor, wanted: Wanted
) -> tuple[Expected, ...]:
    """The same as `forecast`, for those who read more in one snapshot."""
    found = await rows.due(until=until, limit=limit, named=confined_to(viewer))
    tickets = {one.ticket.id: one.ticket for one in found}
    seen = {
        view.facts.id: view for view in await views(list(tickets.values()), wanted, viewer=viewer)
    }
    return tuple(
        Expected(seen[one.ticket.id], one.kind, one.to_tier, one.due_at, overdue=one.due_at <= at)
        for one in found
    )


async def loads(
    until: datetime, *, cells: Iterable[Cell], named: PersonId | None
) -> tuple[TierLoad, ...]:
    """The same as `load_by_tier`, for those who have counted the present already."""
    return _loads(cells, await rows.moves(until=until, named=named))


def _loads(cells: Iterable[Cell], moves: Iterable[Move]) -> tuple[TierLoad, ...]:
    now: Counter[tuple[Tier, Priority]] = Counter()
    for cell in cells:
        now[cell.tier, cell.priority] += cell.count
    then = now.copy()
    for move in moves:
        then[move.from_tier, move.priority] -= move.count
        then[move.to_tier, move.priority] += move.count
    return tuple(
        TierLoad(
            tier,
            {priority: now[tier, priority] for priority in Priority},
            {priority: then[tier, priority] for priority in Priority},
        )
        for tier in Tier
    )


def _bounded(within: timedelta) -> timedelta:
    if not timedelta(0) < within <= FURTHEST:
        raise InvalidInputError(
            f"within is to be more than nothing and {FURTHEST.days} days at most; "
            "give a length such as PT4H",
            field=("within",),
        )
    return within
