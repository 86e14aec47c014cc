"""The package of an escalation behind a link of a message: read as often as wanted, as one file.

It holds what the link's person may see now, whoever opens it; nothing is written by reading.
"""

from collections.abc import Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from escgraph.api.link_answers import HEADERS, of_failure, written
from escgraph.api.link_told import Told
from escgraph.api.negotiation import HTML, JSON, TEXT, best
from escgraph.queries.linked_packages import Links, PackageFile, linked_package

_METHODS = "GET, HEAD"

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
"""As the page says itself, and that it is shown in no frame."""


class PackagePage:
    """An ASGI application under a path with `{token}.{form}`."""

    def __init__(self, links: Links, *, now: Callable[[], datetime]) -> None:
        self._links = links
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._response(Request(scope, receive))
        await response(scope, receive, send)

    async def _response(self, request: Request) -> Response:
        if request.method not in {"GET", "HEAD"}:
            answer = Told(status=405, state="BAD_REQUEST", message=f"use {_METHODS}")
            return written(answer, TEXT, allow=_METHODS)
        try:
            return _file(await self._read(request))
        except Exception as error:  # noqa: BLE001 - the edge of the request: told, or masked
            accept = request.headers.get("accept", "")
            return written(of_failure(error), best(accept, (HTML, JSON, TEXT)))

    async def _read(self, request: Request) -> PackageFile:
        token, form = request.path_params["token"], request.path_params["form"]
        link = self._links.read_package(token, at=self._now())
        return await linked_package(link, form=form)


def _file(file: PackageFile) -> Response:
    """Shown by the browser where it can; its name is for those who keep it."""
    headers = {
        **HEADERS,
        "Content-Security-Policy": _POLICY,
        "Content-Disposition": f'inline; filename="{file.name}"',
    }
    return Response(file.content, headers=headers, media_type=file.media_type)
