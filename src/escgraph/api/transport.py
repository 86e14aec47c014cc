"""GraphQL over HTTP, and the door to the sockets: one ASGI application.

Where this leaves the library's view, and why:
- every refusal is JSON in the shape of a GraphQL error: it answers in plain text.
- `Accept` is weighed by its q-values, and application/graphql-response+json is honoured: it looks
  for "text/event-stream" whatever its q-value, and ignores the other.
- nothing but POST with JSON, of a bounded size: see http_request.py.
- a context is made per operation and not per socket: see websocket.py.
- orjson, to bytes here and to text on sockets, where bytes would become binary frames.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType

from escgraph.api.connections import FORBIDDEN, RESTARTS, Connections
from escgraph.api.encoding import encode_result
from escgraph.api.event_stream import EventStream
from escgraph.api.faults import RETRY_SOON, Code, failed, failure, fault, status_of
from escgraph.api.http_request import Asked, Refusal, asked, must_post
from escgraph.api.negotiation import EVENT_STREAM, GRAPHQL_JSON, JSON, Wish, wish
from escgraph.api.peer import Patience
from escgraph.api.schema_base import Schema
from escgraph.api.session import Session, Unauthenticated, bearer
from escgraph.api.sharing import Offer
from escgraph.api.websocket import Socket, SocketConversation
from escgraph.domain.terms import TokenId

_WITHOUT_STREAM = frozenset({OperationType.QUERY, OperationType.MUTATION})


class GraphQLApp(GraphQL[Any, None]):
    """One schema on one address.

    Args:
        authenticate: given the bearer token, or None for none: the session, or `Unauthenticated`.
        make_context: called once per operation; what it returns is the operation's alone.
        ide: show GraphiQL to a browser that asks with GET.
        max_body: of an HTTP request, in bytes.
        max_operations: running at once on one socket.
        allowed_origins: whose pages may open a socket, besides our own; "*" for any.
    """

    graphql_transport_ws_handler_class = SocketConversation
    websocket_adapter_class = Socket  # type: ignore[assignment]  # as in the library itself

    def __init__(
        self,
        schema: Schema,
        *,
        authenticate: Callable[[str | None], Awaitable[Session]],
        make_context: Callable[[Session], object],
        ide: bool = False,
        max_body: int = 1_048_576,
        max_operations: int = 100,
        patience: Patience | None = None,
        allowed_origins: Sequence[str] = (),
    ) -> None:
        self.authenticate = authenticate
        self.make_context = make_context
        self.patience = patience or Patience()
        self.connections = Connections()
        self._max_body = max_body
        super().__init__(
            schema,
            graphql_ide="graphiql" if ide else None,
            allow_queries_via_get=False,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=timedelta(seconds=self.patience.initialise),
            max_subscriptions_per_connection=max_operations,
            allowed_origins=allowed_origins,
        )

    def sessions(self) -> tuple[Session, ...]:
        """The sessions that keep a socket or an event stream open now."""
        return self.connections.sessions()

    async def end_sessions(
        self,
        token_ids: Collection[TokenId],
        *,
        code: int = FORBIDDEN,
        reason: str = "the token is no longer valid",
    ) -> None:
        """Close what those tokens opened: they were revoked, or they expired."""
        await self.connections.end(token_ids, code=code, reason=reason)

    async def shutdown(self) -> None:
        """Close every socket with 1012 and end every event stream; let none open any more."""
        await self.connections.shutdown()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def get_context(self, request: Request | WebSocket, response: object) -> None:
        """None for a socket: the context belongs to the operation, which is not there yet."""

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)

    def decode_json(self, data: str | bytes) -> object:
        return orjson.loads(data)

    def encode_result(self, result: ExecutionResult) -> bytes:
        """The JSON of a result: the same whether it was made for one or for many."""
        return encode_result(result)

    async def _answer(self, request: Request) -> ASGIApp:
        wanted = wish(",".join(request.headers.getlist("accept")))
        try:
            if self.graphql_ide and _looks_for_a_page(request):
                return HTMLResponse(self.graphql_ide_html)
            must_post(request)
            return await self._operate(request, wanted)
        except Refusal as refused:
            return self._refusal(refused)
        except Unauthenticated as refused:
            return self._refusal(_unauthenticated(refused))
        except ClientDisconnect:
            return Response(status_code=400)  # to nobody
        except Exception as error:  # noqa: BLE001  (the edge of the request: logged, masked)
            return self._failure(failure(error, where="http"))

    async def _operate(self, request: Request, wanted: Wish) -> ASGIApp:
        if wanted.single is None and not wanted.stream:
            message = f"we answer with {JSON}, {GRAPHQL_JSON} or {EVENT_STREAM}; accept one of them"
            raise Refusal(406, message, code=Code.BAD_REQUEST)
        session = await self.authenticate(bearer(request.headers.get("authorization")))
        operation = await asked(request, max_body=self._max_body)
        context = self.make_context(session)
        if wanted.rather_stream or wanted.single is None:
            return await self._stream(operation, context=context, session=session)
        try:
            result = await self._execute(operation, context=context)
        except InvalidOperationTypeError as error:
            if wanted.stream:
                return await self._stream(operation, context=context, session=session)
            message = f"a subscription needs Accept: {EVENT_STREAM}, or a WebSocket"
            raise Refusal(406, message, code=Code.BAD_REQUEST) from error
        return self._result(result, media_type=wanted.single)

    async def _execute(self, operation: Asked, *, context: object) -> ExecutionResult:
        """Raises InvalidOperationTypeError for a subscription, of which nothing has run then."""
        try:
            return await self.schema.execute(
                operation.query,
                variable_values=operation.variables,
                context_value=context,
                operation_name=operation.operation_name,
                allowed_operation_types=_WITHOUT_STREAM,
                operation_extensions=operation.extensions,
            )
        except MissingQueryError as error:
            raise Refusal(400, str(error), code=Code.BAD_REQUEST) from error
        except CannotGetOperationTypeError as error:
            told = fault(error.as_http_error_reason(), Code.BAD_REQUEST)
            return PreExecutionError(data=None, errors=[told])

    async def _stream(self, operation: Asked, *, context: object, session: Session) -> ASGIApp:
        if self.connections.closing:
            raise Refusal(503, RESTARTS, code=Code.UNAVAILABLE, headers=RETRY_SOON)
        offer = Offer(operation.variables)
        results = await self.schema.stream(
            operation.query,
            variable_values=operation.variables,
            context_value=context,
            root_value=offer,
            operation_name=operation.operation_name,
            operation_extensions=operation.extensions,
        )
        return EventStream(
            results,
            offer=offer,
            encode=self.encode_result,
            session=session,
            connections=self.connections,
            patience=self.patience,
        )

    def _result(self, result: ExecutionResult, *, media_type: str) -> Response:
        """GraphQL over HTTP: with its own media type, 400 says that nothing was executed."""
        status = 200
        if media_type == GRAPHQL_JSON and failed(result):
            status = max((status_of(error) for error in result.errors or ()), default=400)
        return Response(self.encode_result(result), status_code=status, media_type=media_type)

    def _failure(self, error: GraphQLError) -> Response:
        status = status_of(error)
        headers = RETRY_SOON if status == HTTPStatus.SERVICE_UNAVAILABLE else None
        return self._json([error.formatted], status=status, headers=headers)

    def _refusal(self, refused: Refusal) -> Response:
        told = fault(str(refused), refused.code).formatted
        return self._json([told], status=refused.status, headers=refused.headers)

    def _json(
        self,
        errors: Sequence[Any],
        *,
        status: int,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        body = self.encode_json({"errors": errors})
        return Response(body, status_code=status, headers=headers, media_type=JSON)


def _looks_for_a_page(request: Request) -> bool:
    return request.method == "GET" and "text/html" in request.headers.get("accept", "")


def _unauthenticated(refused: Unauthenticated) -> Refusal:
    return Refusal(
        401,
        str(refused),
        code=Code.UNAUTHENTICATED,
        headers={"WWW-Authenticate": "Bearer"},
    )
