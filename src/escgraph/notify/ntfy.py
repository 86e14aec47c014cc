"""ntfy, by the URL of a topic: a push message to phones, whose buttons act at once.

The buttons do by POST what the pages behind them ask for confirmation of: whoever has the topic may
press them, as whoever has the mail may.
"""

from datetime import datetime
from typing import Any

import orjson
from yarl import URL

from escgraph.notify.answers import delivered, undelivered
from escgraph.notify.cutting import cut, fitting, in_bytes, line
from escgraph.notify.http_client import Answer, HttpClient
from escgraph.notify.letter import Letter
from escgraph.notify.outcome import UndeliveredError
from escgraph.notify.target import Target

MOST_BYTES = 4_096
"""Of a message; a longer one would become a file."""

_OF_THE_REQUEST = 8_192
_TITLE = 250
_LABEL = 60
_MOST_BUTTONS = 3
_RINGS, _USUAL = 5, 3
_WRONG = frozenset({400, 401, 403, 404, 413})


async def send(client: HttpClient, letter: Letter, target: Target, *, at: datetime) -> str:
    """Publish it as JSON: to the server that the topic's URL names, the topic within."""
    server, topic = _parts(target.address)
    answer = await client.post(
        server, content(letter, topic), headers={"Content-Type": "application/json"}
    )
    if not delivered(answer):
        raise undelivered(answer, at=at, said=_code(answer), again=answer.status not in _WRONG)
    if answer.whole and "id" not in _told(answer):
        raise UndeliveredError("it does not answer as ntfy does; check the address", again=False)
    return f"answered {answer.status}"


def content(letter: Letter, topic: str) -> bytes:
    def make(text: str) -> bytes:
        return orjson.dumps(message(letter, topic, text))

    return fitting(cut(letter.text, MOST_BYTES, size=in_bytes), _OF_THE_REQUEST, make)


def message(letter: Letter, topic: str, text: str) -> dict[str, Any]:
    click = {"click": letter.link} if letter.link else {}
    return {
        "topic": topic,
        "title": line(letter.subject, _TITLE),
        "message": text,
        "priority": _RINGS if letter.urgent else _USUAL,
        "tags": ["rotating_light"] if letter.urgent else [],
        "actions": _buttons(letter),
        **click,
    }


def _buttons(letter: Letter) -> list[dict[str, Any]]:
    """What may be done comes first among a letter's buttons; its page opens at a touch anyway."""
    acts = [
        {
            "action": "http",
            "label": line(button.label, _LABEL),
            "url": button.url,
            "method": "POST",
            "clear": True,
        }
        for button in letter.buttons[: len(letter.actions)]
    ]
    pages = [
        {"action": "view", "label": line(button.label, _LABEL), "url": button.url}
        for button in letter.package
    ]
    return (acts + pages)[:_MOST_BUTTONS]


def _parts(address: str) -> tuple[str, str]:
    """The server's own address, and the topic; what stands in the query (`auth`) stays with it."""
    try:
        url = URL(address)
    except ValueError:
        url = URL()
    if not url.name:
        raise UndeliveredError(
            "its address names no topic; write https://server/topic", again=False
        )
    return str(url.parent.with_query(url.query)), url.name


def _told(answer: Answer) -> dict[str, Any]:
    try:
        told = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return {}
    return told if isinstance(told, dict) else {}


def _code(answer: Answer) -> str:
    """Ntfy's own number of the error; its words may show what it should not."""
    code = _told(answer).get("code")
    return f"ntfy's error {code}" if isinstance(code, int) else ""
