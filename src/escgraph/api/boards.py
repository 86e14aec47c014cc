"""The board as subscribers share it: computed once for all who see the same, and not too often."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from escgraph.clock import Clock
from escgraph.domain.terms import PersonId
from escgraph.domain.ticket import Actor
from escgraph.queries.board import Board, board
from escgraph.queries.sight import shares_with
from escgraph.queries.views import Wanted
from escgraph.stream.cursor import Cursor

APART = timedelta(milliseconds=200)
"""Between two computations of one board: a burst of changes costs one."""


class SharedBoard:
    """The board of those who see the same tickets and want the same of them.

    `computed` counts how often it was computed.
    """

    def __init__(self, viewer: Actor, wanted: Wanted) -> None:
        self.watchers = 0
        self.computed = 0
        self._viewer = viewer
        self._wanted = wanted
        self._turn = asyncio.Lock()
        self._board: Board | None = None
        self._computed_at = -APART.total_seconds()

    async def behind(self, cursor: Cursor, *, clock: Clock) -> Board:
        """The board as it is at that place in the stream, or later."""
        async with self._turn:
            known = self._board
            if known is None or known.epoch != cursor.epoch or known.position < cursor.position:
                known = await self._compute(clock)
            return known

    async def recent(self, age: timedelta, *, clock: Clock) -> Board:
        """The board, computed that long ago at most: what falls due changes without an event."""
        async with self._turn:
            known = self._board
            if known is None or _now() - self._computed_at > age.total_seconds():
                known = await self._compute(clock)
            return known

    async def _compute(self, clock: Clock) -> Board:
        await asyncio.sleep(self._computed_at + APART.total_seconds() - _now())
        self._board = await board(at=clock.now(), viewer=self._viewer, wanted=self._wanted)
        self._computed_at = _now()
        self.computed += 1
        return self._board


class Boards:
    """Those that somebody watches in this process."""

    def __init__(self) -> None:
        self._shared: dict[tuple[tuple[PersonId | None, bool, bool], Wanted], SharedBoard] = {}

    @contextmanager
    def watched(self, viewer: Actor, wanted: Wanted) -> Iterator[SharedBoard]:
        """The board of that viewer; forgotten when nobody watches it any more."""
        alike = shares_with(viewer), wanted
        shared = self._shared.setdefault(alike, SharedBoard(viewer, wanted))
        shared.watchers += 1
        try:
            yield shared
        finally:
            shared.watchers -= 1
            if not shared.watchers:
                del self._shared[alike]


def _now() -> float:
    return asyncio.get_running_loop().time()
