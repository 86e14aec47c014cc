"""Acting from a message over HTTP: a page that asks, and the press of a button that acts.

`GET` and `HEAD` change nothing, however often a scanner, a preview or a browser that runs ahead
asks. `POST` acts, and reads no body: the whole authority is the token in the path.

So a `POST` from another site does no harm, and no Origin is asked for: there is no cookie and no
login that a foreign page could ride on. Who has the token may act without a browser as well, and
who has it not cannot make one. The same holds for the answer, which any page may read that had the
token to ask for it: ntfy's web app does, and shows whether its button worked.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from escgraph.api.link_answers import of_failure, status_of, written
from escgraph.api.link_told import Told, told
from escgraph.api.negotiation import HTML, JSON, TEXT, best
from escgraph.commands.from_messages import ActLink, Links, follow_link
from escgraph.domain.errors import DomainError
from escgraph.queries.from_messages import prospect

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
                return written(answer, best(accept, (HTML, JSON, TEXT)))
            case "POST":
                answer = await self._answer(request, self._act)
                form = best(accept, (TEXT, HTML, JSON))
                return written(answer, form, access_control_allow_origin="*")
            case _:
                answer = Told(status=405, state="BAD_REQUEST", message=f"use {_METHODS}")
                return written(answer, TEXT, allow=_METHODS)

    async def _answer(
        self, request: Request, do: Callable[[ActLink, datetime], Awaitable[Told]]
    ) -> Told:
        """What `do` says; a token that is not good is refused before anything is looked up."""
        at = self._now()
        try:
            return await do(self._links.read_act(request.path_params["token"], at=at), at)
        except Exception as error:  # noqa: BLE001 - the edge of the request: told, or masked
            return of_failure(error)

    async def _ask(self, link: ActLink, at: datetime) -> Told:
        return told(await prospect(link, at=at), at=at)

    async def _act(self, link: ActLink, at: datetime) -> Told:
        try:
            done = await follow_link(link, at=at)
        except DomainError as error:
            return told(await prospect(link, at=at), at=at, status=status_of(error))
        if done is not None:
            await self._ring(done.position)
        return told(await prospect(link, at=at), at=at, acted=done is not None)
