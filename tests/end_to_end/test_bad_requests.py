"""What cannot be executed at all is refused with a stable code, and nothing is written."""

import json

import pytest

from tests.end_to_end.client import mutation
from tests.end_to_end.desk import REPORT, Desk, Json, close_code, code, say


def test_a_body_of_two_megabytes_is_refused_unread(desk: Desk) -> None:
    with desk.unchanged():
        response = desk.post(json.dumps({"query": "x" * 2_000_000}).encode())

    assert (response.status_code, code(response)) == (413, "TOO_LARGE")


@pytest.mark.parametrize(
    "body",
    [b"", b'{"query": ', b"\xff\xfe", b"[]", b"null", b'"{ me { name } }"', b'{"variables": {}}'],
)
def test_a_body_that_is_no_operation_is_a_bad_request(desk: Desk, body: bytes) -> None:
    with desk.unchanged():
        response = desk.post(body)

    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


def test_another_media_type_is_refused(desk: Desk) -> None:
    with desk.unchanged():
        response = desk.post(b"query=1", **{"Content-Type": "text/plain"})

    assert (response.status_code, code(response)) == (415, "BAD_REQUEST")


@pytest.mark.parametrize("credentials", ["", "Bearer", "Bearer esc_of-somebody-else", "Basic YTpi"])
def test_nobody_acts_without_a_good_token(desk: Desk, credentials: str) -> None:
    body = {"query": mutation("openTicket"), "variables": {"input": REPORT}}

    with desk.unchanged():
        response = desk.post(json.dumps(body).encode(), Authorization=credentials)

    assert (response.status_code, code(response)) == (401, "UNAUTHENTICATED")
    assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("{ me { name }", "GRAPHQL_PARSE_FAILED"),
        ("{ me { shoeSize } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ tickets(filter: {tiers: [LEVEL_9]}) { nodes { id } } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ node(id: 1) " + "{ ... on Ticket " * 120 + "{ id }" + " }" * 121, "TOO_LARGE"),
        ("{ me { " + "name " * 3000 + "} }", "TOO_LARGE"),
    ],
)
def test_a_document_that_cannot_be_executed_says_why(desk: Desk, document: str, code: str) -> None:
    with desk.unchanged():
        answer = desk.ask(document)

    assert "data" not in answer
    assert answer["errors"][0]["extensions"]["code"] == code


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"priority": "PRESSING"}, "PRESSING"),
        ({"priority": None}, "priority"),
        ({"title": 7}, "title"),
        ({"colour": "red"}, "colour"),
        ({"reportedAt": "2026-03-01T09:00:00"}, "offset"),
        ({"reportedAt": "yesterday"}, "yesterday"),
    ],
)
def test_a_value_that_does_not_fit_its_type_is_named(
    desk: Desk, wrong: dict[str, object], told: str
) -> None:
    with desk.unchanged():
        answer = desk.ask(mutation("openTicket"), input={**REPORT, **wrong})

    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert told in answer["errors"][0]["message"]


def test_a_missing_field_is_named(desk: Desk) -> None:
    without = {name: text for name, text in REPORT.items() if name != "priority"}

    with desk.unchanged():
        answer = desk.ask(mutation("openTicket"), input=without)

    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert "priority" in answer["errors"][0]["message"]


@pytest.mark.parametrize("payload", [None, {}, {"Authorization": "Bearer esc_no"}, {"token": 7}])
def test_a_socket_without_a_good_token_is_closed(desk: Desk, payload: Json | None) -> None:
    with desk.unchanged(), desk.socket() as socket:
        say(socket, "connection_init", payload=payload)

        assert close_code(socket) == 4403


def test_a_socket_that_does_not_introduce_itself_is_closed(desk: Desk) -> None:
    with desk.unchanged(), desk.socket() as socket:
        say(socket, "subscribe", id="1", payload={"query": "subscription { board { __typename } }"})

        assert close_code(socket) == 4401


@pytest.mark.parametrize("frame", ["no JSON", "[]", "7", '{"type": 1}', '{"type": "subscribe"}'])
def test_a_frame_that_is_no_message_closes_its_socket(desk: Desk, frame: str) -> None:
    with desk.unchanged(), desk.socket() as socket:
        socket.send(frame)

        assert close_code(socket) == 4400


def test_a_frame_of_two_megabytes_closes_its_socket(desk: Desk) -> None:
    with desk.unchanged(), desk.socket() as socket:
        socket.send("x" * 2_000_000)

        assert close_code(socket) == 1009
