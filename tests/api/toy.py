"""A toy schema behind the real transports, on a real server: what the transport tests talk to."""

import asyncio
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypedDict, Unpack
from uuid import uuid4

import httpx
import orjson
import strawberry
import uvicorn
from graphql import GraphQLError
from starlette.types import ASGIApp
from strawberry.asgi import GraphQL
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from escgraph.api.peer import Patience
from escgraph.api.schema_base import Schema
from escgraph.api.serving import server_options
from escgraph.api.session import Session, Unauthenticated
from escgraph.api.transport import GraphQLApp
from escgraph.domain.errors import DocumentsMissingError, NotFoundError, StaleVersionError
from escgraph.domain.terms import PersonId, Role, Scope, TokenId
from escgraph.domain.ticket import Actor

SECRET = "the password is swordfish"
BEARER = {"Authorization": "Bearer good"}
Json = Any
"""Decoded JSON: the tests say what they expect in it."""


@dataclass
class Context:
    """Counted, so that a test sees which operations share one."""

    session: Session
    number: int


Info = strawberry.Info[Context, None]


@strawberry.type
class Toy:
    @strawberry.field
    def name(self) -> str:
        return "toy"

    @strawberry.field
    def child(self) -> "Toy":
        return Toy()


@strawberry.type
class Query(Toy):
    @strawberry.field
    def context(self, info: Info) -> int:
        return info.context.number

    @strawberry.field
    def boom(self) -> str:
        raise RuntimeError(SECRET)

    @strawberry.field
    def maybe_boom(self) -> str | None:
        raise RuntimeError(SECRET)

    @strawberry.field
    def unsendable(self) -> int:
        return SECRET  # type: ignore[return-value]  # the bug that the test is about

    @strawberry.field
    def away(self, info: strawberry.Info[Exception, None]) -> str | None:
        raise info.context

    @strawberry.field
    def told(self) -> str:
        raise GraphQLError("said on purpose", extensions={"code": "ON_PURPOSE"})

    @strawberry.field
    def refused(self, how: str) -> str | None:
        if how == "missing":
            raise DocumentsMissingError("write it first", missing=["summary"], field=["input"])
        if how == "stale":
            raise StaleVersionError("somebody was faster", current=7)
        raise NotFoundError("no such toy", field=["input", "id"])

    @strawberry.field
    def at(self, moment: datetime, size: int = 0) -> str:
        return f"{moment.isoformat()} {size}"


@strawberry.type
class Mutation:
    @strawberry.mutation
    def touch(self) -> int:
        return 1


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, to: int) -> AsyncGenerator[int, None]:
        for number in range(to):
            yield number

    @strawberry.subscription
    async def silence(self) -> AsyncGenerator[int, None]:
        yield 0
        await asyncio.Event().wait()

    @strawberry.subscription
    async def context(self, info: Info) -> AsyncGenerator[int, None]:
        yield info.context.number
        await asyncio.Event().wait()

    @strawberry.subscription
    async def breaks(self) -> AsyncGenerator[int, None]:
        yield 0
        raise RuntimeError(SECRET)

    @strawberry.subscription
    async def refuses(self) -> AsyncGenerator[int, None]:
        yield 0
        raise NotFoundError("no longer there")

    @strawberry.subscription
    async def flood(self) -> AsyncGenerator[str, None]:
        while True:
            yield "x" * 100_000
            await asyncio.sleep(0)


def toy_schema() -> Schema:
    return Schema(Query, Mutation, Subscription)


def stock_app(
    protocols: Sequence[str] = ("graphql-transport-ws", "graphql-sse"),
) -> GraphQL[Any, None]:
    """The library as it comes, to show what we have to leave; when it mends that, so may we."""
    schema = strawberry.Schema(Query, Mutation, Subscription)
    return GraphQL(schema, subscription_protocols=protocols)


def _token() -> TokenId:
    return TokenId(uuid4())


def session(token_id: TokenId) -> Session:
    return Session(
        actor=Actor(person=PersonId(uuid4()), role=Role.SCRIPT, tier=None),
        scopes=frozenset({Scope.READ}),
        token_id=token_id,
        expires_at=datetime(2030, 1, 1, tzinfo=UTC),
    )


class Options(TypedDict, total=False):
    """Those of GraphQLApp."""

    ide: bool
    max_body: int
    max_operations: int
    patience: Patience


@dataclass
class Desk:
    """Who may come in: tokens by name; and how many contexts were made."""

    tokens: dict[str, TokenId] = field(
        default_factory=lambda: {"good": _token(), "other": _token()}
    )
    contexts: int = 0
    outage: Exception | None = None

    async def authenticate(self, token: str | None) -> Session:
        if self.outage:
            raise self.outage
        if token is None or token not in self.tokens:
            raise Unauthenticated("send a good token" if token else "send a token")
        return session(self.tokens[token])

    def make_context(self, whose: Session) -> Context:
        self.contexts += 1
        return Context(session=whose, number=self.contexts)

    def app(self, **options: Unpack[Options]) -> GraphQLApp:
        return GraphQLApp(
            toy_schema(),
            authenticate=self.authenticate,
            make_context=self.make_context,
            **options,
        )


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[str]:
    """The app on uvicorn, on a free port: its address without the scheme."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    options: dict[str, Any] = {**server_options(), "timeout_graceful_shutdown": 2}
    config = uvicorn.Config(app, log_config=None, log_level="critical", lifespan="off", **options)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}/graphql"
    finally:
        await server.shutdown(sockets=[listener])


async def post(at: str, body: object, **headers: str) -> httpx.Response:
    """POST as JSON with a good token; `headers` with underscores, "" leaves one out."""
    given = {"Content-Type": "application/json", **BEARER}
    given |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    async with httpx.AsyncClient() as client:
        kept = {name: value for name, value in given.items() if value}
        return await client.post(f"http://{at}", content=content, headers=kept)


def socket_to(at: str, *protocols: str) -> connect:
    """A socket whose client answers no ping by itself, as graphql-transport-ws pings are frames."""
    offered = [Subprotocol(name) for name in protocols or ("graphql-transport-ws",)]
    return connect(f"ws://{at}", subprotocols=offered, ping_interval=None, compression=None)


async def say(ws: ClientConnection, message: object) -> None:
    await ws.send(orjson.dumps(message).decode())


async def hear(ws: ClientConnection) -> Json:
    """The next message other than a ping."""
    while True:
        frame = await asyncio.wait_for(ws.recv(), 5)
        assert isinstance(frame, str), "binary frames are none of the protocol"
        message = orjson.loads(frame)
        if message["type"] != "ping":
            return message


async def initialised(ws: ClientConnection, token: str = "good") -> None:
    await say(ws, {"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}})
    assert await hear(ws) == {"type": "connection_ack"}


async def subscribe(ws: ClientConnection, query: str, *, as_id: str = "1") -> None:
    await say(ws, {"id": as_id, "type": "subscribe", "payload": {"query": query}})


async def closing(ws: ClientConnection) -> tuple[int | None, str | None]:
    """Code and reason of the close that comes."""
    await asyncio.wait_for(ws.wait_closed(), 5)
    return ws.close_code, ws.close_reason
