"""Where in a document a refusal belongs: its path grows while it leaves the document's parts."""

from collections.abc import Iterator
from contextlib import contextmanager

from escgraph.domain.errors import InvalidInputError


@contextmanager
def within(*path: str) -> Iterator[None]:
    """What is refused inside is at fault below that path."""
    try:
        yield
    except InvalidInputError as error:
        raise InvalidInputError(error.message, field=(*path, *error.field)) from error
