"""Clients that ask for a stream and read nothing of it, over a WebSocket and as an event stream.

Their window is small, so that what the server sends piles up on its side at once. Whether it has
let go of them they cannot see without reading: the kernel tells, for both ends are on this machine.
"""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

WINDOW = 4096
"""How much of what comes their side of the connection holds, about, in bytes."""

LOOK_S = 0.25
ESTABLISHED = "01"

_MASKED, _SHORT, _LONG = 0x80, 126, 65_536
_WHOLE_TEXT = 0x81


@dataclass(frozen=True, slots=True)
class Wanted:
    """What they ask for: a document that takes `$after`, and the cursor, None to begin now."""

    port: int
    token: str
    document: str
    after: str | None

    @property
    def body(self) -> dict[str, object]:
        return {"query": self.document, "variables": {"after": self.after}}


class Way(Protocol):
    """How a stream is asked for."""

    async def ask(self, peer: socket.socket, wanted: Wanted) -> None:
        """Read no more than what it takes to ask."""

    async def show_life(self, peer: socket.socket) -> None:
        """Say that one is there still, where the protocol has a word for that."""


class WebSocket:
    """graphql-transport-ws; it goes on sending pongs, as if it lived."""

    async def ask(self, peer: socket.socket, wanted: Wanted) -> None:
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(peer, _UPGRADE)
        await _read(peer, until=b"\r\n\r\n")
        credentials = {"Authorization": f"Bearer {wanted.token}"}
        await _say(peer, {"type": "connection_init", "payload": credentials})
        await _read(peer, until=b'"connection_ack"}')
        await _say(peer, {"id": "1", "type": "subscribe", "payload": wanted.body})

    async def show_life(self, peer: socket.socket) -> None:
        await _say(peer, {"type": "pong"})


class EventStream:
    """graphql-sse."""

    async def ask(self, peer: socket.socket, wanted: Wanted) -> None:
        body = json.dumps(wanted.body)
        request = (
            "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Accept: text/event-stream\r\nAuthorization: Bearer {wanted.token}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        )
        await asyncio.get_running_loop().sock_sendall(peer, request.encode())
        head = await _read(peer, until=b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise ConnectionRefusedError(head)

    async def show_life(self, peer: socket.socket) -> None:
        """Nothing to say."""


WAYS: Sequence[Way] = (WebSocket(), EventStream())


@dataclass(slots=True)
class StalledReader:
    """Comes, asks, reads nothing; when it is dropped it comes back and does the same.

    Attributes:
        kept: of each connection that the server has let go, how long it lasted; seconds.
    """

    way: Way
    wanted: Wanted
    kept: list[float] = field(default_factory=list)
    _port: int = 0

    async def stay(self) -> None:
        """Until it is cancelled."""
        while True:
            with _peer() as peer, suppress(ConnectionError):
                await self._stay_once(peer)
            await asyncio.sleep(LOOK_S)

    async def stuck(self) -> None:
        """Wait until its server can send it no more."""
        before = 0
        while (now := await self._waiting()) == 0 or now != before:
            before = now
            await asyncio.sleep(LOOK_S)

    async def _stay_once(self, peer: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        await loop.sock_connect(peer, ("127.0.0.1", self.wanted.port))
        began = loop.time()
        await self.way.ask(peer, self.wanted)
        self._port = peer.getsockname()[1]
        for look in range(1_000_000):
            await asyncio.sleep(LOOK_S)
            end = _other_end(self.wanted.port, self._port)
            if end is None or end.state != ESTABLISHED:
                self.kept.append(loop.time() - began)
                return
            if look % _LIFE_EVERY == 0:
                await self.way.show_life(peer)

    async def _waiting(self) -> int:
        end = _other_end(self.wanted.port, self._port)
        return 0 if end is None or end.state != ESTABLISHED else end.unsent


_LIFE_EVERY = round(5 / LOOK_S)


@asynccontextmanager
async def stalled(wanted: Wanted) -> AsyncIterator[list[StalledReader]]:
    """One of each kind, as long as the `with` lasts."""
    readers = [StalledReader(way, wanted) for way in WAYS]
    tasks = [asyncio.create_task(reader.stay()) for reader in readers]
    async with AsyncExitStack() as ending:
        for task in tasks:
            ending.push_async_callback(_end, task)
        yield readers


async def _end(task: "asyncio.Task[None]") -> None:
    """What it died of is raised."""
    task.cancel()
    (end,) = await asyncio.gather(task, return_exceptions=True)
    if isinstance(end, Exception):
        raise end


@dataclass(frozen=True, slots=True)
class _End:
    """The server's end of a connection; `unsent` is what its kernel still holds, in bytes."""

    state: str
    unsent: int


def _other_end(port: int, peer_port: int) -> _End | None:
    """None where it is gone."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, state, queues, *_ = line.split()
        if local.endswith(f":{port:04X}") and remote.endswith(f":{peer_port:04X}"):
            return _End(state, int(queues.partition(":")[0], 16))
    return None


def _peer() -> socket.socket:
    peer = socket.socket()
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW)
    peer.setblocking(False)  # noqa: FBT003 - takes it by position only
    return peer


async def _read(peer: socket.socket, *, until: bytes) -> bytes:
    """Byte by byte, so as to read nothing beyond."""
    got = b""
    while not got.endswith(until):
        more = await asyncio.get_running_loop().sock_recv(peer, 1)
        if not more:
            raise ConnectionResetError(got)
        got += more
    return got


async def _say(peer: socket.socket, message: object) -> None:
    text = json.dumps(message).encode()
    assert len(text) < _LONG
    head = bytes((_WHOLE_TEXT, _MASKED | _SHORT)) + len(text).to_bytes(2, "big")
    await asyncio.get_running_loop().sock_sendall(peer, head + bytes(4) + text)


_UPGRADE = (
    b"GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)
