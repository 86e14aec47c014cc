"""Subscriptions as event streams: graphql-sse in distinct connections mode."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import orjson
import pytest
from structlog.testing import capture_logs

from escgraph.api.negotiation import EVENT_STREAM
from escgraph.api.peer import Patience
from escgraph.api.transport import GraphQLApp
from tests.api.toy import BEARER, SECRET, Desk, Json, post, served

COMPLETE = ("complete", None)


@asynccontextmanager
async def stream(
    at: str, query: str, accept: str = EVENT_STREAM
) -> AsyncIterator[AsyncIterator[str]]:
    """The lines of the answer, as they come."""
    headers = {**BEARER, "Accept": accept}
    async with (
        httpx.AsyncClient(timeout=5) as client,
        client.stream("POST", f"http://{at}", json={"query": query}, headers=headers) as response,
    ):
        assert response.status_code == 200
        assert response.headers["content-type"].startswith(EVENT_STREAM)
        yield response.aiter_lines()


async def event(lines: AsyncIterator[str]) -> tuple[str, Json]:
    """The next event, comments left out; its data is None when there is none."""
    name = ""
    async for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data:"):
            data = line.removeprefix("data:").strip()
            return name, orjson.loads(data) if data else None
    raise EOFError


async def events(at: str, query: str, accept: str = EVENT_STREAM) -> list[tuple[str, Json]]:
    found = []
    async with stream(at, query, accept) as lines:
        try:
            while True:
                found.append(await event(lines))
        except EOFError:
            return found


async def until_open(app: GraphQLApp, count: int) -> None:
    while len(app.sessions()) != count:  # noqa: ASYNC110  (a registry has no event for its size)
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("accept", [EVENT_STREAM, "*/*", "application/json, text/event-stream"])
async def test_a_subscription_is_streamed_to_its_end(accept: str) -> None:
    async with served(Desk().app()) as at:
        found = await events(at, "subscription {count(to: 2)}", accept)
    assert found == [("next", {"data": {"count": n}}) for n in range(2)] + [COMPLETE]


async def test_a_query_is_streamed_to_a_client_that_takes_only_streams() -> None:
    async with served(Desk().app()) as at:
        assert await events(at, "{name}") == [("next", {"data": {"name": "toy"}}), COMPLETE]


@pytest.mark.parametrize("query", ["{", "{nonsense}"])
async def test_an_operation_that_cannot_start_is_told_so_in_the_stream(query: str) -> None:
    async with served(Desk().app()) as at:
        (name, told), last = await events(at, query)
    assert name == "next"
    assert "data" not in told
    assert told["errors"][0]["extensions"]["code"].startswith("GRAPHQL_")
    assert last == COMPLETE


async def test_a_stream_that_raises_ends_with_the_error_and_complete() -> None:
    with capture_logs():
        async with served(Desk().app()) as at:
            first, (name, told), last = await events(at, "subscription {breaks}")
    assert first == ("next", {"data": {"breaks": 0}})
    assert name == "next"
    assert told["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert SECRET not in str(told)
    assert last == COMPLETE


async def test_a_bad_token_is_refused_before_the_stream_begins() -> None:
    async with served(Desk().app()) as at:
        query = {"query": "subscription {count(to: 1)}"}
        response = await post(at, query, authorization="", accept=EVENT_STREAM)
    assert response.status_code == 401


async def test_comments_keep_a_silent_stream_alive() -> None:
    app = Desk().app(patience=Patience(ping=0.01))
    async with served(app) as at, stream(at, "subscription {silence}") as lines:
        assert await event(lines) == ("next", {"data": {"silence": 0}})
        assert [await anext(lines) for _ in range(5)] == ["", ":", "", ":", ""]


async def test_a_stream_whose_reader_left_is_over() -> None:
    app = Desk().app()
    async with served(app) as at:
        async with stream(at, "subscription {silence}") as lines:
            await event(lines)
            assert len(app.sessions()) == 1
        await asyncio.wait_for(until_open(app, 0), 5)


async def test_a_reader_who_stops_reading_is_dropped() -> None:
    app = Desk().app(patience=Patience(send=0.05))
    async with served(app) as at, stream(at, "subscription {flood}") as lines:
        await event(lines)
        await asyncio.wait_for(until_open(app, 0), 5)
        with pytest.raises(httpx.RemoteProtocolError):
            _ = [line async for line in lines]


async def test_a_reader_who_stops_reading_cannot_hold_up_a_shutdown() -> None:
    app = Desk().app(patience=Patience(close=0.1))
    async with served(app) as at, stream(at, "subscription {flood}") as lines:
        await event(lines)
        await asyncio.sleep(0.05)  # the buffers fill, so that the end has to wait

        await app.shutdown()

        await asyncio.wait_for(until_open(app, 0), 5)


async def test_a_stream_ends_with_its_token() -> None:
    desk = Desk()
    app = desk.app()
    async with served(app) as at, stream(at, "subscription {silence}") as lines:
        await event(lines)
        await app.end_sessions([desk.tokens["other"]])
        assert len(app.sessions()) == 1

        await app.end_sessions([desk.tokens["good"]], reason="revoked")

        name, told = await event(lines)
        assert name == "next"
        assert told["errors"] == [{"message": "revoked", "extensions": {"code": "UNAUTHENTICATED"}}]
        assert await event(lines) == COMPLETE


async def test_a_shutdown_ends_a_stream_without_complete_so_that_clients_come_back() -> None:
    app = Desk().app()
    async with served(app) as at, stream(at, "subscription {silence}") as lines:
        await event(lines)
        await app.shutdown()
        with pytest.raises(EOFError):
            await event(lines)
        refused = await post(at, {"query": "subscription {silence}"}, accept=EVENT_STREAM)
    assert refused.status_code == 503
    assert refused.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
