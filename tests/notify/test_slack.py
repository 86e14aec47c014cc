"""Slack's incoming webhooks: what a person sees there, and what Slack answers."""

from typing import Any

import orjson
import pytest

from escgraph.notify.letter import Action
from escgraph.notify.outcome import UndeliveredError
from escgraph.notify.slack import content, send
from escgraph.notify.target import Target
from tests.notify.clients import client
from tests.notify.letters import NINE, letter
from tests.receiver import Receiver, answer, retry_after

HOSTILE = "<!channel> <@U012345> <https://evil.example|Accept> & *bold* @here"


def blocks(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of a letter
    return {block["type"]: block for block in content(letter(**changes))["blocks"]}


async def test_an_escalation_arrives_with_heading_text_and_buttons() -> None:
    with Receiver() as receiver:
        receiver.behave("/services/T/B/x", answer(200, b"ok"))
        target = Target("#oncall", receiver.url("/services/T/B/x"))
        assert await send(client(), letter(), target, at=NINE) == "answered 200"

    (request,) = receiver.requests
    assert request.headers["content-type"] == "application/json"
    heading, text, buttons = orjson.loads(request.body)["blocks"]
    assert heading["text"]["text"] == "[URGENT] TCK-42 is now with MANAGEMENT: Mail is down"
    assert text["text"]["text"] == letter().text
    assert [(button["text"]["text"], button["url"]) for button in buttons["elements"]] == [
        ("Accept the ticket", "https://desk.example.org/act/yes"),
        ("Reject", "https://desk.example.org/act/no"),
        ("Open", "https://desk.example.org/tickets/42"),
        ("Package (Markdown)", "https://desk.example.org/package.md"),
    ]
    assert [button.get("style") for button in buttons["elements"]] == ["primary", None, None, None]


def test_a_tickets_text_pings_nobody_and_makes_no_link() -> None:
    made = content(letter(subject=HOSTILE, headline=HOSTILE, text=HOSTILE))

    assert (
        "&lt;!channel&gt; &lt;@U012345&gt; &lt;https://evil.example|Accept&gt; &amp;"
        in made["text"]
    )
    assert "<" not in made["text"]
    assert made["mrkdwn"] is False
    assert "link_names" not in made
    kinds = [block["text"]["type"] for block in made["blocks"] if "text" in block]
    kinds += [button["text"]["type"] for button in blocks()["actions"]["elements"]]
    assert set(kinds) == {"plain_text"}


def test_a_letter_without_links_has_no_row_of_buttons() -> None:
    assert "actions" not in blocks(actions=(), package=(), link=None)


def test_what_is_longer_than_slack_takes_is_cut_and_says_so() -> None:
    made = blocks(
        subject="s" * 500,
        text="t" * 10_000,
        actions=tuple(Action("l" * 200, f"https://a.example/{n}") for n in range(40)),
    )

    assert len(made["header"]["text"]["text"]) == 150
    text = made["section"]["text"]["text"]
    assert len(text) == 3_000
    assert text.endswith("[Cut here: it is too long for this channel. The whole is in the ticket.]")
    assert len(made["actions"]["elements"]) == 25
    assert all(len(button["text"]["text"]) == 75 for button in made["actions"]["elements"])


def test_a_link_that_slack_would_refuse_costs_its_button_and_not_the_message() -> None:
    longest = "https://a.example/".ljust(3_000, "x")
    made = blocks(
        actions=(Action("no", longest + "x"), Action("yes", longest)), link=None, package=()
    )

    assert [button["url"] for button in made["actions"]["elements"]] == [longest]


@pytest.mark.parametrize(
    ("status", "body", "reason", "again", "gone"),
    [
        (400, b"invalid_payload", "answered 400: invalid_payload", False, False),
        (403, b"action_prohibited", "answered 403: action_prohibited", False, False),
        (404, b"channel_not_found", "answered 404: channel_not_found", False, False),
        (404, b"no_service", "answered 404: no_service", False, True),
        (403, b"no_active_hooks", "answered 403: no_active_hooks", False, True),
        (500, b"rollup_error", "answered 500: rollup_error", True, False),
        (500, b"<p>https://hooks.slack.com/secret</p>", "answered 500", True, False),
    ],
)
async def test_what_slack_answers_is_understood(
    status: int, body: bytes, reason: str, *, again: bool, gone: bool
) -> None:
    with Receiver() as receiver:
        receiver.behave("/x", answer(status, body))
        with pytest.raises(UndeliveredError) as failure:
            await send(client(), letter(), Target("#oncall", receiver.url("/x")), at=NINE)

    refused = failure.value
    assert (refused.reason, refused.again, refused.gone) == (reason, again, gone)


async def test_an_archived_channel_is_gone_and_a_busy_slack_is_left_alone() -> None:
    with Receiver() as receiver:
        receiver.behave("/x", answer(410, b"channel_is_archived"), retry_after(429, 30))
        target = Target("#oncall", receiver.url("/x"))
        with pytest.raises(UndeliveredError, match="channel_is_archived") as archived:
            await send(client(), letter(), target, at=NINE)
        with pytest.raises(UndeliveredError) as busy:
            await send(client(), letter(), target, at=NINE)

    assert archived.value.gone
    assert busy.value.again
    assert busy.value.retry_after is not None
    assert busy.value.retry_after.total_seconds() == 30
