"""What the SOP refuses. A refusal is data: a stable code, a field, a sentence that says what to do.

DomainError
├── InvalidInputError      INVALID_INPUT      the input breaks a rule that needs no other facts
├── ForbiddenError         FORBIDDEN          the actor's role, tier or token does not allow it
├── NotFoundError          NOT_FOUND          no such thing, or none that the actor may see
├── WrongStatusError       WRONG_STATUS       how the ticket or message stands does not allow it
├── DocumentsMissingError  DOCUMENTS_MISSING  the SOP wants something written first
├── StaleVersionError      STALE_VERSION      somebody else changed the ticket meanwhile
└── ConflictError          CONFLICT           the same idempotency key came with another payload,
                                              what is to be created exists already, or what
                                              was seen before has changed since
"""

from collections.abc import Sequence


class DomainError(Exception):
    """A refusal. Nothing was written.

    Attributes:
        code: stable, for programs.
        message: for people; names the act and the state, and says what to do next.
        field: path of the input that is at fault, camel case as in GraphQL; empty for none.
    """

    code = "DOMAIN"

    def __init__(self, message: str, *, field: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.field = tuple(field)


class InvalidInputError(DomainError):
    code = "INVALID_INPUT"


class ForbiddenError(DomainError):
    code = "FORBIDDEN"


class NotFoundError(DomainError):
    code = "NOT_FOUND"


class WrongStatusError(DomainError):
    code = "WRONG_STATUS"


class DocumentsMissingError(DomainError):
    """`missing` names each document that the SOP wants, as a person would ask for it."""

    code = "DOCUMENTS_MISSING"

    def __init__(
        self, message: str, *, missing: Sequence[str] = (), field: Sequence[str] = ()
    ) -> None:
        super().__init__(message, field=field)
        self.missing = tuple(missing)


class StaleVersionError(DomainError):
    """`current` is the version that the ticket has now."""

    code = "STALE_VERSION"

    def __init__(self, message: str, *, current: int, field: Sequence[str] = ()) -> None:
        super().__init__(message, field=field)
        self.current = current


class ConflictError(DomainError):
    code = "CONFLICT"
