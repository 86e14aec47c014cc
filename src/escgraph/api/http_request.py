"""From an HTTP request to the operation that it asks for, or to the refusal that it deserves.

Where this leaves the library: it answers in plain text, takes any media type that contains
"application/json", reads a body of any size, and lets JSON that is no object end as a crash (500).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request

from escgraph.api.faults import Code
from escgraph.api.negotiation import JSON


class Refusal(Exception):  # noqa: N818  (an answer, not a failure)
    """An answer other than a result: the status, and what its JSON body says."""

    def __init__(
        self, status: int, message: str, *, code: Code, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class Asked:
    """One operation as a client asks for it."""

    query: str
    variables: dict[str, Any] | None
    operation_name: str | None
    extensions: dict[str, Any] | None


def must_post(request: Request) -> None:
    if request.method != "POST":
        raise Refusal(
            405,
            f"{request.method} is not supported here; POST the operation as JSON",
            code=Code.BAD_REQUEST,
            headers={"Allow": "POST"},
        )
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != JSON:
        raise Refusal(
            415,
            f"the body is {media_type or 'of no media type'}; send Content-Type: {JSON}",
            code=Code.BAD_REQUEST,
        )


async def asked(request: Request, *, max_body: int) -> Asked:
    """Read and check the body; what comes after `max_body` bytes is not read.

    Raises:
        Refusal: too long, no JSON, or no operation.
    """
    body = await _body(request, at_most=max_body)
    try:
        operation = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _bad(f"the body is no JSON: {error.msg}") from error
    if isinstance(operation, list):
        raise _bad("batches are not supported; send each operation in a request of its own")
    if problem := misshapen(operation):
        raise _bad(problem)
    return as_asked(operation)


def misshapen(operation: object) -> str:
    """What keeps a decoded JSON value from being an operation; empty for nothing."""
    if not isinstance(operation, dict):
        return "the operation must be a JSON object with a query"
    if not isinstance(operation.get("query"), str):
        return "query must be a string with the GraphQL document"
    if not isinstance(operation.get("operationName"), str | None):
        return "operationName must be a string or null"
    for name in ("variables", "extensions"):
        if not isinstance(operation.get(name), dict | None):
            return f"{name} must be an object or null"
    return ""


def as_asked(operation: Mapping[str, Any]) -> Asked:
    """An operation that is not `misshapen`."""
    return Asked(
        query=operation["query"],
        variables=operation.get("variables"),
        operation_name=operation.get("operationName"),
        extensions=operation.get("extensions"),
    )


async def _body(request: Request, *, at_most: int) -> bytes:
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > at_most:
        raise _too_long(at_most)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > at_most:
            raise _too_long(at_most)
    return bytes(body)


def _too_long(limit: int) -> Refusal:
    message = f"the body is longer than {limit:,} bytes; send less at a time"
    return Refusal(413, message, code=Code.TOO_LARGE)


def _bad(message: str) -> Refusal:
    return Refusal(400, message, code=Code.BAD_REQUEST)
