"""graphql-transport-ws, on a real server with real clients."""

import asyncio
from typing import Any

import orjson
import pytest
import strawberry
from gql import Client, gql
from gql.transport.websockets import WebsocketsTransport
from strawberry.asgi import GraphQL
from structlog.testing import capture_logs
from websockets.asyncio.client import ClientConnection

from escgraph.api.peer import Patience
from escgraph.api.session import bearer
from tests.api.toy import (
    SECRET,
    Context,
    Desk,
    Mutation,
    Query,
    Subscription,
    closing,
    hear,
    initialised,
    say,
    served,
    session,
    socket_to,
    stock_app,
    subscribe,
)


async def test_a_subscription_is_answered_to_its_end() -> None:
    async with served(Desk().app()) as at, socket_to(at) as ws:
        await initialised(ws)
        await subscribe(ws, "subscription {count(to: 2)}")
        assert [await hear(ws) for _ in range(3)] == [
            {"id": "1", "type": "next", "payload": {"data": {"count": 0}}},
            {"id": "1", "type": "next", "payload": {"data": {"count": 1}}},
            {"id": "1", "type": "complete"},
        ]


async def test_a_client_that_is_not_ours_gets_every_kind_of_operation() -> None:
    app = Desk().app(patience=Patience(ping=0.01, silence=0.5))
    async with served(app) as at:
        transport = WebsocketsTransport(
            f"ws://{at}",
            init_payload={"Authorization": "Bearer good"},
            subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        )
        async with Client(transport=transport) as client:
            numbers = [n async for n in client.subscribe(gql("subscription {count(to: 3)}"))]
            assert numbers == [{"count": 0}, {"count": 1}, {"count": 2}]
            assert await client.execute(gql("{name}")) == {"name": "toy"}
            assert await client.execute(gql("mutation {touch}")) == {"touch": 1}


@pytest.mark.parametrize(
    "payload",
    [
        {"Authorization": "Bearer good"},
        {"authorization": "bearer  good "},
        {"token": "good"},
        {"Authorization": None, "token": "good"},
    ],
)
async def test_the_token_comes_with_connection_init(payload: dict[str, str]) -> None:
    app = Desk().app()
    async with served(app) as at, socket_to(at) as ws:
        assert app.sessions() == ()
        await say(ws, {"type": "connection_init", "payload": payload})
        assert await hear(ws) == {"type": "connection_ack"}
        assert len(app.sessions()) == 1


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ({"Authorization": "Bearer wrong"}, "send a good token"),
        ({"Authorization": "Basic good"}, "send a token"),
        ({"token": 7}, "send a token"),
        ({}, "send a token"),
        (None, "send a token"),
    ],
)
async def test_a_socket_without_a_good_token_is_closed(payload: object, reason: str) -> None:
    desk = Desk()
    async with served(desk.app()) as at, socket_to(at) as ws:
        await say(ws, {"type": "connection_init", "payload": payload})
        assert await closing(ws) == (4403, reason)
    assert desk.contexts == 0


def test_bearer_is_the_only_scheme() -> None:
    assert bearer("Bearer  x ") == bearer("bearer x") == "x"
    assert bearer("Basic x") is bearer("Bearer ") is bearer("x") is bearer(None) is None


async def test_an_outage_while_the_token_is_checked_asks_to_come_back() -> None:
    with capture_logs() as logged:
        async with served(Desk(outage=ConnectionError(SECRET)).app()) as at, socket_to(at) as ws:
            await say(ws, {"type": "connection_init"})
            code, reason = await closing(ws)
    assert code == 1013
    assert reason == f"internal error; quote {logged[0]['error_id']} to the operator"


async def test_an_operation_before_connection_init_closes_the_socket() -> None:
    async with served(Desk().app()) as at, socket_to(at) as ws:
        await subscribe(ws, "{name}")
        assert await closing(ws) == (4401, "Unauthorized")


async def test_a_second_connection_init_closes_the_socket() -> None:
    async with served(Desk().app()) as at, socket_to(at) as ws:
        await initialised(ws)
        await say(ws, {"type": "connection_init"})
        assert (await closing(ws))[0] == 4429


async def test_a_socket_that_says_nothing_is_closed() -> None:
    app = Desk().app(patience=Patience(initialise=0.02))
    async with served(app) as at, socket_to(at) as ws:
        assert (await closing(ws))[0] == 4408


