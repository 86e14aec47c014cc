"""Keeps answers from growing without bound: types name each other, and each level is a list.

The guard weighs the document and cannot know how long the lists are: a timeline of 20 entries,
each with its ticket with its timeline, is 160,000 entries after four turns.
"""

from collections.abc import Iterator

from graphql.pyutils import Path

from escgraph.api.context import Info
from escgraph.domain.errors import InvalidInputError


def refuse_within(info: Info, kind: str, *, times: int = 1) -> None:
    """Pass unless the field stands within so many objects of that type.

    Raises:
        InvalidInputError: it does.
    """
    around = list(_types(info.path)).count(kind)
    if around >= times:
        raise InvalidInputError(
            f"{info.python_name} is not answered within {times} of {kind}; "
            "start another operation from the inner object's id"
        )


def _types(path: Path | None) -> Iterator[str | None]:
    while path is not None:
        yield path.typename
        path = path.prev
