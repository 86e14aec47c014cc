"""Teams' webhooks: the card that a person sees, and errors that come as success."""

from typing import Any

import orjson
import pytest

from escgraph.notify.letter import Action
from escgraph.notify.outcome import UndeliveredError
from escgraph.notify.target import Target
from escgraph.notify.teams import MOST_BYTES, content, send
from tests.notify.clients import client
from tests.notify.letters import NINE, letter
from tests.receiver import Receiver, answer, drip_body, retry_after

FAILED = b"Webhook message delivery failed with error: "


def card(body: bytes) -> dict[str, Any]:
    (attachment,) = orjson.loads(body)["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    found: dict[str, Any] = attachment["content"]
    return found


def shown(body: bytes) -> list[str]:
    """The lines of the card, from its top."""
    return ["".join(run["text"] for run in block["inlines"]) for block in card(body)["body"]]


async def test_an_escalation_arrives_as_a_card() -> None:
    with Receiver() as receiver:
        receiver.behave("/workflow?sig=x", answer(202))
        target = Target("Operations", receiver.url("/workflow?sig=x"))
        assert await send(client(), letter(), target, at=NINE) == "answered 202"

    (request,) = receiver.requests
    made = card(request.body)
    assert (made["type"], made["version"]) == ("AdaptiveCard", "1.4")
    assert shown(request.body) == [
        "[URGENT] TCK-42 is now with MANAGEMENT: Mail is down",
        "TCK-42 was escalated to MANAGEMENT, as nobody resolved it within 4 hours.",
        "What happened: Mail is down for all of Berlin.",
        "Accept it by 13:15 (Europe/Berlin).",
    ]
    assert [block.get("spacing") for block in made["body"]] == [None, "Medium", "Medium", "None"]
    assert [(action["type"], action["title"], action["url"]) for action in made["actions"]] == [
        ("Action.OpenUrl", "Accept the ticket", "https://desk.example.org/act/yes"),
        ("Action.OpenUrl", "Reject", "https://desk.example.org/act/no"),
        ("Action.OpenUrl", "Open", "https://desk.example.org/tickets/42"),
        ("Action.OpenUrl", "Package (Markdown)", "https://desk.example.org/package.md"),
    ]


def test_no_text_of_a_ticket_stands_where_markup_is_read() -> None:
    hostile = "[Accept](https://evil.example) <at>Everybody</at> **bold**"
    made = card(content(letter(subject=hostile, text=hostile)))

    assert shown(content(letter(subject=hostile, text=hostile))) == [hostile, hostile]
    assert {block["type"] for block in made["body"]} == {"RichTextBlock"}
    assert "entities" not in made["msteams"]


@pytest.mark.parametrize("text", ["t" * 100_000, '"\\' * 50_000, "ü\n" * 50_000, "😀 \n\n" * 9_000])
def test_a_message_is_never_larger_than_teams_takes(text: str) -> None:
    actions = tuple(Action("l" * 200, "https://a.example/".ljust(400, "x")) for _ in range(20))

    body = content(letter(text=text, actions=actions))

    assert MOST_BYTES // 3 < len(body) <= MOST_BYTES
    assert shown(body)[-1].endswith("The whole is in the ticket.]")
    assert len(card(body)["actions"]) == 6


@pytest.mark.parametrize(
    ("status", "body", "reason", "again", "gone"),
    [
        (
            200,
            FAILED + b"Microsoft Teams endpoint returned HTTP error 429 with ContextId tcid=0",
            "answered 200, and 429 in the text",
            True,
            False,
        ),
        (
            200,
            FAILED + b"Microsoft Teams endpoint returned HTTP error 413 with ContextId tcid=0",
            "answered 200, and 413 in the text",
            False,
            False,
        ),
        (
            200,
            FAILED + b"Error contacting Microsoft Teams endpoint",
            "answered 200, and an error in the text",
            True,
            False,
        ),
        (400, b"Bad payload received by generic incoming webhook.", "answered 400", False, False),
        (404, b'{"error":{"code":"WorkflowNotFound"}}', "answered 404", False, True),
        (410, b"", "answered 410 (gone: it wants nothing more)", False, True),
        (502, b"", "answered 502", True, False),
    ],
)
async def test_what_teams_answers_is_understood(
    status: int, body: bytes, reason: str, *, again: bool, gone: bool
) -> None:
    with Receiver() as receiver:
        receiver.behave("/x", answer(status, body))
        with pytest.raises(UndeliveredError) as failure:
            await send(client(), letter(), Target("Operations", receiver.url("/x")), at=NINE)

    refused = failure.value
    assert (refused.reason, refused.again, refused.gone) == (reason, again, gone)


@pytest.mark.parametrize("body", [b"1", b"", b'{"id":"1"}'])
async def test_what_is_no_error_is_a_delivery(body: bytes) -> None:
    with Receiver() as receiver:
        receiver.behave("/x", answer(200, body))
        assert await send(client(), letter(), Target("Operations", receiver.url("/x")), at=NINE)


async def test_an_answer_that_is_not_known_to_its_end_may_be_an_error() -> None:
    with Receiver() as receiver:
        receiver.behave("/x", drip_body(200))
        with pytest.raises(UndeliveredError, match="error in the text") as failure:
            await send(
                client(timeout_s=0.2), letter(), Target("Operations", receiver.url("/x")), at=NINE
            )

    assert failure.value.again


async def test_a_busy_teams_is_left_alone() -> None:
    with Receiver() as receiver:
        receiver.behave("/x", retry_after(429, 15))
        with pytest.raises(UndeliveredError) as failure:
            await send(client(), letter(), Target("Operations", receiver.url("/x")), at=NINE)

    assert failure.value.retry_after is not None
    assert failure.value.retry_after.total_seconds() == 15