@pytest.mark.parametrize("protocols", [("graphql-ws",), ("soap",)])
async def test_another_subprotocol_is_not_acceptable(protocols: tuple[str, ...]) -> None:
    async with served(Desk().app()) as at, socket_to(at, *protocols) as ws:
        assert await closing(ws) == (4406, "Subprotocol not acceptable")


GOOD = {"id": "1", "type": "subscribe", "payload": {"query": "{name}"}}


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ("[]", "must be a JSON object with a type"),
        ("7", "must be a JSON object with a type"),
        ("null", "must be a JSON object with a type"),
        ("{}", "must be a JSON object with a type"),
        ({"type": 7}, "must be a JSON object with a type"),
        ({"type": []}, "must be a JSON object with a type"),
        ("{", "valid JSON"),
        (b"{}", "must be text"),
        ({"type": "nonsense"}, "Unknown message type: nonsense"),
        ({"type": "ping", "payload": 7}, "the payload of ping must be an object"),
        ({"type": "connection_init", "payload": []}, "the payload of connection_init must be"),
        ({"type": "complete"}, "complete needs an id"),
        ({**GOOD, "id": 7}, "subscribe needs an id"),
        ({"type": "subscribe", "payload": GOOD["payload"]}, "subscribe needs an id"),
        ({**GOOD, "payload": None}, "must be a JSON object"),
        ({**GOOD, "payload": "{name}"}, "must be a JSON object"),
        ({**GOOD, "payload": {}}, "query must be a string"),
        ({**GOOD, "payload": {"query": 7}}, "query must be a string"),
        ({**GOOD, "payload": {"query": "{name}", "variables": []}}, "variables must be"),
        ({**GOOD, "payload": {"query": "{name}", "operationName": 7}}, "operationName must be"),
    ],
)
async def test_a_frame_that_is_no_message_closes_the_socket(frame: object, reason: str) -> None:
    async with served(Desk().app()) as at, socket_to(at) as ws:
        await initialised(ws)
        await ws.send(frame if isinstance(frame, str | bytes) else orjson.dumps(frame).decode())
        code, said = await closing(ws)
    assert code == 4400
    assert reason in (said or "")


async def test_a_reason_that_is_too_long_for_a_close_frame_is_cut() -> None:
    async with served(Desk().app()) as at, socket_to(at) as ws:
        await say(ws, {"type": "é" * 200})
        code, reason = await closing(ws)
    assert code == 4400
    assert len((reason or "").encode()) in {122, 123}


async def test_each_operation_on_a_socket_has_a_context_of_its_own() -> None:
    async with served(Desk().app()) as at, socket_to(at) as ws:
        await initialised(ws)
        seen = []
        for id_ in "123":
            await subscribe(ws, "subscription {context}", as_id=id_)
            seen.append((await hear(ws))["payload"]["data"]["context"])
    assert seen == [1, 2, 3]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("subscription {" + "x" * 500, "GRAPHQL_PARSE_FAILED"),
        ("{nonsense}", "GRAPHQL_VALIDATION_FAILED"),
        ("", "BAD_REQUEST"),
        ("fragment F on Toy {name}", "BAD_REQUEST"),
        ("query($m: DateTime!) {at(moment: $m)}", "BAD_USER_INPUT"),
        ("subscription($n: Int!) {count(to: $n)}", "BAD_USER_INPUT"),
    ],
)
async def test_an_operation_that_cannot_start_fails_alone(query: str, code: str) -> None:
    async with served(Desk().app()) as at, socket_to(at) as ws:
        await initialised(ws)
        await subscribe(ws, query)
        message = await hear(ws)
        assert message["type"] == "error"
        assert message["payload"][0]["extensions"]["code"] == code

        await subscribe(ws, "{name}")
        assert (await hear(ws))["payload"] == {"data": {"name": "toy"}}


async def test_a_stream_that_raises_ends_with_error() -> None:
    with capture_logs():
        async with served(Desk().app()) as at, socket_to(at) as ws:
            await initialised(ws)
            await subscribe(ws, "subscription {breaks}")
            assert (await hear(ws))["type"] == "next"
            message = await hear(ws)
            assert message["type"] == "error"
            assert message["payload"][0]["extensions"]["code"] == "INTERNAL"
            assert SECRET not in str(message)

            await subscribe(ws, "subscription {refuses}")
            assert (await hear(ws))["type"] == "next"
            assert (await hear(ws))["payload"][0]["extensions"]["code"] == "NOT_FOUND"


