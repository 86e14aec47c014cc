"""One operation answered as an event stream (graphql-sse, distinct connections mode).

Where this leaves the library's response: a peer that stops reading is dropped; it ends when its
token does, and at a shutdown, so that the server can exit.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any, NoReturn

from starlette.types import Receive, Scope, Send
from strawberry.types.execution import ExecutionResult
from strawberry.utils.aio import aclosing

from escgraph.api.connections import SERVICE_RESTART, Connections
from escgraph.api.faults import Code, failure, fault
from escgraph.api.negotiation import EVENT_STREAM
from escgraph.api.peer import Patience, PeerStalledError, abort, takes_more
from escgraph.api.session import Session
from escgraph.api.sharing import Offer

_HEADERS = [
    (b"content-type", f"{EVENT_STREAM}; charset=utf-8".encode()),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),  # nginx would hold the comments back
]
_COMPLETE = b"event: complete\ndata:\n\n"
_COMMENT = b":\n\n"


class EventStream:
    """An ASGI response. `encode` gives the JSON of a result on one line."""

    def __init__(
        self,
        results: AsyncGenerator[Any, None],
        *,
        encode: Callable[[ExecutionResult], bytes],
        offer: Offer,
        session: Session,
        connections: Connections,
        patience: Patience,
    ) -> None:
        self.session: Session | None = session
        self._results = results
        self._encode = encode
        self._offer = offer
        self._connections = connections
        self._patience = patience
        self._ended = asyncio.Event()
        self._farewell = b""

    async def end(self, code: int, reason: str) -> None:
        """End soon. Before a restart without `complete`, so that clients come back."""
        if code != SERVICE_RESTART:
            told = ExecutionResult(data=None, errors=[fault(reason, Code.UNAUTHENTICATED)])
            self._farewell = _next(self._encode(told)) + _COMPLETE
        self._ended.set()

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        self._send, self._receive = send, receive
        with self._connections.joined(self):
            try:
                await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
                await self._until_over(receive)
            except PeerStalledError:
                if abort(receive):
                    await _until_gone(receive)

    async def _until_over(self, receive: Receive) -> None:
        """Until the results end, or the peer goes, or we are told to end."""
        results = asyncio.create_task(self._write_results())
        gone = asyncio.create_task(_until_gone(receive))
        others = [asyncio.create_task(self._beat()), asyncio.create_task(self._told_to_end())]
        everything = [results, gone, *others]
        try:
            done, _ = await asyncio.wait(everything, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in everything:
                task.cancel()
            await asyncio.gather(*everything, return_exceptions=True)
        if gone not in done:
            for task in done:
                task.result()
            last = b"" if results in done else self._farewell
            await self._write(last, more=False, seconds=self._patience.close)

    async def _write_results(self) -> None:
        async with aclosing(self._results) as results:
            try:
                async for result in results:
                    await self._write(_next(self._encode(result)))
                await self._write_shared()
            except PeerStalledError:
                raise
            except Exception as error:  # noqa: BLE001  (the stream's edge: the client hears of it)
                told = [failure(error, where="event stream")]
                await self._write(_next(self._encode(ExecutionResult(data=None, errors=told))))
        await self._write(_COMPLETE)

    async def _write_shared(self) -> None:
        """Nothing, unless the subscription took the offer."""
        if self._offer.shared is None:
            return
        async with aclosing(self._offer.shared.payloads()) as payloads:
            async for payload in payloads:
                encoded = payload if isinstance(payload, bytes) else self._encode(payload)
                await self._write(_next(encoded))

    async def _beat(self) -> NoReturn:
        while True:
            await asyncio.sleep(self._patience.ping)
            await self._write(_COMMENT)

    async def _told_to_end(self) -> None:
        await self._ended.wait()

    async def _write(
        self, frame: bytes, *, more: bool = True, seconds: float | None = None
    ) -> None:
        """Drops a peer that does not read for so many seconds, `send` unless said otherwise."""
        message = {"type": "http.response.body", "body": frame, "more_body": more}
        if takes_more(self._receive):
            await self._send(message)  # does not wait, so that it needs no bound
            return
        try:
            async with asyncio.timeout(seconds or self._patience.send):
                await self._send(message)
        except TimeoutError as error:
            raise PeerStalledError from error


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _next(encoded: bytes) -> bytes:
    return b"event: next\ndata: " + encoded + b"\n\n"
