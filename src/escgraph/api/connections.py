"""Whoever is connected and stays: the sockets and event streams that a token keeps open."""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Protocol

from escgraph.api.session import Session
from escgraph.domain.terms import TokenId

FORBIDDEN = 4403
"""graphql-transport-ws: the token is not, or no longer, good. Clients do not come back with it."""
SERVICE_RESTART = 1012
"""RFC 6455 registry: come back in a moment. (1011 would be fatal for graphql-ws clients.)"""
RESTARTS = "the server restarts; connect again"


class Connection(Protocol):
    """One socket or event stream. `session` is None while a socket has not shown its token."""

    session: Session | None

    async def end(self, code: int, reason: str) -> None:
        """Say why and close; `code` is a WebSocket close code."""


class Connections:
    """The live ones."""

    def __init__(self) -> None:
        self._live: set[Connection] = set()
        self.closing = False

    def __len__(self) -> int:
        return len(self._live)

    @contextmanager
    def joined(self, connection: Connection) -> Iterator[None]:
        """Count the connection among the live for as long as the block runs."""
        self._live.add(connection)
        try:
            yield
        finally:
            self._live.discard(connection)

    def sessions(self) -> tuple[Session, ...]:
        """The session of each live connection; a token with two sockets stands there twice."""
        return tuple(live.session for live in self._live if live.session)

    async def end(self, token_ids: Collection[TokenId], *, code: int, reason: str) -> None:
        """End whatever those tokens opened."""
        ids = frozenset(token_ids)
        await _end_all(
            [live for live in self._live if live.session and live.session.token_id in ids],
            code=code,
            reason=reason,
        )

    async def shutdown(self) -> None:
        """End everything for a restart, and let nothing new stay."""
        self.closing = True
        await _end_all(list(self._live), code=SERVICE_RESTART, reason=RESTARTS)


async def _end_all(connections: list[Connection], *, code: int, reason: str) -> None:
    """All at once: one that stalls holds up no other."""
    await asyncio.gather(*(connection.end(code, reason) for connection in connections))
