"""What a client learns of a failure: one stable code each, and never the inside of the server.

`extensions.code` of an error is one of `Code`, or the code of the domain's refusal (errors.py of
the domain draws that tree). A refusal also carries `field`, and `missing` or `current` where the
domain gives them.
"""

from collections.abc import Sequence
from enum import StrEnum
from uuid import uuid4

import structlog
from graphql import GraphQLError, GraphQLSyntaxError
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import ExecutionResult, PreExecutionError

from escgraph.commands.outages import DatabaseBusy, DatabaseUnavailable, NothingWritten
from escgraph.domain.errors import DocumentsMissingError, DomainError, StaleVersionError


class Code(StrEnum):
    """What was wrong, for programs."""

    BAD_REQUEST = "BAD_REQUEST"
    """Not a GraphQL request: method, media type, JSON, its shape, the operation's name."""
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    """The document does not fit the schema."""
    BAD_USER_INPUT = "BAD_USER_INPUT"
    """A variable or an argument does not fit its type."""
    TOO_LARGE = "TOO_LARGE"
    """A limit of the server: body, tokens, depth, fields, aliases, operations on one socket."""
    UNAUTHENTICATED = "UNAUTHENTICATED"
    UNAVAILABLE = "UNAVAILABLE"
    """The server is about to restart, or its database is away: the same request will do in a
    moment, a mutation under the same idempotency key, since it may have taken effect."""
    INTERNAL = "INTERNAL"
    """A bug of ours, logged under the id that the message quotes."""


AWAY = (
    "the database cannot be reached at the moment, and whether a mutation took effect is unknown; "
    "send the same again in a moment, a mutation with the same idempotencyKey"
)
BUSY = (
    "the database is too busy to answer; send the same again in a moment, a mutation with the same "
    "idempotencyKey"
)
NOT_TOLD = (
    "the database cannot be reached at the moment, and without it this cannot be told; subscribe "
    "again in a moment, after your last cursor"
)
NOTHING_WRITTEN = (
    "the database is too busy, and nothing was written; send the same again in a moment"
)

RETRY_SOON = {"Retry-After": "1"}
"""What goes with 503, in HTTP's headers."""

_STATUS: dict[object, int] = {Code.INTERNAL: 500, Code.UNAVAILABLE: 503}
_ASKED_WRONGLY = (MissingQueryError, CannotGetOperationTypeError, InvalidOperationTypeError)
_log = structlog.get_logger(__name__)


def fault(message: str, code: Code) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code})


def public_all(
    errors: Sequence[GraphQLError], *, operation: str | None = None
) -> list[GraphQLError]:
    """The errors of one answer as its client may see them; logs what they hide, an outage once."""
    outages = [error for error in errors if outage(error.original_error)]
    if outages:
        fields = ["/".join(map(str, error.path or ())) for error in outages]
        _log_outage(outages[0].original_error, operation=operation, fields=fields)
    return [_public(error, operation=operation) for error in errors]


def _public(error: GraphQLError, *, operation: str | None) -> GraphQLError:
    cause = error.original_error
    if "code" in (error.extensions or {}):
        return error
    if isinstance(cause, DomainError):
        return _told(error, cause.message, refusal(cause))
    if words := outage(cause):
        return _told(error, words, {"code": Code.UNAVAILABLE})
    if isinstance(cause, _ASKED_WRONGLY):
        return _told(error, error.message, {"code": Code.BAD_REQUEST})
    if _of_the_clients_making(error):
        return _told(error, error.message, {"code": _code(error)})
    return _told(error, *_internal(cause or error, path=error.path, operation=operation))


def failure(error: Exception, *, where: str) -> GraphQLError:
    """A failure outside any field, logged and masked. `where` names the step for the log."""
    if words := outage(error):
        _log_outage(error, where=where)
        return fault(words, Code.UNAVAILABLE)
    message, extensions = _internal(error, where=where)
    return GraphQLError(message, extensions=extensions)


def hit_by_outage(result: ExecutionResult) -> bool:
    """Whether a part of it lacks because the database was away or busy."""
    codes = [(error.extensions or {}).get("code") for error in result.errors or ()]
    return Code.UNAVAILABLE in codes


def status_of(error: GraphQLError) -> int:
    """What HTTP says of an error for which nothing was executed."""
    return _STATUS.get((error.extensions or {}).get("code"), 400)


def outage(error: BaseException | None) -> str:
    """What to do about a database that is away or busy; empty where it is nothing of that."""
    if isinstance(error, NothingWritten):
        return NOTHING_WRITTEN
    if isinstance(error, DatabaseBusy):
        return BUSY
    return AWAY if isinstance(error, DatabaseUnavailable) else ""


def refusal(error: DomainError) -> dict[str, object]:
    """The extensions of a refusal of the domain."""
    extensions: dict[str, object] = {"code": error.code, "field": list(error.field)}
    if isinstance(error, DocumentsMissingError):
        extensions["missing"] = list(error.missing)
    if isinstance(error, StaleVersionError):
        extensions["current"] = error.current
    return extensions


def failed(result: ExecutionResult) -> bool:
    """The operation as a whole failed: before its first field, or in its stream between items.

    What fails inside a field has a path, and is an ordinary result.
    """
    if isinstance(result, PreExecutionError):
        return True
    return result.data is None and any(error.path is None for error in result.errors or ())


def _of_the_clients_making(error: GraphQLError) -> bool:
    """GraphQL itself found it, in the document or in the values sent with it.

    A value that could not be *sent* is a GraphQLError too, but points at no place in the document.
    """
    cause = error.original_error
    if error.path is None:
        return cause is None or bool(error.nodes) or isinstance(error, GraphQLSyntaxError)
    return isinstance(cause, GraphQLError) and bool(cause.nodes)


def _code(error: GraphQLError) -> Code:
    if isinstance(error, GraphQLSyntaxError):
        return Code.GRAPHQL_PARSE_FAILED
    return Code.BAD_USER_INPUT


def _told(error: GraphQLError, message: str, extensions: dict[str, object]) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions,
    )


def _log_outage(error: BaseException | None, **facts: object) -> None:
    """In one line: what the database is about is the same for every request."""
    _log.warning("request not answered", error=str(error), **facts)


def _internal(error: Exception, **facts: object) -> tuple[str, dict[str, object]]:
    error_id = uuid4().hex[:12]
    _log.error("request failed", error_id=error_id, exc_info=error, **facts)
    message = f"internal error; quote {error_id} to the operator"
    return message, {"code": Code.INTERNAL, "id": error_id}
