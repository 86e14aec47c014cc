"""Subscribers that cost next to nothing: they count the frames that come, and read only pings."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

_UPGRADE = (
    "GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)
_SHORT = 126
_NO_MASK = bytes(4)
_PING = b'\x81\x0f{"type":"ping"}'


class Listener(asyncio.Protocol):
    """One socket. `frames` counts what came on it, the acknowledgement included, not pings."""

    def __init__(self) -> None:
        self.frames = 0
        self._rest = b""
        self.opened = asyncio.Event()
        self._news = asyncio.Event()
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(_UPGRADE.encode())

    def data_received(self, received: bytes) -> None:
        got = self._rest + received
        if not self.opened.is_set():
            head, end, got = got.partition(b"\r\n\r\n")
            if not end:
                self._rest = head
                return
            self.opened.set()
        self._rest = self._counted(got)
        self._news.set()

    def say(self, message: object) -> None:
        text = json.dumps(message).encode()
        head = bytes((0x81, 0x80 | _SHORT)) + len(text).to_bytes(2, "big")
        self._transport.write(head + _NO_MASK + text)

    async def until(self, frames: int) -> None:
        """Wait until so many came."""
        while self.frames < frames:
            self._news.clear()
            await self._news.wait()

    def close(self) -> None:
        self._transport.abort()

    @classmethod
    @asynccontextmanager
    async def listening(cls, port: int, token: str, document: str) -> AsyncIterator[Self]:
        """Subscribed, and caught up."""
        loop = asyncio.get_running_loop()
        _, listener = await loop.create_connection(cls, "127.0.0.1", port)
        await listener.opened.wait()
        listener.say({"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}})
        await listener.until(1)
        listener.say({"id": "1", "type": "subscribe", "payload": {"query": document}})
        await listener.until(2)
        try:
            yield listener
        finally:
            listener.close()

    def _counted(self, got: bytes) -> bytes:
        """What is left behind the whole frames."""
        at = 0
        while (end := _end(got, at)) is not None:
            if got[at:end] == _PING:
                self.say({"type": "pong"})
            else:
                self.frames += 1
            at = end
        return got[at:]


def _end(got: bytes, at: int) -> int | None:
    """Where the frame that begins there ends; None while it is not whole."""
    if len(got) < at + 2:
        return None
    length, head = got[at + 1], 2
    if length >= _SHORT:
        head = 4 if length == _SHORT else 10
        if len(got) < at + head:
            return None
        length = int.from_bytes(got[at + 2 : at + head], "big")
    end = at + head + length
    return end if len(got) >= end else None
