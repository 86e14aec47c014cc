"""graphql-transport-ws: the conversation on one socket.

Where this leaves the library's handler, and why:
- the token is asked for in connection_init, and each operation has its own context: the library
  makes one context before connection_init, for all operations on the socket.
- a frame is looked at before it is believed: a frame that is no object raises TypeError there.
- a document with a typo fails its operation: there it closes the socket with all its operations.
- a stream that raises ends with `error`: there with `next` and `complete`, as if all were well.
- a close reason is cut to what a frame holds: there a long one raises, and nothing is closed.
- a peer that does not read, or does not answer pings, is dropped: there it is kept for ever.
- text frames: there an encoder that gives bytes makes them binary.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    Message,
    SubscribeMessage,
)
from strawberry.types.execution import ExecutionResult
from strawberry.utils.aio import aclosing

from escgraph.api.connections import FORBIDDEN, RESTARTS, SERVICE_RESTART
from escgraph.api.faults import Code, failed, failure, fault
from escgraph.api.http_request import misshapen
from escgraph.api.peer import Wire, abort
from escgraph.api.session import Session, Unauthenticated, bearer
from escgraph.api.sharing import Offer, Shared

if TYPE_CHECKING:
    from escgraph.api.transport import GraphQLApp

_BAD_REQUEST = 4400
_TOO_MANY_INITIALISATIONS = 4429
_TRY_AGAIN_LATER = 1013
_LONGEST_REASON = 123
"""Bytes that a close frame has room for."""


class Socket(ASGIWebSocketAdapter):
    """The frames: text out, bounded in time; JSON in."""

    view: "GraphQLApp"

    def __init__(self, view: "GraphQLApp", request: WebSocket, response: WebSocket) -> None:
        super().__init__(view, request, response)
        self.dropped = False
        self._reader = asyncio.current_task()
        self._wire = Wire.under(request._receive)  # noqa: SLF001  (nowhere public)

    async def send_json(self, message: Mapping[str, object]) -> None:
        """Send, or drop a peer that does not read. Nothing is queued: the sender waits.

        Raises:
            WebSocketDisconnected: the peer is gone, by itself or by our doing.
        """
        await self._send(self.view.encode_json(message))

    async def send_encoded(self, *text: bytes) -> None:
        """The same for a message that is JSON already, in parts."""
        if self._wire is None or not self._wire.write(*text):
            await self._send(b"".join(text))

    async def _send(self, text: bytes) -> None:
        if self.ws.application_state is not WebSocketState.CONNECTED:
            raise WebSocketDisconnected
        try:
            async with asyncio.timeout(self.view.patience.send):
                await self.ws.send_text(text.decode())
        except TimeoutError as error:
            self.drop()
            raise WebSocketDisconnected from error
        except (WebSocketDisconnect, RuntimeError) as error:  # closed meanwhile, by either side
            raise WebSocketDisconnected from error

    async def close(self, code: int, reason: str) -> None:
        """Close once; a peer that does not answer the close is dropped."""
        if self.ws.application_state is not WebSocketState.CONNECTED:
            return
        patience = self.view.patience.close
        asyncio.get_running_loop().call_later(patience, self.drop)
        with suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
            async with asyncio.timeout(patience):
                await self.ws.close(code=code, reason=_cut(reason))

    def drop(self) -> None:
        """Cut the connection; where it is out of reach, end the task that reads from it."""
        if not abort(self.ws._receive) and self._reader:  # noqa: SLF001  (nowhere public)
            self.dropped = True
            self._reader.cancel()


class SocketConversation(BaseGraphQLTransportWSHandler[Any, None]):
    """From `connection_init` to the close; ends with whoever ends first."""

    view: "GraphQLApp"
    websocket: Socket
    session: Session | None = None

    async def handle(self) -> None:
        """Talk until the socket is closed."""
        self._heard_at = _now()
        if self.view.connections.closing:
            await self.end(SERVICE_RESTART, RESTARTS)
            return
        with self.view.connections.joined(self):
            beat = asyncio.create_task(self._beat())
            try:
                await super().handle()
            except asyncio.CancelledError:
                if not self.websocket.dropped:
                    raise
            finally:
                beat.cancel()

    async def end(self, code: int, reason: str) -> None:
        await self.websocket.close(code, reason)

    async def handle_message(self, message: Message) -> None:
        self._heard_at = _now()
        if problem := _objection(message):
            await self.end(_BAD_REQUEST, problem)
        else:
            await super().handle_message(message)

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        """Take the token, acknowledge, and keep the session for the operations."""
        if self.connection_timed_out:
            return
        if self.connection_init_received:
            await self.end(_TOO_MANY_INITIALISATIONS, "connection_init was sent twice")
            return
        self.connection_init_received = True
        if self.connection_init_timeout_task:
            self.connection_init_timeout_task.cancel()
        try:
            self.session = await self.view.authenticate(_token(message.get("payload") or {}))
        except Unauthenticated as refused:
            await self.end(FORBIDDEN, str(refused))
        except Exception as error:  # noqa: BLE001  (the edge of the socket: logged, masked)
            await self.end(_TRY_AGAIN_LATER, failure(error, where="connection_init").message)
        else:
            await self.send_message({"type": "connection_ack"})
            self.connection_acknowledged = True

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        """Start an operation, within the limit."""
        limit = self.max_subscriptions_per_connection or 0
        if message["id"] not in self.operations and len(self.operations) >= limit:
            told = fault(
                f"{limit} operations run on this socket already; complete one first",
                Code.TOO_LARGE,
            )
            error = {"id": message["id"], "type": "error", "payload": [told.formatted]}
            await self.send_message(cast("Message", error))
        else:
            await super().handle_subscribe(message)

    async def run_operation(self, operation: Operation[Any, None]) -> None:
        """The task of one operation."""
        try:
            await self._run(operation)
        except WebSocketDisconnected:
            self.operations.pop(operation.id, None)
        except Exception as error:  # noqa: BLE001  (the edge of the operation: logged, masked)
            with suppress(WebSocketDisconnected):
                await operation.send_initial_errors([failure(error, where="operation")])

    async def _run(self, operation: Operation[Any, None]) -> None:
        assert self.session is not None
        offer = Offer(operation.variables)
        results = await self.schema.stream(
            operation.query,
            variable_values=operation.variables,
            context_value=self.view.make_context(self.session),
            root_value=offer,
            operation_name=operation.operation_name,
        )
        async with aclosing(results):
            # the schema knows no @defer, of which the other kinds of results would come
            async for result in cast("AsyncGenerator[ExecutionResult, None]", results):
                if failed(result):
                    await operation.send_initial_errors(result.errors or [])
                    return
                await operation.send_next(result)
        if offer.shared is None or await self._send_shared(operation, offer.shared):
            await operation.send_operation_message({"id": operation.id, "type": "complete"})

    async def _send_shared(self, operation: Operation[Any, None], shared: Shared[Any]) -> bool:
        """What is made for many, each within a message of this operation; whether it went well."""
        before = b'{"id":' + self.view.encode_json(operation.id) + b',"type":"next","payload":'
        async with aclosing(shared.payloads()) as payloads:
            async for payload in payloads:
                if not isinstance(payload, bytes):
                    await operation.send_initial_errors(payload.errors or [])
                    return False
                await self.websocket.send_encoded(before, payload, b"}")
        return True

    async def _beat(self) -> None:
        """Ping; drop the peer when nothing came from it for too long."""
        patience = self.view.patience
        while (left := self._heard_at + patience.silence - _now()) > 0:
            await asyncio.sleep(min(patience.ping, left))
            if self.connection_acknowledged:
                with suppress(WebSocketDisconnected):
                    await self.send_message({"type": "ping"})
        self.websocket.drop()


def _objection(message: object) -> str:
    """What is wrong with the shape of a message; empty for nothing."""
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return "a message must be a JSON object with a type"
    kind, payload = message["type"], message.get("payload")
    if kind in {"subscribe", "complete"} and not isinstance(message.get("id"), str):
        return f"{kind} needs an id, a string"
    if kind == "subscribe":
        problem = misshapen(payload)
        return problem and f"the payload of subscribe: {problem}"
    if kind in {"connection_init", "ping", "pong"} and not isinstance(payload, dict | None):
        return f"the payload of {kind} must be an object or absent"
    return ""


def _token(payload: Mapping[str, object]) -> str | None:
    """`Authorization` as in HTTP, in either case, or the bare `token`."""
    header = payload.get("Authorization") or payload.get("authorization")
    if isinstance(header, str):
        return bearer(header)
    token = payload.get("token")
    return token if isinstance(token, str) else None


def _cut(reason: str) -> str:
    return reason.encode()[:_LONGEST_REASON].decode(errors="ignore")


def _now() -> float:
    return asyncio.get_running_loop().time()
