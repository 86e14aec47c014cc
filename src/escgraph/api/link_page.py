"""Acting from a message over HTTP: a page that asks, and the press of a button that acts.

`GET` and `HEAD` change nothing, however often a scanner, a preview or a browser that runs ahead
asks. `POST` acts, and reads no body: the whole authority is the token in the path.

So a `POST` from another site does no harm, and no Origin is asked for: there is no cookie and no
login that a foreign page could ride on. Who has the token may act without a browser as well, and
who has it not cannot make one. The same holds for the answer, which any page may read that had the
token to ask for it: ntfy's web app does, and shows whether its button worked.

The token is in the path, so nothing of a request is logged, nothing is stored by caches, and no
page that it leads to learns where somebody came from.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from escgraph.api.faults import internal
from escgraph.api.link_html import POLICY, page
from escgraph.api.link_told import Told, told
from escgraph.api.negotiation import HTML, JSON, TEXT, best
from escgraph.commands.from_messages import (
    ActLink,
    ExpiredLinkError,
    LinkError,
    Links,
    follow_link,
)
from escgraph.domain.errors import DomainError, ForbiddenError, NotFoundError
from escgraph.domain.texts import called
from escgraph.queries.from_messages import prospect

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Vary": "Accept",
}
_ANY_PAGE = {"Access-Control-Allow-Origin": "*"}
_METHODS = "GET, HEAD, POST"


class LinkPage:
    """An ASGI application under a path with `{token}`."""

    def __init__(
        self,
        links: Links,
        *,
        now: Callable[[], datetime],
        ring: Callable[[int], Awaitable[None]],
    ) -> None:
        self._links = links
        self._now = now
        self._ring = ring

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self._response(request)
        await response(scope, receive, send)

    async def _response(self, request: Request) -> Response:
        accept = request.headers.get("accept", "")
        match request.method:
            case "GET" | "HEAD":
                answer = await self._answer(request, self._ask)
                return _written(answer, best(accept, (HTML, JSON, TEXT)), HEADERS)
            case "POST":
                answer = await self._answer(request, self._act)
                return _written(answer, best(accept, (TEXT, HTML, JSON)), HEADERS | _ANY_PAGE)
            case _:
                answer = Told(status=405, state="BAD_REQUEST", message=f"use {_METHODS}")
                return _written(answer, TEXT, HEADERS | {"Allow": _METHODS})

    async def _answer(
        self, request: Request, do: Callable[[ActLink, datetime], Awaitable[Told]]
    ) -> Told:
        """What `do` says; a token that is not good is refused before anything is looked up."""
        at = self._now()
        try:
            return await do(self._links.read_act(request.path_params["token"], at=at), at)
        except LinkError as error:
            return of_no_link(error)
        except DomainError as error:
            return refused(error)
        except Exception as error:  # noqa: BLE001 - the edge of the request: logged, masked
            return failed(error)

    async def _ask(self, link: ActLink, at: datetime) -> Told:
        return told(await prospect(link, at=at), at=at)

    async def _act(self, link: ActLink, at: datetime) -> Told:
        try:
            written = await follow_link(link, at=at)
        except DomainError as error:
            return told(await prospect(link, at=at), at=at, status=_status(error))
        if written is not None:
            await self._ring(written.position)
        return told(await prospect(link, at=at), at=at, acted=written is not None)


def of_no_link(error: LinkError) -> Told:
    """For a token that says nothing, the same words each time."""
    expired = isinstance(error, ExpiredLinkError)
    return Told(
        status=410 if expired else 404,
        state="EXPIRED" if expired else "UNKNOWN",
        message=_sentence(error.message),
    )


def refused(error: DomainError) -> Told:
    """Where not even the ticket is to be shown."""
    return Told(status=_status(error), state=error.code, message=_sentence(error.message))


def failed(error: Exception) -> Told:
    """A bug or an outage; whether the act took effect, the link itself will say."""
    message = internal(error, where="link").message
    return Told(
        status=500,
        state="INTERNAL",
        message=f"{_sentence(message)} Open the link again: it says whether it was used.",
    )


def _written(answer: Told, media_type: str, headers: dict[str, str]) -> Response:
    return Response(_FORMS[media_type](answer), answer.status, headers, media_type=media_type)


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


def _status(error: DomainError) -> int:
    return _STATUS.get(type(error), 409)


_STATUS: dict[type[DomainError], int] = {ForbiddenError: 403, NotFoundError: 404}


def _sentence(message: str) -> str:
    return f"{message[:1].upper()}{message[1:]}."
