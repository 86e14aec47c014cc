"""The resolution log as a file over HTTP: a page is read, sent, and forgotten (D2).

The token is asked for as on /graphql, and refusals have the same shape. A reader that goes away,
or reads nothing for a while, ends it between two pages: no transaction is open then. What fails
in the middle cuts the connection, so that half a file is never taken for a whole one.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from escgraph.api.export_path import filter_of
from escgraph.api.faults import Code, failure, fault, refusal, status_of
from escgraph.api.negotiation import JSON
from escgraph.api.peer import Patience, PeerStalledError, abort
from escgraph.api.session import Session, Unauthenticated, bearer
from escgraph.documents.rows import ROW_FORMS, RowForm, RowFormat
from escgraph.domain.errors import DomainError, ForbiddenError, InvalidInputError
from escgraph.domain.permissions import Act, scope
from escgraph.queries import resolution_export
from escgraph.queries.resolution_export import COLUMNS, Row

_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class ResolutionLogExport:
    """An ASGI application for one form of the file."""

    def __init__(
        self,
        form: RowFormat,
        *,
        authenticate: Callable[[str | None], Awaitable[Session]],
        patience: Patience | None = None,
    ) -> None:
        self._form = ROW_FORMS[form]
        self._authenticate = authenticate
        self._patience = patience or Patience()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> ASGIApp:
        if request.method != "GET":
            return _told(405, f"{request.method} is not supported here; use GET", {"Allow": "GET"})
        try:
            session = await self._authenticate(bearer(request.headers.get("authorization")))
            return await self._file(request, session)
        except Unauthenticated as refused:
            error = fault(str(refused), Code.UNAUTHENTICATED).formatted
            return _json([error], 401, {"WWW-Authenticate": "Bearer"})
        except DomainError as error:
            told = {"message": error.message, "extensions": refusal(error)}
            return _json([told], _STATUS.get(type(error), 400))
        except Exception as error:  # noqa: BLE001 - the edge of the request: logged, masked
            hidden = failure(error, where="export")
            return _json([hidden.formatted], status_of(hidden))

    async def _file(self, request: Request, session: Session) -> ASGIApp:
        """The first page is read before anything is sent: what is refused, is refused properly."""
        if scope(Act.READ) not in session.scopes:
            raise ForbiddenError("the export needs a token with the scope READ; use another token")
        pages = resolution_export.pages(filter_of(request.query_params), viewer=session.actor)
        chunks = _written(self._form, await anext(pages), pages)
        return _File(self._form, chunks, patience=self._patience)


class _File(StreamingResponse):
    """Starlette's, that waits for a reader only so long, and closes what it reads from."""

    def __init__(
        self, form: RowForm, chunks: AsyncGenerator[bytes, None], *, patience: Patience
    ) -> None:
        name = f'attachment; filename="resolution-log.{form.ending}"'
        headers = {**_HEADERS, "Content-Disposition": name}
        super().__init__(chunks, headers=headers, media_type=form.media_type)
        self._chunks = chunks
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except PeerStalledError:
            abort(receive)

    async def stream_response(self, send: Send) -> None:
        async def patiently(message: Message) -> None:
            try:
                async with asyncio.timeout(self._patience.send):
                    await send(message)
            except TimeoutError as error:
                raise PeerStalledError from error

        async with aclosing(self._chunks):
            await super().stream_response(patiently)


async def _written(
    form: RowForm, first: list[Row], pages: AsyncGenerator[list[Row], None]
) -> AsyncGenerator[bytes, None]:
    async with aclosing(pages):
        yield (form.head(COLUMNS) + form.lines(first)).encode()
        async for page in pages:
            yield form.lines(page).encode()


def _told(status: int, message: str, headers: dict[str, str]) -> Response:
    return _json([fault(message, Code.BAD_REQUEST).formatted], status, headers)


def _json(errors: Sequence[object], status: int, headers: dict[str, str] | None = None) -> Response:
    body = orjson.dumps({"errors": errors})
    return Response(body, status_code=status, headers=headers, media_type=JSON)


_STATUS: dict[type[DomainError], int] = {ForbiddenError: 403, InvalidInputError: 400}
