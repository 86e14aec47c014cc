"""A road to Redis on which a connection can go deaf while it looks alive: half-open TCP."""

import asyncio
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit


class DeafProxy:
    """Passes bytes both ways; once `deaf` is set, nothing of what Redis says to subscribers.

    Attributes:
        subscribers: how many connections have subscribed so far.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._place = (parts.hostname, parts.port)
        self.deaf = False
        self.subscribers = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()
        self.url = f"redis://{host}:{port}/0"
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._server.close()

    async def _connected(self, client: asyncio.StreamReader, to_us: asyncio.StreamWriter) -> None:
        redis, to_redis = await asyncio.open_connection(*self._place)
        road = _Road(self)
        with suppress(OSError):
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(road.there(client, to_redis))
                tasks.create_task(road.back(redis, to_us))
        to_us.close()


class _Road:
    def __init__(self, proxy: DeafProxy) -> None:
        self._proxy = proxy
        self._subscribed = False

    async def there(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while said := await reader.read(4096):
            if b"SUBSCRIBE" in said:
                self._subscribed = True
                self._proxy.subscribers += 1
            writer.write(said)
        writer.close()

    async def back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while said := await reader.read(4096):
            if not (self._proxy.deaf and self._subscribed):
                writer.write(said)
        writer.close()
