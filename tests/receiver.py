"""An HTTP receiver on a free port of 127.0.0.1, which keeps what it gets and answers as it is told.

It lives in a thread with a loop of its own, so that tests, benchmarks and many processes can send
to it while whoever started it is busy. It speaks plain sockets: no library would send a reset, half
an answer, or nothing at all.

    with Receiver() as receiver:
        receiver.behave("/hook", answer(500), answer(200))     # once 500, from then on 200
        receiver.behave("/", by_chance(7, (0.1, answer(500)), (0.2, reset())))
        ...
        assert [request.headers["webhook-id"] for request in receiver.requests] == [...]
"""

import asyncio
import random
import socket
import ssl
import struct
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Self

from escgraph.clock import Clock

Act = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What is done with a request; `name` tells it in what was recorded."""

    name: str
    act: Act


@dataclass(frozen=True, slots=True)
class Request:
    """What came in whole. Names of headers are small; `outcome` names what was done with it."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    at: datetime
    outcome: str


Choose = Callable[[], Behaviour]


def answer(status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Behaviour:
    """A whole answer, as any server gives one."""

    async def act(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(_head(status, len(body), headers or {}) + body)
        await writer.drain()

    return Behaviour(str(status), act)


def redirect(to: str, status: int = 307) -> Behaviour:
    return answer(status, headers={"location": to})


def retry_after(status: int, seconds: int | str) -> Behaviour:
    """Busy (429) or away (503), and when to come again."""
    return answer(status, headers={"retry-after": str(seconds)})


def reset() -> Behaviour:
    """The connection is torn down after the request was read: it may have been done, or not."""

    async def act(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer: socket.socket = writer.get_extra_info("socket")
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return Behaviour("reset", act)


def hang() -> Behaviour:
    """Never answers; ends when the other side gives up."""

    async def act(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    return Behaviour("hang", act)


def after(seconds: float, behaviour: Behaviour) -> Behaviour:
    """The same, a while later."""

    async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(seconds)
        await behaviour.act(reader, writer)

    return Behaviour(behaviour.name, act)


def drip_head(*, every: float = 0.05) -> Behaviour:
    """An answer whose headers never end, a byte at a time, so that no read ever waits long."""

    async def act(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _drip(writer, b"HTTP/1.1 200 OK\r\nx-slow: ", every)

    return Behaviour("drip head", act)


def drip_body(status: int = 200, *, every: float = 0.05) -> Behaviour:
    """An answer whose body never ends, a byte at a time."""

    async def act(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _drip(writer, _head(status, 1_000_000, {}), every)

    return Behaviour("drip body", act)


def huge(size: int, status: int = 200) -> Behaviour:
    """An answer of that many bytes, sent as fast as it is read."""

    async def act(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(_head(status, size, {}))
        for _ in range(size // 65_536 + 1):
            writer.write(b"x" * 65_536)
            await writer.drain()

    return Behaviour("huge", act)


def noise(text: bytes) -> Behaviour:
    """An answer that is no HTTP."""

    async def act(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(text)
        await writer.drain()
        writer.close()

    return Behaviour("noise", act)


def by_chance(
    seed: int, *chances: tuple[float, Behaviour], otherwise: Behaviour | None = None
) -> Choose:
    """Each of those with that probability, else 200; the same seed gives the same course."""
    source = random.Random(seed)

    def choose() -> Behaviour:
        drawn = source.random()
        for chance, behaviour in chances:
            if drawn < chance:
                return behaviour
            drawn -= chance
        return otherwise or answer(200)

    return choose


@dataclass
class Receiver:
    """See the head of this file.

    Attributes:
        tls: makes it speak HTTPS.
        host: where it listens, if not on 127.0.0.1.
        requests: everything that came in whole, in order.
        connections: how many were accepted, whatever came over them.
    """

    tls: ssl.SSLContext | None = None
    host: str = "127.0.0.1"
    port: int = 0
    requests: list[Request] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._courses: dict[str, Choose] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._live, name="receiver", daemon=True)
        self._ready = threading.Event()
        self._writers: set[asyncio.StreamWriter] = set()

    def url(self, path: str = "/") -> str:
        scheme = "https" if self.tls else "http"
        return f"{scheme}://{self.host}:{self.port}{path}"

    def behave(self, path: str, *course: Behaviour | Choose) -> None:
        """Answer at `path` in that order; the last for good. A path not named gets 200."""
        self._courses[path] = _course(course)

    def at(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    async def received(self, count: int, *, path: str | None = None, seconds: float = 10) -> None:
        """Wait until that many requests came in."""
        async with asyncio.timeout(seconds):
            while len(self.requests if path is None else self.at(path)) < count:  # noqa: ASYNC110 - another thread's
                await asyncio.sleep(0.01)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(10):
            raise TimeoutError("the receiver does not listen")
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(10)

    def _live(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        self._stopped = asyncio.Event()
        server = await asyncio.start_server(self._meet, self.host, self.port, ssl=self.tls)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stopped.wait()
        server.close()
        for writer in tuple(self._writers):
            writer.transport.abort()
        if others := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(others, timeout=5)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        try:
            while await self._one(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the other side gave up, which it may
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and what is done with it; whether another may follow."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *lines = head.rstrip().split("\r\n")
        method, path, _ = line.split(" ")
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        behaviour = self._courses.get(path, _fine)()
        self.requests.append(Request(method, path, headers, body, Clock.host(), behaviour.name))
        await behaviour.act(reader, writer)
        return not writer.is_closing() and headers.get("connection", "") != "close"


def _fine() -> Behaviour:
    return answer(200)


def _course(course: Sequence[Behaviour | Choose]) -> Choose:
    waiting = deque(course)

    def choose() -> Behaviour:
        one = waiting.popleft() if len(waiting) > 1 else waiting[0]
        return one if isinstance(one, Behaviour) else one()

    return choose


def _head(status: int, size: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", f"content-length: {size}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def _drip(writer: asyncio.StreamWriter, head: bytes, every: float) -> None:
    writer.write(head)
    while not writer.is_closing():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(every)
