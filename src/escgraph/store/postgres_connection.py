"""A connection to PostgreSQL that notices when the other end is gone, and then ends for good.

Two things tell: the kernel, where what was sent stays unacknowledged or a silent peer does not
answer its questions; and the time limit of a statement, where something on the way acknowledges all
and passes on nothing.
"""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg

from escgraph.store.failures import means_lost

UNACKNOWLEDGED_MS = 10_000
"""How long what was sent may stay unacknowledged."""

KEEPALIVE = (
    ("TCP_KEEPIDLE", 5),  # seconds of silence before the kernel asks
    ("TCP_KEEPINTVL", 2),  # between two questions
    ("TCP_KEEPCNT", 3),  # that nobody answered
    ("TCP_USER_TIMEOUT", UNACKNOWLEDGED_MS),
)
"""Options by the names of Linux; a system that lacks one has the time limits of statements."""


class Connection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg has no types
    """asyncpg's, that returns to the pool without a round trip. `born`: by the loop's time."""

    __slots__ = ("born",)

    def __init__(self, protocol: Any, transport: Any, *others: Any) -> None:  # noqa: ANN401 - asyncpg's
        super().__init__(protocol, transport, *others)
        self.born = asyncio.get_running_loop().time()
        _watch(transport.get_extra_info("socket"))

    def get_reset_query(self) -> str:
        return ""

    async def execute(self, *words: Any, **more: Any) -> Any:  # noqa: ANN401 - as asyncpg has it
        with self._given_up_when_lost():
            return await super().execute(*words, **more)

    async def executemany(self, *words: Any, **more: Any) -> Any:  # noqa: ANN401 - the same
        with self._given_up_when_lost():
            return await super().executemany(*words, **more)

    async def fetch(self, *words: Any, **more: Any) -> Any:  # noqa: ANN401 - the same
        with self._given_up_when_lost():
            return await super().fetch(*words, **more)

    @contextmanager
    def _given_up_when_lost(self) -> Iterator[None]:
        """Close it at once: a polite end would wait for an answer again."""
        try:
            yield
        except BaseException as error:
            if means_lost(error):
                self.terminate()
            raise


def _watch(ours: socket.socket | None) -> None:
    if ours is None or ours.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEPALIVE:
        option = getattr(socket, name, None)
        if option is not None:
            ours.setsockopt(socket.IPPROTO_TCP, option, value)
