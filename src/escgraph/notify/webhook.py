"""Webhooks as Standard Webhooks has them: signed, the same id at each attempt, 410 ends them."""

from datetime import datetime

import orjson
from standardwebhooks import Webhook

from escgraph.domain.terms import utc
from escgraph.notify.answers import delivered, undelivered
from escgraph.notify.http_client import HttpClient
from escgraph.notify.letter import Letter
from escgraph.notify.outcome import UndeliveredError
from escgraph.notify.target import Target


async def send(client: HttpClient, letter: Letter, target: Target, *, at: datetime) -> str:
    """Post it to the URL; anything but 410 may be tried again, as the standard says."""
    if not target.secrets:
        raise UndeliveredError("it has no secret to sign with; rotate its secret", again=False)
    body = content(letter)
    answer = await client.post(
        target.address, body, headers=headers(letter, target, body=body, at=at)
    )
    if not delivered(answer):
        raise undelivered(answer, at=at)
    return f"answered {answer.status}"


def content(letter: Letter) -> bytes:
    """The same bytes at each attempt."""
    told = {"type": letter.kind, "timestamp": letter.at, "data": letter.payload}
    return orjson.dumps(told, option=orjson.OPT_UTC_Z)


def headers(letter: Letter, target: Target, *, body: bytes, at: datetime) -> dict[str, str]:
    """Signed with every secret that is in use, so that receivers may change theirs at leisure."""
    moment, text = utc(at), body.decode()
    signatures = [Webhook(secret).sign(str(letter.id), moment, text) for secret in target.secrets]
    return {
        "Content-Type": "application/json",
        "webhook-id": str(letter.id),
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
