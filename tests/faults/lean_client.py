"""A subscriber over a WebSocket that reads no more of what comes than its kind and its cursor."""

import asyncio
import json
import random
import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from escgraph.stream.cursor import Cursor

AGAIN_S = 0.1
"""How long it waits, about, before it tries the next server."""

CLOSE, WHOLE_TEXT = 0x88, 0x81


@dataclass(slots=True)
class Told:
    """What one was told.

    Attributes:
        positions: of the events, as they came.
        arrived: when each came, by the monotonic clock of this machine; seconds.
        listened: when it was subscribed, each time; the same clock.
        resyncs: how often it was told that events are missing.
        codes: of the close frames that came.
        errors: what came and should never come.
    """

    positions: "array[int]" = field(default_factory=lambda: array("q"))
    arrived: "array[float]" = field(default_factory=lambda: array("d"))
    listened: "array[float]" = field(default_factory=lambda: array("d"))
    resyncs: int = 0
    codes: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class LeanClient:
    """Comes, and comes again whenever it loses its server, until it is told to leave.

    Attributes:
        position: where it stands.
        told: all it was told, on any connection.
        ports: of the servers that it tries in turn.
    """

    def __init__(self, ports: Sequence[int], token: str, document: str, after: str) -> None:
        self.told = Told()
        self.position = Cursor.parse(after).position
        self._after = after.encode()
        self.ports = ports
        self._token = token
        self._document = document
        self._attempts = 0
        self._stays = False
        self._socket: _Socket | None = None
        self._coming: asyncio.Task[None] | None = None

    @property
    def listens(self) -> bool:
        return self._socket is not None and self._socket.acknowledged

    def come(self, *, after: float) -> None:
        """Connect in so many seconds."""
        self._stays = True
        self._coming = asyncio.create_task(self._come(after))

    def leave(self) -> None:
        self._stays = False
        if self._socket is not None:
            self._socket.abort()
            self._socket = None  # its end is told late, when one may have come again

    def lost(self, socket: "_Socket") -> None:
        """That connection ended; of those before, nothing is to be told any more."""
        if socket is self._socket:
            self._socket = None
            if self._stays:
                self.come(after=AGAIN_S * random.uniform(0.5, 1.5))

    def greeting(self) -> object:
        return {
            "type": "connection_init",
            "payload": {"Authorization": f"Bearer {self._token}"},
        }

    def wish(self) -> object:
        payload = {"query": self._document, "variables": {"after": self._after.decode()}}
        return {"id": "1", "type": "subscribe", "payload": payload}

    def take(self, item: bytes) -> None:
        """One item: what kind it is, and its cursor."""
        begin = item.find(_CURSOR)
        kind = item[item.find(_KIND) + len(_KIND) :][:1]
        if begin < 0 or kind not in _KINDS:
            self.told.errors.append(item.decode())
            return
        begin += len(_CURSOR)
        self._after = item[begin : item.index(b'"', begin)]
        self.position = _position(self._after)
        if kind == _EVENT:
            self.told.positions.append(self.position)
            self.told.arrived.append(time.monotonic())
        else:
            self.told.resyncs += kind == _RESYNC

    async def _come(self, after: float) -> None:
        await asyncio.sleep(after)
        while self._stays:
            port = self.ports[self._attempts % len(self.ports)]
            self._attempts += 1
            try:
                _, self._socket = await asyncio.get_running_loop().create_connection(
                    lambda: _Socket(self), "127.0.0.1", port
                )
            except OSError:
                await asyncio.sleep(AGAIN_S * random.uniform(0.5, 1.5))
            else:
                return


class _Socket(asyncio.Protocol):
    """One connection: frames in, frames out."""

    _transport: asyncio.Transport

    def __init__(self, client: LeanClient) -> None:
        self._client = client
        self._rest = b""
        self._upgraded = False
        self._over = False
        self.acknowledged = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # a stream's
        self._transport.write(_UPGRADE)

    def connection_lost(self, error: Exception | None) -> None:
        self._over = True
        asyncio.get_running_loop().call_soon(self._client.lost, self)

    def data_received(self, received: bytes) -> None:
        got = self._rest + received if self._rest else received
        if not self._upgraded:
            head, end, got = got.partition(b"\r\n\r\n")
            if not end:
                self._rest = head
                return
            self._upgraded = True
            if not head.startswith(b"HTTP/1.1 101"):  # it closes itself, and we come again
                return
            self._say(self._client.greeting())
        self._rest = self._taken(got)

    def abort(self) -> None:
        """End it without a farewell; what was under way is lost."""
        self._over = True
        self._transport.abort()

    def _taken(self, got: bytes) -> bytes:
        """What is left behind the whole frames."""
        at = 0
        while not self._over and (found := _frame(got, at)) is not None:
            first, text, at = found
            if first == WHOLE_TEXT:
                self._hear(text)
            elif first == CLOSE:
                self._farewell(text)
            else:
                self._client.told.errors.append(f"a frame that begins with {first}")
        return got[at:]

    def _hear(self, text: bytes) -> None:
        if text.startswith(_NEXT):
            self._client.take(text)
        elif text == _PING:
            self._say({"type": "pong"})
        elif text == _ACKNOWLEDGED:
            self.acknowledged = True
            self._client.told.listened.append(time.monotonic())
            self._say(self._client.wish())
        elif not text.endswith(_COMPLETE):
            self._client.told.errors.append(text.decode())

    def _farewell(self, text: bytes) -> None:
        self._client.told.codes.append(int.from_bytes(text[:2], "big"))
        self._over = True
        self._transport.write(bytes((CLOSE, _MASKED | 2)) + bytes(4) + text[:2])
        self._transport.close()

    def _say(self, message: object) -> None:
        text = json.dumps(message).encode()
        head = bytes((WHOLE_TEXT, _MASKED | _SHORT)) + len(text).to_bytes(2, "big")
        self._transport.write(head + bytes(4) + text)


def _frame(got: bytes, at: int) -> tuple[int, bytes, int] | None:
    """Its first byte, its content and its end; None while it is not whole."""
    if len(got) < at + 2:
        return None
    length, head = got[at + 1], 2
    if length >= _SHORT:
        head = 4 if length == _SHORT else 10
        if len(got) < at + head:
            return None
        length = int.from_bytes(got[at + 2 : at + head], "big")
    begin, end = at + head, at + head + length
    return (got[at], got[begin:end], end) if len(got) >= end else None


@lru_cache(maxsize=4096)
def _position(cursor: bytes) -> int:
    """Many hear of the same event at a time."""
    return Cursor.parse(cursor.decode()).position


_UPGRADE = (
    b"GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)
_SHORT, _MASKED = 126, 0x80
_PING = b'{"type":"ping"}'
_ACKNOWLEDGED = b'{"type":"connection_ack"}'
_NEXT = b'{"id":"1","type":"next"'
_COMPLETE = b'"type":"complete"}'
_KIND = b'"__typename":"'
_CURSOR = b'"cursor":"'
_EVENT, _RESYNC = b"E", b"R"
_KINDS = (_EVENT, _RESYNC, b"C", b"H")
