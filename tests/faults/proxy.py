"""A road to a server on loopback on which anything may happen to what travels."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

COMMIT = b"Q\x00\x00\x00\x0cCOMMIT;\x00"
"""How asyncpg ends a transaction, as PostgreSQL's protocol writes it."""

READY = b"Z\x00\x00\x00\x05"
"""Behind the last answer to what a client of PostgreSQL sent; its status follows."""

CHUNK = 65536


@dataclass(eq=False)
class Road:
    """One connection: what passes on it, and what stands in the way.

    Attributes:
        deaf: whatever either end sends is swallowed, and both believe the other lives.
    """

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    deaf: bool = False
    awaited: asyncio.Event = field(default_factory=asyncio.Event)

    def reset(self) -> None:
        """Both ends are told that the connection is no more (RST)."""
        for end in (self.client, self.server):
            raw = end.get_extra_info("socket")
            if raw is not None:
                with suppress(OSError):
                    linger = struct.pack("ii", 1, 0)
                    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            end.transport.abort()


class FaultProxy:
    """Passes bytes both ways between its clients and the port of a server on 127.0.0.1.

    Attributes:
        port: where it listens; the same for life.
        delay: how long each piece waits before it goes on, in seconds.
        closed: new connections are torn down at once.
        hanging: new connections are accepted, and nothing ever passes on them.
        cutting: asked at each COMMIT of PostgreSQL; where it says yes, the COMMIT reaches the
            server and is carried out there, and the client loses its connection instead.
        cuts: how often that happened.
        rewriting: what becomes of each piece that a client sends, of the same length.
        connections: how many connections there have been.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._roads: set[Road] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.delay = 0.0
        self.closed = False
        self.hanging = False
        self.cutting: Callable[[], bool] = lambda: False
        self.cuts = 0
        self.rewriting: Callable[[bytes], bytes] = lambda said: said
        self.connections = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._server.close()
        self.reset()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def roads(self) -> int:
        """How many connections are open."""
        return len(self._roads)

    def reset(self) -> None:
        """Tear down every connection that there is."""
        for road in tuple(self._roads):
            road.reset()

    def blackhole(self) -> None:
        """Nothing passes any more on the connections that there are; new ones are not concerned."""
        for road in self._roads:
            road.deaf = True

    async def _connected(self, client: asyncio.StreamReader, us: asyncio.StreamWriter) -> None:
        self.connections += 1
        if self.closed:
            us.transport.abort()
            return
        try:
            server, to_server = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            us.transport.abort()
            return
        road = Road(us, to_server, deaf=self.hanging)
        self._roads.add(road)
        task = asyncio.create_task(self._both_ways(road, client, server))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _both_ways(
        self, road: Road, client: asyncio.StreamReader, server: asyncio.StreamReader
    ) -> None:
        try:
            async with asyncio.TaskGroup() as ways:
                ways.create_task(_until_it_ends(self._there(road, client), road))
                ways.create_task(_until_it_ends(self._back(road, server), road))
        finally:
            self._roads.discard(road)
            road.client.close()
            road.server.close()

    async def _there(self, road: Road, reader: asyncio.StreamReader) -> None:
        while said := await reader.read(CHUNK):
            if road.deaf:
                continue
            if self.delay:
                await asyncio.sleep(self.delay)
            cut = COMMIT in said and self.cutting()
            if cut:
                road.deaf = True  # what the server answers, the client does not hear
                road.awaited.clear()
            road.server.write(self.rewriting(said))
            await road.server.drain()
            if cut:
                await road.awaited.wait()
                self.cuts += 1
                road.reset()
                return

    async def _back(self, road: Road, reader: asyncio.StreamReader) -> None:
        while said := await reader.read(CHUNK):
            if READY in said:
                road.awaited.set()
            if road.deaf:
                continue
            if self.delay:
                await asyncio.sleep(self.delay)
            road.client.write(said)
            await road.client.drain()


async def _until_it_ends(way: Awaitable[None], road: Road) -> None:
    """Pass on what comes; the end of one way is told to the other end, unless nothing passes."""
    with suppress(OSError):
        await way
    road.awaited.set()
    if not road.deaf:
        for end in (road.client, road.server):
            with suppress(OSError):
                end.close()
