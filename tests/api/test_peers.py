"""Sockets whose peers do not listen, or whose time is over: they are let go, and nobody waits."""

import asyncio

import orjson
import pytest
from starlette.types import Message, Receive, Scope, Send
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosedError

from escgraph.api.peer import Patience
from escgraph.api.transport import GraphQLApp
from tests.api.toy import (
    Desk,
    closing,
    hear,
    initialised,
    say,
    served,
    socket_to,
    subscribe,
)


async def until_live(app: GraphQLApp, count: int) -> None:
    while len(app.connections) != count:  # noqa: ASYNC110  (a registry has no event for its size)
        await asyncio.sleep(0.01)


async def pings_until_dropped(
    ws: ClientConnection, *, answer: object = None, answers: int = 0
) -> int:
    """How many pings came before the connection was cut."""
    pings = 0
    try:
        while True:
            assert orjson.loads(await asyncio.wait_for(ws.recv(), 5)) == {"type": "ping"}
            pings += 1
            if pings <= answers:
                await say(ws, answer)
    except ConnectionClosedError:
        return pings


async def test_a_peer_from_which_nothing_comes_is_dropped() -> None:
    app = Desk().app(patience=Patience(ping=0.02, silence=0.1))
    async with served(app) as at, socket_to(at) as ws:
        await initialised(ws)
        assert await pings_until_dropped(ws) <= 6
        assert (await closing(ws))[0] == 1006  # no close frame came
        await asyncio.wait_for(until_live(app, 0), 5)


@pytest.mark.parametrize("answer", [{"type": "pong"}, {"type": "complete", "id": "none"}])
async def test_whatever_a_peer_says_keeps_it(answer: object) -> None:
    """In silence there would be 20 pings at most."""
    app = Desk().app(patience=Patience(ping=0.02, silence=0.4))
    async with served(app) as at, socket_to(at) as ws:
        await initialised(ws)
        assert await pings_until_dropped(ws, answer=answer, answers=30) > 30


async def test_a_peer_that_does_not_read_is_dropped_and_holds_up_nobody() -> None:
    app = Desk().app(patience=Patience(send=0.1))
    async with served(app) as at, socket_to(at) as reader, socket_to(at) as deaf:
        await initialised(reader)
        await initialised(deaf)
        await subscribe(deaf, "subscription {flood}")
        await hear(deaf)
        deaf.transport.pause_reading()

        await subscribe(reader, "{name}")
        assert (await hear(reader))["type"] == "next"
        await asyncio.wait_for(until_live(app, 1), 5)
        deaf.transport.abort()


async def test_a_peer_that_does_not_read_cannot_hold_up_its_own_close() -> None:
    desk = Desk()
    app = desk.app(patience=Patience(close=0.1))
    async with served(app) as at, socket_to(at) as deaf:
        await initialised(deaf)
        await subscribe(deaf, "subscription {flood}")
        await hear(deaf)
        deaf.transport.pause_reading()
        await asyncio.sleep(0.05)  # the buffers fill, so that the close has to wait

        await app.end_sessions([desk.tokens["good"]])

        await asyncio.wait_for(until_live(app, 0), 5)
        deaf.transport.abort()


async def test_a_peer_behind_a_middleware_that_hides_the_connection_is_let_go_too() -> None:
    app = Desk().app(patience=Patience(ping=0.05, silence=0.1))
    ended = asyncio.Event()

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def hidden() -> Message:
            return await receive()

        await app(scope, hidden, send)
        ended.set()

    async with served(wrapped) as at, socket_to(at) as ws:
        await initialised(ws)
        await asyncio.wait_for(ended.wait(), 5)
        await closing(ws)


async def test_a_socket_ends_with_its_token_and_no_other_does() -> None:
    desk = Desk()
    app = desk.app()
    async with served(app) as at, socket_to(at) as ended, socket_to(at) as other:
        await initialised(ended)
        await initialised(other, "other")
        await subscribe(ended, "subscription {silence}")
        await hear(ended)
        assert {s.token_id for s in app.sessions()} == set(desk.tokens.values())

        await app.end_sessions([desk.tokens["good"]], reason="the token was revoked")

        assert await closing(ended) == (4403, "the token was revoked")
        await subscribe(other, "{name}")
        assert (await hear(other))["type"] == "next"
        await asyncio.wait_for(until_live(app, 1), 5)


async def test_a_shutdown_closes_every_socket_so_that_clients_come_back() -> None:
    app = Desk().app()
    async with served(app) as at, socket_to(at) as ready, socket_to(at) as early:
        await initialised(ready)
        await asyncio.wait_for(until_live(app, 2), 5)

        await app.shutdown()

        assert [(await closing(ws))[0] for ws in (ready, early)] == [1012, 1012]
        async with socket_to(at) as late:
            assert (await closing(late))[0] == 1012
