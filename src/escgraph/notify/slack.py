"""Slack, by an incoming webhook: a heading, the text, and buttons that open pages.

The text of a ticket may hold anything. Where Slack takes markup, its three signs are escaped, so
that <!channel> pings nobody and <url|words> is no link; everything else is sent as plain text.
"""

import re
from datetime import datetime
from typing import Any

import orjson

from escgraph.notify.answers import delivered, undelivered
from escgraph.notify.cutting import cut, line
from escgraph.notify.http_client import Answer, HttpClient
from escgraph.notify.letter import Action, Letter
from escgraph.notify.outcome import UndeliveredError
from escgraph.notify.target import Target

_HEADING = 150
_TEXT = 3_000
_BUTTON = 75
_MOST_BUTTONS = 25
_LONGEST_URL = 3_000

_REMOVED = frozenset({"no_service", "no_service_id", "no_team", "no_active_hooks", "team_disabled"})
"""What Slack calls a webhook that is there no more."""

_WRONG = frozenset({400, 403, 404, 413})


async def send(client: HttpClient, letter: Letter, target: Target, *, at: datetime) -> str:
    """Post it to the channel that the webhook belongs to."""
    answer = await client.post(
        target.address, orjson.dumps(content(letter)), headers={"Content-Type": "application/json"}
    )
    if not delivered(answer):
        raise _undelivered(answer, at=at)
    return f"answered {answer.status}"


def content(letter: Letter) -> dict[str, Any]:
    """`text` is what the notification on a phone shows; the blocks are the message itself."""
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": _plain(line(letter.subject, _HEADING))},
        {"type": "section", "text": _plain(cut(letter.text, _TEXT))},
    ]
    buttons = [button for button in letter.buttons if len(button.url) <= _LONGEST_URL]
    if buttons:
        elements = [_button(button, n) for n, button in enumerate(buttons[:_MOST_BUTTONS])]
        blocks.append({"type": "actions", "elements": elements})
    return {
        "text": escaped(line(f"{letter.subject}: {letter.headline}", _TEXT)),
        "mrkdwn": False,
        "blocks": blocks,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def escaped(text: str) -> str:
    """Slack's three signs, as its documentation wants them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _button(button: Action, number: int) -> dict[str, Any]:
    style = {"style": "primary"} if button.primary else {}
    return {
        "type": "button",
        "action_id": f"open-{number}",
        "text": _plain(line(button.label, _BUTTON)),
        "url": button.url,
        **style,
    }


def _undelivered(answer: Answer, *, at: datetime) -> UndeliveredError:
    """Slack says in one word what it did not like; that word is shown, nothing else of it."""
    word = answer.body.decode(errors="replace").strip()
    known = word if re.fullmatch(r"[a-z_]{1,40}", word) else ""
    return undelivered(
        answer, at=at, said=known, again=answer.status not in _WRONG, gone=known in _REMOVED
    )
