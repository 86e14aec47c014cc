"""GraphQL over HTTP, on a real server with real clients."""

import asyncio

import httpx
import pytest
from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from structlog.testing import capture_logs

from escgraph.api.negotiation import EVENT_STREAM, GRAPHQL_JSON, JSON, wish
from escgraph.commands.outages import DatabaseUnavailable
from tests.api.toy import BEARER, SECRET, Desk, Json, post, served, stock_app

NAME = {"query": "{name}"}


def error_of(response: httpx.Response) -> Json:
    """The only error of a refusal, which holds nothing else."""
    assert response.headers["content-type"].startswith((JSON, GRAPHQL_JSON))
    (error,) = response.json().pop("errors")
    return error


def code_of(response: httpx.Response) -> str:
    return str(error_of(response)["extensions"]["code"])


async def test_a_query_is_answered() -> None:
    async with served(Desk().app()) as at:
        response = await post(at, NAME)
    assert response.status_code == 200
    assert response.headers["content-type"] == JSON
    assert response.content == b'{"data":{"name":"toy"}}'


async def test_a_client_that_is_not_ours_gets_query_and_mutation() -> None:
    async with served(Desk().app()) as at:
        transport = AIOHTTPTransport(f"http://{at}", headers=BEARER, ssl=False)
        async with Client(transport=transport, fetch_schema_from_transport=True) as client:
            assert await client.execute(gql("{child {name}}")) == {"child": {"name": "toy"}}
            assert await client.execute(gql("mutation {touch}")) == {"touch": 1}


async def test_each_request_has_a_context_of_its_own() -> None:
    async with served(Desk().app()) as at:
        answers = [(await post(at, {"query": "{context}"})).json() for _ in range(2)]
    assert answers == [{"data": {"context": 1}}, {"data": {"context": 2}}]


@pytest.mark.parametrize("header", ["", "Bearer wrong", "Basic good", "good"])
async def test_without_a_good_token_nothing_is_read(header: str) -> None:
    desk = Desk()
    async with served(desk.app()) as at:
        response = await post(at, b"not even JSON", authorization=header)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert error_of(response)["extensions"] == {"code": "UNAUTHENTICATED"}
    assert desk.contexts == 0


async def test_an_outage_while_the_token_is_checked_is_masked() -> None:
    with capture_logs() as logged:
        async with served(Desk(outage=ConnectionError(SECRET)).app()) as at:
            response = await post(at, NAME)
    assert response.status_code == 500
    assert code_of(response) == "INTERNAL"
    assert SECRET not in response.text
    assert SECRET in str(logged[0]["exc_info"])


async def test_a_database_that_is_away_while_the_token_is_checked_asks_to_come_back() -> None:
    with capture_logs():
        async with served(Desk(outage=DatabaseUnavailable(SECRET)).app()) as at:
            response = await post(at, NAME)
    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"
    assert error_of(response)["extensions"] == {"code": "UNAVAILABLE"}
    assert SECRET not in response.text


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
async def test_only_post_is_allowed(method: str) -> None:
    async with served(Desk().app()) as at, httpx.AsyncClient() as client:
        response = await client.request(
            method, f"http://{at}?query={{name}}", headers={"Accept": "text/html", **BEARER}
        )
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert code_of(response) == "BAD_REQUEST"


async def test_the_page_to_try_it_is_there_only_when_asked_for() -> None:
    async with served(Desk().app(ide=True)) as at, httpx.AsyncClient() as client:
        page = await client.get(f"http://{at}", headers={"Accept": "text/html"})
        other = await client.get(f"http://{at}")
    assert "graphiql" in page.text.lower()
    assert other.status_code == 405


@pytest.mark.parametrize(
    "media_type", ["", "text/plain", "application/graphql", "text/application/json"]
)
async def test_a_body_of_another_media_type_is_refused(media_type: str) -> None:
    async with served(Desk().app()) as at:
        response = await post(at, NAME, content_type=media_type)
    assert response.status_code == 415
    assert code_of(response) == "BAD_REQUEST"


async def test_the_librarys_view_takes_any_media_type_that_contains_the_right_one() -> None:
    async with served(stock_app()) as at:
        response = await post(at, NAME, content_type="text/application/json")
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b'{"query": "{name}"} trailing', "no JSON"),
        (b'{"query": "\xff"}', "no JSON"),
        (b"[" * 5000, "no JSON"),
        (b"7", "must be a JSON object"),
        (b'"query"', "must be a JSON object"),
        (b"null", "must be a JSON object"),
        ([NAME, NAME], "batches are not supported"),
        ({}, "query must be a string"),
        ({"query": 7}, "query must be a string"),
        ({"query": None}, "query must be a string"),
        ({"query": ""}, '"query"'),
        ({**NAME, "variables": []}, "variables must be an object"),
        ({**NAME, "variables": "{}"}, "variables must be an object"),
        ({**NAME, "extensions": 1}, "extensions must be an object"),
        ({**NAME, "operationName": 1}, "operationName must be a string"),
    ],
)
async def test_a_body_that_is_no_operation_is_refused(body: object, words: str) -> None:
    async with served(Desk().app()) as at:
        response = await post(at, body)
    assert response.status_code == 400
    assert words in error_of(response)["message"]
    assert code_of(response) == "BAD_REQUEST"


