"""A subscriber that keeps its cursor gets every event of a run, whatever happens to its server."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from escgraph.stream.cursor import Cursor
from tests.end_to_end.client import Client
from tests.end_to_end.program import Server, escgraph
from tests.end_to_end.shift import TICKETS, Shift
from tests.end_to_end.subscriber import Heard, Subscriber, over_event_stream, over_websocket

SPEED = "7200"
"""Two hours a second: a HIGH ticket that nobody resolves is with management after two seconds."""


@pytest.fixture
def server(sqlite_url: str, tmp_path: Path) -> Iterator[Server]:
    environ = {"ESCGRAPH_DATABASE_URL": sqlite_url, "ESCGRAPH_CLOCK_SPEED": SPEED}
    escgraph("migrate", environ=environ)
    with Server(environ, log=tmp_path / "serve.log") as server:
        yield server


@pytest.fixture
def token(server: Server) -> str:
    manager = ("Mia Tanaka", "mia@example.org", "--role", "manager")
    escgraph("person", "create", *manager, environ=server.environ)
    made = escgraph("token", "create", "mia@example.org", "--name", "all", environ=server.environ)
    return made.strip()


async def test_a_subscriber_that_resumes_hears_every_event_once_through_kills_and_restarts(
    server: Server, token: str
) -> None:
    async with Client(server.url, token) as client, asyncio.TaskGroup() as group:
        begin = await _head(client)
        by_gql = Subscriber(over_websocket(server.socket_url, token), after=begin)
        by_sse = Subscriber(over_event_stream(server.url, token), after=begin)
        following = [group.create_task(one.follow()) for one in (by_gql, by_sse)]

        shift = Shift(client)
        working = group.create_task(shift.work())
        await shift.did(70)
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)
        await shift.did(140)
        await asyncio.to_thread(server.terminate)
        await asyncio.to_thread(server.start)
        await working
        await shift.ends()
        last = Cursor.parse(await _head(client)).position
        for one in (by_gql, by_sse):
            await one.reached(last)
        for task in following:
            task.cancel()
    server.kill()

    written = _events(server, behind=Cursor.parse(begin).position)
    assert by_gql.heard == written
    assert by_sse.heard == written
    assert [event.position for event in written] == list(range(written[0].position, last + 1))
    assert by_gql.connections >= 3
    assert by_sse.connections >= 3
    assert by_gql.resyncs == by_sse.resyncs == 0
    kinds = Counter(event.kind for event in written)
    assert kinds["TicketOpened"] == TICKETS
    assert kinds["TicketEscalated"] >= TICKETS / 2


async def _head(client: Client) -> str:
    """The cursor behind the last event."""
    board = (await client.ask("{ board { cursor } }"))["board"]
    cursor: str = board["cursor"]
    return cursor


def _events(server: Server, *, behind: int) -> list[Heard]:
    """What the database holds, in the order of its positions."""
    file = server.environ["ESCGRAPH_DATABASE_URL"].removeprefix("sqlite://")
    with closing(sqlite3.connect(file)) as database:
        rows = database.execute(
            "SELECT position, id, kind, ticket_id, ticket_version FROM event WHERE position > ? "
            "ORDER BY position",
            (behind,),
        ).fetchall()
    return [Heard(*row) for row in rows]
