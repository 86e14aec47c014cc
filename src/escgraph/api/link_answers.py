"""Answers to those who follow links of messages: as a page, as JSON or as a line, by their wish.

The token is in the path, so nothing of a request is logged, nothing is stored by caches, and no
page that an answer leads to learns where somebody came from.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import orjson
from starlette.responses import Response

from escgraph.api.faults import RETRY_SOON, failure, outage
from escgraph.api.link_html import POLICY, page
from escgraph.api.link_told import Told
from escgraph.api.negotiation import HTML, JSON, TEXT
from escgraph.commands.from_messages import ExpiredLinkError, LinkError
from escgraph.domain.errors import DomainError, ForbiddenError, NotFoundError
from escgraph.domain.texts import called

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Cache-Control": "no-store",
        "Content-Security-Policy": POLICY,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow",
        "Vary": "Accept",
    }
)


def written(answer: Told, media_type: str, **headers: str) -> Response:
    """The answer in that form; `headers` with underscores."""
    more = {name.replace("_", "-").title(): value for name, value in headers.items()}
    more |= RETRY_SOON if answer.status == 503 else {}
    body = _FORMS[media_type](answer)
    return Response(body, answer.status, {**HEADERS, **more}, media_type=media_type)


def of_failure(error: Exception) -> Told:
    """What whoever followed the link is told of it; a bug or an outage is logged and masked."""
    if isinstance(error, LinkError):
        return _no_link(error)
    if isinstance(error, DomainError):
        return Told(status=status_of(error), state=error.code, message=_sentence(error.message))
    return _failed(error)


def status_of(error: DomainError) -> int:
    return _STATUS.get(type(error), 409)


def _no_link(error: LinkError) -> Told:
    """For a token that says nothing, the same words each time."""
    expired = isinstance(error, ExpiredLinkError)
    return Told(
        status=410 if expired else 404,
        state="EXPIRED" if expired else "UNKNOWN",
        message=_sentence(error.message),
    )


def _failed(error: Exception) -> Told:
    """Whether an act took effect, its link itself will say."""
    message = failure(error, where="link").message
    if outage(error):
        return Told(
            status=503,
            state="UNAVAILABLE",
            message="The database does not answer at the moment. Open the link again in a minute: "
            "it says whether it was used.",
        )
    return Told(
        status=500,
        state="INTERNAL",
        message=f"{_sentence(message)} Open the link again: it says whether it was used.",
    )


def _json(answer: Told) -> bytes:
    ticket = answer.ticket and {
        "id": str(answer.ticket.id),
        "number": called(answer.ticket.number),
        "title": answer.ticket.title,
        "priority": answer.ticket.priority,
        "status": answer.ticket.status,
        "tier": answer.ticket.tier,
    }
    return orjson.dumps(
        {
            "acted": answer.acted,
            "state": answer.state,
            "message": answer.message,
            "ticket": ticket,
        }
    )


def _text(answer: Told) -> bytes:
    return f"{answer.message}\n".encode()


def _html(answer: Told) -> bytes:
    return page(answer).encode()


_FORMS: dict[str, Callable[[Told], bytes]] = {HTML: _html, JSON: _json, TEXT: _text}


_STATUS: dict[type[DomainError], int] = {ForbiddenError: 403, NotFoundError: 404}


def _sentence(message: str) -> str:
    return f"{message[:1].upper()}{message[1:]}."
