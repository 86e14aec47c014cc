"""The refusals of the domain as types: what a mutation answers where it wrote nothing."""

from typing import TypedDict

import strawberry

from escgraph.domain import errors as domain
from escgraph.domain.errors import DomainError


@strawberry.interface(
    description="Why a mutation was refused. A refusal means that nothing at all was written."
)
class UserError:
    """`code`, `field` and `message` are those of the domain's error."""

    code: str = strawberry.field(description="What was wrong, for programs; it never changes.")
    field: list[str] = strawberry.field(
        description="Path of the field in the input that is at fault; empty for none in particular."
    )
    message: str = strawberry.field(
        description="For people: names the act and the state, and says what to do next."
    )


@strawberry.type(description="INVALID_INPUT: the input breaks a rule that needs no other facts.")
class InvalidInputError(UserError):
    pass


@strawberry.type(description="FORBIDDEN: the actor's role, tier or token does not allow the act.")
class ForbiddenError(UserError):
    pass


@strawberry.type(description="NOT_FOUND: there is no such thing, or none that the actor may see.")
class NotFoundError(UserError):
    pass


@strawberry.type(description="WRONG_STATUS: the ticket's status does not allow the act.")
class WrongStatusError(UserError):
    pass


@strawberry.type(description="DOCUMENTS_MISSING: the SOP wants something written first.")
class DocumentsMissingError(UserError):
    missing: list[str] = strawberry.field(
        description="Each document that is missing, as a person would ask for it."
    )


@strawberry.type(description="STALE_VERSION: somebody else changed the ticket meanwhile.")
class StaleVersionError(UserError):
    current_version: int = strawberry.field(description="The version that the ticket has now.")


@strawberry.type(
    description=(
        "CONFLICT: the same idempotency key came with another request, what is to be created "
        "exists already, or what you saw before has changed since."
    )
)
class ConflictError(UserError):
    pass


ERRORS = (
    InvalidInputError,
    ForbiddenError,
    NotFoundError,
    WrongStatusError,
    DocumentsMissingError,
    StaleVersionError,
    ConflictError,
)
"""All of them: the schema finds them only by the interface."""


class _Common(TypedDict):
    code: str
    field: list[str]
    message: str


def told(error: DomainError) -> UserError:
    """The refusal as its type."""
    common = _Common(code=error.code, field=list(error.field), message=error.message)
    if isinstance(error, domain.DocumentsMissingError):
        return DocumentsMissingError(**common, missing=list(error.missing))
    if isinstance(error, domain.StaleVersionError):
        return StaleVersionError(**common, current_version=error.current)
    return _PLAIN[type(error)](**common)


_PLAIN: dict[type[DomainError], type[UserError]] = {
    domain.InvalidInputError: InvalidInputError,
    domain.ForbiddenError: ForbiddenError,
    domain.NotFoundError: NotFoundError,
    domain.WrongStatusError: WrongStatusError,
    domain.ConflictError: ConflictError,
}
