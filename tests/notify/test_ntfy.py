"""ntfy: what the phone shows, and what the server answers."""

from typing import Any

import orjson
import pytest

from escgraph.notify.letter import Action
from escgraph.notify.ntfy import MOST_BYTES, content, send
from escgraph.notify.outcome import UndeliveredError
from escgraph.notify.target import Target
from tests.notify.clients import client
from tests.notify.letters import NINE, letter
from tests.receiver import Receiver, answer, retry_after

TAKEN = answer(200, b'{"id":"xE73Iyuabi","time":1673542291,"event":"message","topic":"desk"}')


def message(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of a letter
    found: dict[str, Any] = orjson.loads(content(letter(**changes), "desk"))
    return found


async def test_an_escalation_is_published_to_the_server_of_the_topic() -> None:
    with Receiver() as receiver:
        receiver.behave("/", TAKEN)
        target = Target("phone", receiver.url("/desk-alerts"))
        assert await send(client(), letter(), target, at=NINE) == "answered 200"

    (request,) = receiver.requests
    assert request.path == "/"
    assert orjson.loads(request.body) == {
        "topic": "desk-alerts",
        "title": "[URGENT] TCK-42 is now with MANAGEMENT: Mail is down",
        "message": letter().text,
        "priority": 5,
        "tags": ["rotating_light"],
        "click": "https://desk.example.org/tickets/42",
        "actions": [
            {
                "action": "http",
                "label": "Accept the ticket",
                "url": "https://desk.example.org/act/yes",
                "method": "POST",
                "clear": True,
            },
            {
                "action": "http",
                "label": "Reject",
                "url": "https://desk.example.org/act/no",
                "method": "POST",
                "clear": True,
            },
            {
                "action": "view",
                "label": "Package (Markdown)",
                "url": "https://desk.example.org/package.md",
            },
        ],
    }


def test_only_an_urgent_letter_rings() -> None:
    made = message(urgent=False, link=None)

    assert (made["priority"], made["tags"]) == (3, [])
    assert "click" not in made


@pytest.mark.parametrize(
    ("path", "posted"),
    [
        ("/desk?auth=QmVhcmVyIHRr", "/?auth=QmVhcmVyIHRr"),
        ("/push/desk", "/push"),
        ("/desk#x", "/"),
    ],
)
async def test_the_topic_is_the_last_part_of_the_path_and_a_token_stays_in_the_query(
    path: str, posted: str
) -> None:
    with Receiver() as receiver:
        receiver.behave(posted, TAKEN)
        await send(client(), letter(), Target("phone", receiver.url(path)), at=NINE)

    assert [request.path for request in receiver.requests] == [posted]
    assert orjson.loads(receiver.requests[0].body)["topic"] == "desk"


@pytest.mark.parametrize("address", ["https://ntfy.sh", "https://ntfy.sh/", "nothing:", ""])
async def test_an_address_without_a_topic_says_so(address: str) -> None:
    with pytest.raises(UndeliveredError, match="names no topic") as failure:
        await send(client(), letter(), Target("phone", address), at=NINE)

    assert not failure.value.again


@pytest.mark.parametrize("text", ["t" * 9_000, "ü" * 9_000, '"\n' * 9_000, "😀" * 3_000])
def test_a_message_has_at_most_4096_bytes_and_its_request_twice_that(text: str) -> None:
    actions = tuple(Action("l" * 90, "https://a.example/".ljust(400, "x")) for _ in range(5))

    body = content(letter(subject="s" * 900, text=text, actions=actions), "desk")
    made = orjson.loads(body)

    assert len(body) <= 8_192
    assert 2_000 < len(made["message"].encode()) <= MOST_BYTES
    assert made["message"].endswith("The whole is in the ticket.]")
    assert len(made["actions"]) == 3


def test_a_message_that_just_fits_is_left_as_it_is() -> None:
    assert message(text="t" * MOST_BYTES)["message"] == "t" * MOST_BYTES


@pytest.mark.parametrize(
    ("status", "body", "reason", "again"),
    [
        (400, b'{"code":40009,"http":400,"error":"x"}', "answered 400: ntfy's error 40009", False),
        (403, b'{"code":40301,"http":403,"error":"x"}', "answered 403: ntfy's error 40301", False),
        (404, b"<html>nothing here</html>", "answered 404", False),
        (500, b'{"code":"hush"}', "answered 500", True),
        (200, b"<html>log in</html>", "it does not answer as ntfy does; check the address", False),
        (200, b"[]", "it does not answer as ntfy does; check the address", False),
    ],
)
async def test_what_ntfy_answers_is_understood(
    status: int, body: bytes, reason: str, *, again: bool
) -> None:
    with Receiver() as receiver:
        receiver.behave("/", answer(status, body))
        with pytest.raises(UndeliveredError) as failure:
            await send(client(), letter(), Target("phone", receiver.url("/desk")), at=NINE)

    assert (failure.value.reason, failure.value.again) == (reason, again)
    assert not failure.value.gone


async def test_a_busy_ntfy_is_left_alone() -> None:
    with Receiver() as receiver:
        receiver.behave("/", retry_after(429, 60))
        with pytest.raises(UndeliveredError) as failure:
            await send(client(), letter(), Target("phone", receiver.url("/desk")), at=NINE)

    assert failure.value.again
    assert failure.value.retry_after is not None
    assert failure.value.retry_after.total_seconds() == 60
