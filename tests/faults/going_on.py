"""Three ways to go on from a snapshot's cursor: a lean client, gql's, and asking for pages."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, field

from escgraph.stream.cursor import Cursor
from tests.end_to_end.client import Client
from tests.end_to_end.subscriber import Item, Source, over_websocket
from tests.faults.lean_client import LeanClient
from tests.faults.wallboard import FOLLOW, READ_ON, Json

LOOK_S = 0.02
PATIENCE_S = 60.0

Told = list[tuple[str, Json]]
"""Events with their cursors."""

Target = asyncio.Future[int]
"""The position up to which to go on, once it is known."""


@dataclass(frozen=True, slots=True)
class Server:
    """A web process, for those who have that token."""

    port: int
    token: str
    desk: Client

    @property
    def by_gql(self) -> Source:
        return over_websocket(f"ws://127.0.0.1:{self.port}/graphql", self.token, FOLLOW)


async def by_lean_client(server: Server, after: str, target: Target) -> Told:
    """Subscribe at once, and leave when it has come that far."""
    client = _Keeping([server.port], server.token, FOLLOW, after)
    client.come(after=0)
    try:
        await _reached(lambda: client.position, target)
    finally:
        client.leave()
    assert not client.told.errors, client.told.errors[:1]
    items = [json.loads(said)["payload"]["data"]["events"] for said in client.said]
    return [told for item in items for told in _events(item)]


async def by_gql(server: Server, after: str, target: Target) -> Told:
    """The same by a client that we did not write."""
    heard = _Heard(Cursor.parse(after).position)
    hearing = asyncio.create_task(heard.all_of(server.by_gql, after))
    try:
        await _reached(lambda: heard.position, target)
    finally:
        hearing.cancel()
        with suppress(asyncio.CancelledError):
            await hearing
    return heard.told


async def by_pages(server: Server, after: str, target: Target) -> Told:
    """Ask for what came since, part by part."""
    told: Told = []
    position = await target
    while Cursor.parse(after).position < position:
        part = (await server.desk.ask(READ_ON, after=after))["events"]
        told += [(edge["cursor"], edge["node"]) for edge in part["edges"]]
        after = part["cursor"]
    return told


Way = Callable[[Server, str, Target], Awaitable[Told]]
WAYS: tuple[Way, ...] = (by_lean_client, by_pages, by_lean_client, by_pages, by_gql)
"""In turn; gql's client costs more than all others together."""


class _Keeping(LeanClient):
    """Keeps what it was told, to be read later."""

    def __init__(self, ports: list[int], token: str, document: str, after: str) -> None:
        super().__init__(ports, token, document, after)
        self.said: list[bytes] = []

    def take(self, item: bytes) -> None:
        super().take(item)
        self.said.append(item)


@dataclass(slots=True)
class _Heard:
    position: int
    told: Told = field(default_factory=list)

    async def all_of(self, source: Source, after: str) -> None:
        async with aclosing(source(after)) as items:
            async for item in items:
                self.told += _events(item)
                self.position = Cursor.parse(item["cursor"]).position


def _events(item: Item) -> Told:
    """None of a sign; a resync stands for events that are missing, and must not come."""
    assert item["__typename"] != "Resync", item
    return [(item["cursor"], item["event"])] if item["__typename"] == "EventItem" else []


async def _reached(position: Callable[[], int], target: Target) -> None:
    until = await target
    async with asyncio.timeout(PATIENCE_S):
        while position() < until:
            await asyncio.sleep(LOOK_S)
