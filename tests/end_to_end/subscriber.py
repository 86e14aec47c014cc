"""Subscribers that keep a cursor and come back with it: over a WebSocket by gql, and over SSE.

gql is a client that is not ours. It speaks no event streams, so those are read as plain HTTP.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import gql
import httpx
from gql.transport.exceptions import TransportError, TransportQueryError
from gql.transport.websockets import WebsocketsTransport
from graphql import GraphQLError
from websockets.exceptions import WebSocketException

from escgraph.stream.cursor import Cursor

FOLLOW = """
subscription Follow($after: Cursor) {
  events(after: $after) {
    __typename
    ... on EventItem { cursor event { id kind ticketVersion ticket { id } } }
    ... on CaughtUp { cursor }
    ... on Heartbeat { cursor }
    ... on Resync { cursor reason }
  }
}
"""
LOST = (TransportError, WebSocketException, httpx.TransportError, OSError, TimeoutError)
"""What a client may see of a server that goes."""

Item = dict[str, Any]
Source = Callable[[str], AsyncGenerator[Item, None]]
"""Given the cursor to go on from: what the server sends, until it or the connection ends."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One event as a subscriber got it; `position` is what its cursor says."""

    position: int
    id: str
    kind: str
    ticket: str | None
    ticket_version: int | None


def over_websocket(url: str, token: str, document: str = FOLLOW) -> Source:
    """The one field of that subscription, item by item, by gql."""

    async def items(after: str) -> AsyncGenerator[Item, None]:
        credentials = {"Authorization": f"Bearer {token}"}
        protocols = [WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL]
        transport = WebsocketsTransport(url, init_payload=credentials, subprotocols=protocols)
        request = gql.GraphQLRequest(document, variable_values={"after": after})
        async with (
            gql.Client(transport=transport) as session,
            aclosing(session.subscribe(request)) as results,
        ):
            async for data in results:
                (item,) = data.values()
                yield item

    return items


def over_event_stream(url: str, token: str, document: str = FOLLOW) -> Source:
    """The same as an event stream (graphql-sse, distinct connections)."""

    async def items(after: str) -> AsyncGenerator[Item, None]:
        headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
        body = {"query": document, "variables": {"after": after}}
        async with (
            httpx.AsyncClient(headers=headers, timeout=30) as http,
            http.stream("POST", url, json=body) as response,
        ):
            async for line in response.aiter_lines():
                field, _, value = line.partition(": ")
                if field == "data" and value:
                    result = json.loads(value)
                    if "errors" in result:
                        raise GraphQLError(str(result["errors"]))
                    (item,) = result["data"].values()
                    yield item

    return items


class Subscriber:
    """Hears everything behind a cursor; when it loses the server it goes on from its last cursor.

    Attributes:
        connections: how often it got through to a server.
        resyncs: how often it was told that events are missing.
    """

    def __init__(self, source: Source, *, after: str) -> None:
        self._source = source
        self._cursor = after
        self._news = asyncio.Condition()
        self.heard: list[Heard] = []
        self.connections = 0
        self.resyncs = 0

    @property
    def position(self) -> int:
        """Where it stands, events that it did not ask for included."""
        return Cursor.parse(self._cursor).position

    async def follow(self) -> None:
        """Listen until cancelled."""
        while True:
            try:
                await self._listen()
            except (TransportQueryError, GraphQLError):
                raise
            except LOST:
                pass
            await asyncio.sleep(0.05)

    async def reached(self, position: int, *, seconds: float = 60) -> None:
        """Wait until it has heard everything up to there."""
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(lambda: self.position >= position)

    async def heard_of(self, kind: str, *, times: int, seconds: float = 60) -> None:
        """Wait until it has heard of that many events of a kind."""
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(lambda: self._count(kind) >= times)

    def _count(self, kind: str) -> int:
        return sum(event.kind == kind for event in self.heard)

    async def _listen(self) -> None:
        first = True
        async with aclosing(self._source(self._cursor)) as items:
            async for item in items:
                self.connections += first
                first = False
                await self._take(item)

    async def _take(self, item: Item) -> None:
        self._cursor = item["cursor"]
        self.resyncs += item["__typename"] == "Resync"
        if item["__typename"] == "EventItem":
            self.heard.append(_heard(self.position, item["event"]))
        async with self._news:
            self._news.notify_all()


def _heard(position: int, event: Item) -> Heard:
    ticket = event["ticket"] and event["ticket"]["id"]
    return Heard(position, event["id"], event["kind"], ticket, event["ticketVersion"])
