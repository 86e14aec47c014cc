"""Clients that keep a picture of every ticket: a snapshot, kept up by events.

One that is told that events are missing asks anew. One that is not told keeps its picture, right or
wrong: so a silent difference is seen at the end.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from gql.transport.exceptions import TransportQueryError
from graphql import GraphQLError

from escgraph.store.consistency import name_of
from escgraph.store.database import fetch
from tests.end_to_end.subscriber import (
    LOST,
    Item,
    Source,
    Subscriber,
    over_event_stream,
    over_websocket,
)
from tests.faults.report import Count

STATES = """
subscription States($after: Cursor) {
  events(after: $after) {
    __typename
    ... on EventItem {
      cursor
      event { id kind ticketVersion ticket { id } state { number status tier priority } }
    }
    ... on CaughtUp { cursor }
    ... on Heartbeat { cursor }
    ... on Resync { cursor reason }
  }
}
"""
SNAPSHOT = "{tickets(first: 200) {nodes {number version status tier priority} cursor}}"
"""All of them: a house of more than 200 tickets is none for mirrors."""

State = tuple[int, str, str, str]
"""Version, status, tier and priority of a ticket."""

Picture = dict[str, State]


@dataclass(frozen=True, slots=True)
class Web:
    """One server, by both of its addresses."""

    url: str
    socket_url: str


class Mirror(Subscriber):
    """One of them. `resync_at` is when it was told last, by the loop's clock."""

    def __init__(self, source: Source, http: httpx.AsyncClient, url: str) -> None:
        super().__init__(source, after="")
        self._http = http
        self._url = url
        self.picture: Picture = {}
        self.resync_at: float | None = None

    async def follow(self) -> None:
        await self._ask_anew()
        await super().follow()

    async def _listen(self) -> None:
        try:
            await super()._listen()
        except TransportQueryError as error:
            must_be_away(str(error.errors))
        except GraphQLError as error:
            must_be_away(str(error))

    async def _take(self, item: Item) -> None:
        await super()._take(item)
        if item["__typename"] == "Resync":
            self.resync_at = asyncio.get_running_loop().time()
            await self._ask_anew()
        elif item["__typename"] == "EventItem" and item["event"]["state"] is not None:
            self._set(item["event"])

    def _set(self, event: Item) -> None:
        version, state = event["ticketVersion"], event["state"]
        if version > self.picture.get(state["number"], (0,))[0]:
            self.picture[state["number"]] = _state(version, state)

    async def _ask_anew(self) -> None:
        while (found := await self._snapshot()) is None:
            await asyncio.sleep(0.05)
        self.picture = {one["number"]: _state(one["version"], one) for one in found["nodes"]}
        self._cursor = self._cursor or found["cursor"]

    async def _snapshot(self) -> Item | None:
        """None while the database is away."""
        try:
            answer = (await self._http.post(self._url, json={"query": SNAPSHOT})).json()
        except LOST:
            return None
        if "errors" in answer:
            must_be_away(str(answer["errors"]))
            return None
        found: Item = answer["data"]["tickets"]
        return found


def _state(version: int, one: Item) -> State:
    return version, one["status"], one["tier"], one["priority"]


def must_be_away(said: str) -> None:
    """Only that the database is away is said instead of an item."""
    assert "UNAVAILABLE" in said, said


@asynccontextmanager
async def mirroring(
    webs: Sequence[Web], token: str, *, sockets: int, event_streams: int
) -> AsyncIterator[list[Mirror]]:
    """So many of them, turn by turn at those servers, as long as the `with` lasts."""
    kinds: list[Callable[[Web], Source]] = [
        *[lambda web: over_websocket(web.socket_url, token, STATES)] * sockets,
        *[lambda web: over_event_stream(web.url, token, STATES)] * event_streams,
    ]
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(headers=headers, timeout=10) as http:
        chosen = [webs[n % len(webs)] for n in range(len(kinds))]
        mirrors = [
            Mirror(kind(web), http, web.url) for kind, web in zip(kinds, chosen, strict=True)
        ]
        tasks = [asyncio.create_task(mirror.follow()) for mirror in mirrors]
        try:
            yield mirrors
        finally:
            for task in tasks:
                task.cancel()
            for end in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(end, Exception):
                    raise end


async def until(happened: Callable[[], bool], *, seconds: float) -> bool:
    """Wait until it is so; False where it is not by then."""
    late = asyncio.get_running_loop().time() + seconds
    while not happened():
        if asyncio.get_running_loop().time() > late:
            return False
        await asyncio.sleep(0.05)
    return True


async def true_pictures(mirrors: Sequence[Mirror], *, seconds: float = 10) -> Count:
    """How many pictures differ from the database, when all has come that will."""
    rows = await fetch("SELECT number, version, status, tier, priority FROM ticket")
    true: Picture = {name_of(row["number"]): _state(row["version"], row) for row in rows}
    await until(lambda: all(one.picture == true for one in mirrors), seconds=seconds)
    wrong = [one.picture for one in mirrors if one.picture != true]
    return Count("pictures that differ from the database", len(wrong), _difference(wrong, true))


def _difference(wrong: Sequence[Picture], true: Picture) -> tuple[str, ...]:
    return tuple(
        f"{name}: seen as {picture.get(name)}, and is {true.get(name)}"
        for picture in wrong[:1]
        for name in sorted(picture.keys() | true.keys())
        if picture.get(name) != true.get(name)
    )[:5]
