"""The names by which clients call things: ids, which are plain UUIDs, and numbers of tickets."""

import re
from collections.abc import Sequence
from uuid import UUID

import strawberry

from escgraph.domain.errors import InvalidInputError

_NUMBER = re.compile(r"(?:ESC-)?0*([1-9]\d{0,17})", re.IGNORECASE | re.ASCII)


def read_id(text: str, *, field: str) -> UUID:
    """The id that a client gave in that field.

    Raises:
        InvalidInputError: it is none.
    """
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInputError(
            f"{field} is no id; ids look like 01980c1e-5b7a-7cc0-8000-3f1a2b4c5d6e",
            field=(field,),
        ) from None


def read_ids(texts: Sequence[str], *, field: str) -> tuple[UUID, ...]:
    """All of them. Raises as `read_id` does."""
    return tuple(read_id(text, field=field) for text in texts)


def id_text(identifier: UUID) -> strawberry.ID:
    return strawberry.ID(str(identifier))


def number_text(number: int) -> str:
    """How people call a ticket."""
    return f"ESC-{number:06d}"


def read_number(text: str) -> int:
    """The number in what people call a ticket, with or without its letters and zeros.

    Raises:
        InvalidInputError: there is none.
    """
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        raise InvalidInputError(
            "number is none of a ticket; they look like ESC-000123", field=("number",)
        )
    return int(found[1])
