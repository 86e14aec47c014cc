"""A cursor that leads nowhere is refused, or answered with the way on; never with silence."""

import pytest

from escgraph.stream.cursor import Cursor
from tests.end_to_end.desk import Desk, Json, heard, say

FOREIGN = Cursor("00000000-0000-0000-0000-000000000000", 1).encode()
"""Of another database, or of another life of this one."""


@pytest.mark.parametrize(
    "cursor",
    ["42", "", "x" * 10_000, FOREIGN + "x"],
)
def test_a_cursor_that_is_none_is_refused(desk: Desk, cursor: str) -> None:
    answer = desk.ask("query($after: Cursor) { events(after: $after) { cursor } }", after=cursor)

    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_a_cursor_of_another_database_is_refused(desk: Desk) -> None:
    answer = desk.ask("query($after: Cursor) { events(after: $after) { cursor } }", after=FOREIGN)

    assert answer["errors"][0]["extensions"]["code"] == "INVALID_INPUT"


def test_a_subscriber_with_a_cursor_of_another_database_is_told_to_start_anew(desk: Desk) -> None:
    document = "subscription($after: Cursor) { events(after: $after) { __typename } }"
    payload = {"query": document, "variables": {"after": FOREIGN}}

    with desk.socket() as socket:
        say(socket, "connection_init", payload={"Authorization": f"Bearer {desk.token}"})
        say(socket, "subscribe", id="1", payload=payload)
        said = [heard(socket) for _ in range(3)]

    assert [frame["type"] for frame in said] == ["connection_ack", "next", "next"]
    items = [frame["payload"]["data"]["events"]["__typename"] for frame in said[1:]]
    assert items == ["Resync", "CaughtUp"]


def test_a_cursor_of_a_list_in_another_order_is_refused(desk: Desk, ticket: Json) -> None:
    document = """query($sort: TicketSort!, $after: String) {
        tickets(sort: $sort, first: 1, after: $after) { pageInfo { endCursor } } }"""
    page = desk.ask(document, sort="OPENED_ASC")["data"]["tickets"]

    answer = desk.ask(document, sort="DUE_ASC", after=page["pageInfo"]["endCursor"])

    assert answer["errors"][0]["extensions"]["code"] == "INVALID_INPUT"
