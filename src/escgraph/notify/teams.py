"""Microsoft Teams, by a webhook of Workflows or an older incoming webhook: an Adaptive Card.

The text goes into runs, in which Teams reads no markup: a ticket's text can make no link. Nobody is
mentioned, since a mention needs an entity beside the text.
"""

import re
from datetime import datetime
from typing import Any

import orjson

from escgraph.notify.answers import delivered, undelivered
from escgraph.notify.cutting import cut, fitting, line
from escgraph.notify.http_client import Answer, HttpClient
from escgraph.notify.letter import Letter
from escgraph.notify.outcome import UndeliveredError
from escgraph.notify.target import Target

MOST_BYTES = 28_000
"""Of a message."""

_TEXT = 12_000
_MOST_LINES = 120
_SUBJECT = 250
_BUTTON = 75
_MOST_BUTTONS = 6
_REMOVED = 404
_UNKNOWN = 0
_WRONG = frozenset({400, 401, 403, 404, 413})
_SAID = re.compile(rb"HTTP error (\d{3})")
_SAID_TO_FAIL = re.compile(rb"failed|error", re.IGNORECASE)


async def send(client: HttpClient, letter: Letter, target: Target, *, at: datetime) -> str:
    """Post it to the chat or channel that the webhook belongs to."""
    answer = await client.post(
        target.address, content(letter), headers={"Content-Type": "application/json"}
    )
    status = _true_status(answer)
    if status is not None:
        raise _undelivered(answer, status, at=at)
    return f"answered {answer.status}"


def content(letter: Letter) -> bytes:
    def make(text: str) -> bytes:
        return orjson.dumps(message(letter, text))

    return fitting(cut(letter.text, _TEXT), MOST_BYTES, make)


def message(letter: Letter, text: str) -> dict[str, Any]:
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": line(letter.subject, _SUBJECT),
        "msteams": {"width": "Full"},
        "body": [_heading(letter), *_paragraphs(text)],
        "actions": [
            {"type": "Action.OpenUrl", "title": line(button.label, _BUTTON), "url": button.url}
            for button in letter.buttons[:_MOST_BUTTONS]
        ],
    }
    return {
        "type": "message",
        "summary": line(letter.subject, _SUBJECT),
        "attachments": [
            {
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": None,
                "content": card,
            }
        ],
    }


def _heading(letter: Letter) -> dict[str, Any]:
    colour = {"color": "Attention"} if letter.urgent else {}
    run = {"type": "TextRun", "text": line(letter.subject, _SUBJECT)}
    run |= {"weight": "Bolder", "size": "Medium", **colour}
    return {"type": "RichTextBlock", "inlines": [run]}


def _paragraphs(text: str) -> list[dict[str, Any]]:
    """A block for each line: in a run, a line's end is a space. Empty lines become distance."""
    blocks: list[dict[str, Any]] = []
    spacing = "Medium"
    for written in _lines(text):
        if written.strip():
            run = {"type": "TextRun", "text": written}
            blocks.append({"type": "RichTextBlock", "spacing": spacing, "inlines": [run]})
        spacing = "None" if written.strip() else "Medium"
    return blocks


def _lines(text: str) -> list[str]:
    """Too many lines are put together at the end: each costs a block of the message's size."""
    lines = text.split("\n")
    return [*lines[:_MOST_LINES], *([" ".join(lines[_MOST_LINES:])] if lines[_MOST_LINES:] else [])]


def _true_status(answer: Answer) -> int | None:
    """What went wrong, None for nothing: Teams may answer 200 and tell of an error in the text."""
    if not delivered(answer):
        return answer.status
    if (said := _SAID.search(answer.body)) is not None:
        return int(said[1])
    if _SAID_TO_FAIL.search(answer.body) or not answer.whole:
        return _UNKNOWN
    return None


def _undelivered(answer: Answer, status: int, *, at: datetime) -> UndeliveredError:
    told = undelivered(answer, at=at)
    said = status if status != _UNKNOWN else "an error"
    reason = told.reason if status == answer.status else f"answered 200, and {said} in the text"
    return UndeliveredError(
        reason,
        again=told.again and status not in _WRONG,
        gone=told.gone or answer.status == _REMOVED,
        retry_after=told.retry_after,
    )