async def test_the_librarys_view_crashes_on_json_that_is_no_object() -> None:
    async with served(stock_app()) as at:
        response = await post(at, b"7")
    assert response.status_code == 500


async def test_a_body_over_the_limit_is_refused_by_its_announced_length() -> None:
    async with served(Desk().app(max_body=100)) as at:
        fits = await post(at, b'{"query":"{name}"}'.ljust(100))
        long = await post(at, b'{"query":"{name}"}'.ljust(101))
    assert fits.status_code == 200
    assert long.status_code == 413
    assert "longer than 100 bytes" in error_of(long)["message"]
    assert code_of(long) == "TOO_LARGE"


async def test_a_body_without_announced_length_is_read_only_up_to_the_limit() -> None:
    """The client goes on sending only once it has the answer: nobody waits for the rest."""
    async with served(Desk().app(max_body=1000)) as at:
        host, port = at.removesuffix("/graphql").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            b"POST /graphql HTTP/1.1\r\nHost: toy\r\nAuthorization: Bearer good\r\n"
            b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"3e9\r\n" + b" " * 1001 + b"\r\n"
        )
        status = await asyncio.wait_for(reader.readline(), 5)
        writer.close()
    assert b" 413 " in status


async def test_an_unknown_operation_name_is_a_request_error() -> None:
    async with served(Desk().app()) as at:
        body = {"query": "query A {name}", "operationName": "B"}
        response = await post(at, body, accept=GRAPHQL_JSON)
    assert response.status_code == 400
    assert code_of(response) == "BAD_REQUEST"


@pytest.mark.parametrize("query", ["{", "{nonsense}", "query($m: DateTime!) {at(moment: $m)}"])
async def test_graphqls_own_media_type_says_by_status_that_nothing_ran(query: str) -> None:
    async with served(Desk().app()) as at:
        modern = await post(at, {"query": query}, accept=GRAPHQL_JSON)
        plain = await post(at, {"query": query}, accept=JSON)
    assert modern.headers["content-type"] == GRAPHQL_JSON
    assert modern.status_code == 400
    assert plain.headers["content-type"] == JSON
    assert plain.status_code == 200
    assert modern.json()["errors"] == plain.json()["errors"]


async def test_an_error_within_a_field_is_a_good_answer_with_either_media_type() -> None:
    async with served(Desk().app()) as at:
        body = {"query": '{refused(how: "gone")}'}
        response = await post(at, body, accept=GRAPHQL_JSON)
    assert response.status_code == 200
    assert response.json()["data"] == {"refused": None}


async def test_the_librarys_view_ignores_graphqls_own_media_type() -> None:
    async with served(stock_app()) as at:
        response = await post(at, {"query": "{nonsense}"}, accept=GRAPHQL_JSON)
    assert response.headers["content-type"] == JSON
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("accept", "single", "stream"),
    [
        ("", JSON, "if need be"),
        ("*/*", JSON, "if need be"),
        ("application/json", JSON, "no"),
        ("Application/JSON; charset=utf-8", JSON, "no"),
        ("application/*", JSON, "no"),
        ("application/graphql-response+json", GRAPHQL_JSON, "no"),
        ("application/json, application/graphql-response+json", GRAPHQL_JSON, "no"),
        ("application/json, application/graphql-response+json;q=0.9", JSON, "no"),
        ("application/graphql-response+json;q=0.5, */*;q=0.1", GRAPHQL_JSON, "if need be"),
        ("text/event-stream", None, "rather"),
        ("text/event-stream, application/json", JSON, "if need be"),
        ("text/event-stream, application/json;q=0.9", JSON, "rather"),
        ("text/event-stream;q=0.9, application/json", JSON, "if need be"),
        ("application/json, text/event-stream;q=0", JSON, "no"),
        ("*/*, text/event-stream;q=0", JSON, "no"),
        ("text/*", None, "rather"),
        ("text/html", None, "no"),
        ("text/event-stream-of-consciousness", None, "no"),
        ("application/json;q=much", None, "no"),
    ],
)
def test_accept_is_weighed_by_its_q_values(accept: str, single: str | None, stream: str) -> None:
    wanted = wish(accept)
    assert wanted.single == single
    assert wanted.stream == (stream != "no")
    assert wanted.rather_stream == (stream == "rather")


async def test_a_client_that_accepts_nothing_we_have_is_told_what_we_have() -> None:
    async with served(Desk().app()) as at:
        response = await post(at, NAME, accept="text/html")
    assert response.status_code == 406
    assert EVENT_STREAM in error_of(response)["message"]


async def test_a_subscription_without_a_stream_is_refused_with_advice() -> None:
    async with served(Desk().app()) as at:
        response = await post(at, {"query": "subscription {count(to: 1)}"}, accept=JSON)
    assert response.status_code == 406
    assert "text/event-stream, or a WebSocket" in error_of(response)["message"]


async def test_a_query_is_not_streamed_to_a_client_that_refuses_streams() -> None:
    refuses = "application/json, text/event-stream;q=0"
    async with (
        served(Desk().app()) as ours,
        served(stock_app()) as stock,
    ):
        assert (await post(ours, NAME, accept=refuses)).headers["content-type"] == JSON
        streamed = await post(stock, NAME, accept=refuses)
    assert streamed.headers["content-type"] == EVENT_STREAM