async def test_an_error_within_a_field_is_a_good_answer() -> None:
    async with served(Desk().app()) as at, socket_to(at) as ws:
        await initialised(ws)
        await subscribe(ws, '{refused(how: "gone")}')
        message = await hear(ws)
        assert message["type"] == "next"
        assert message["payload"]["data"] == {"refused": None}
        assert (await hear(ws))["type"] == "complete"


async def test_complete_from_the_client_ends_the_operation_and_frees_its_id() -> None:
    async with served(Desk().app()) as at, socket_to(at) as ws:
        await initialised(ws)
        for _ in range(3):
            await subscribe(ws, "subscription {silence}")
            assert (await hear(ws))["payload"] == {"data": {"silence": 0}}
            await say(ws, {"id": "1", "type": "complete"})
        await say(ws, {"id": "1", "type": "complete"})
        await say(ws, {"type": "ping"})
        assert await hear(ws) == {"type": "pong"}


async def test_an_id_that_is_in_use_closes_the_socket() -> None:
    async with served(Desk().app(max_operations=1)) as at, socket_to(at) as ws:
        await initialised(ws)
        await subscribe(ws, "subscription {silence}")
        await hear(ws)
        await subscribe(ws, "subscription {silence}")
        assert (await closing(ws))[0] == 4409


async def test_one_operation_more_than_allowed_is_refused_and_the_others_go_on() -> None:
    async with served(Desk().app(max_operations=2)) as at, socket_to(at) as ws:
        await initialised(ws)
        for id_ in "12":
            await subscribe(ws, "subscription {silence}", as_id=id_)
            assert (await hear(ws))["type"] == "next"

        await subscribe(ws, "{name}", as_id="3")
        message = await hear(ws)
        assert (message["id"], message["type"]) == ("3", "error")
        assert message["payload"][0]["extensions"]["code"] == "TOO_LARGE"

        await say(ws, {"id": "1", "type": "complete"})
        await subscribe(ws, "{name}", as_id="3")
        assert (await hear(ws))["type"] == "next"


# What the library does without the mends: each fails when the library mends it, and ours may go.


async def stock_conversation(ws: ClientConnection) -> None:
    await say(ws, {"type": "connection_init"})
    assert (await hear(ws))["type"] == "connection_ack"


async def test_the_librarys_handler_crashes_on_a_frame_that_is_no_object() -> None:
    async with served(stock_app()) as at, socket_to(at) as ws:
        await stock_conversation(ws)
        await ws.send("[]")
        assert (await closing(ws))[0] != 4400


async def test_the_librarys_handler_closes_the_socket_for_a_typo() -> None:
    async with served(stock_app()) as at, socket_to(at) as ws:
        await stock_conversation(ws)
        await subscribe(ws, "{")
        assert (await closing(ws))[0] == 4400


async def test_the_librarys_handler_cannot_close_with_a_long_reason() -> None:
    async with served(stock_app()) as at, socket_to(at) as ws:
        await say(ws, {"type": "x" * 200})
        assert (await closing(ws))[0] != 4400


async def test_the_librarys_handler_ends_a_broken_stream_with_complete() -> None:
    async with served(stock_app()) as at, socket_to(at) as ws:
        await stock_conversation(ws)
        await subscribe(ws, "subscription {breaks}")
        assert [(await hear(ws))["type"] for _ in range(3)] == ["next", "next", "complete"]


async def test_the_librarys_handler_makes_one_context_before_it_knows_who_asks() -> None:
    desk = Desk()

    class Stock(GraphQL[Any, None]):
        async def get_context(self, request: object, response: object) -> Context:
            return desk.make_context(session(desk.tokens["good"]))

    stock = Stock(strawberry.Schema(Query, Mutation, Subscription))
    async with served(stock) as at, socket_to(at) as ws:
        await stock_conversation(ws)
        seen = []
        for id_ in "12":
            await subscribe(ws, "subscription {context}", as_id=id_)
            seen.append((await hear(ws))["payload"]["data"]["context"])
    assert seen == [1, 1]


async def test_the_librarys_adapter_makes_bytes_binary_frames() -> None:
    class Stock(GraphQL[Any, None]):
        def encode_json(self, data: object) -> bytes:
            return orjson.dumps(data)

    stock = Stock(strawberry.Schema(Query, Mutation, Subscription))
    async with served(stock) as at, socket_to(at) as ws:
        await say(ws, {"type": "connection_init"})
        assert await asyncio.wait_for(ws.recv(), 5) == b'{"type":"connection_ack"}'
