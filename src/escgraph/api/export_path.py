"""Where the resolution log is had as a file: the path for a filter, and the filter in a path."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from graphql import GraphQLError
from starlette.datastructures import QueryParams

from escgraph.api.scalars import moment_text, read_moment
from escgraph.api.texts import storable
from escgraph.documents.rows import ROW_FORMS, RowFormat
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.terms import Priority, ResolutionCode
from escgraph.queries.resolution_log import ResolutionFilter

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

PLACE = "/export/resolution-log"


def path_of(which: ResolutionFilter, form: RowFormat) -> str:
    """The path and query on this server; an empty list, which lets nothing pass, stays one."""
    given: list[tuple[str, str]] = [
        *_one("since", _written(which.since)),
        *_one("until", _written(which.until)),
        *_each("code", which.codes),
        *_one("category", which.category),
        *_one("component", which.component),
        *_each("priority", which.priorities),
    ]
    query = f"?{urlencode(given)}" if given else ""
    return f"{PLACE}.{ROW_FORMS[form].ending}{query}"


def filter_of(query: QueryParams) -> ResolutionFilter:
    """The filter in a query.

    Raises:
        InvalidInputError: a parameter is unknown, comes twice or cannot be read.
    """
    for name in query:
        if name not in _KNOWN:
            raise InvalidInputError(
                f'there is no parameter "{name}"; use {", ".join(_KNOWN)}', field=(name,)
            )
    return ResolutionFilter(
        since=_only(query, "since", _moment),
        until=_only(query, "until", _moment),
        codes=_all(query, "code", ResolutionCode),
        category=_only(query, "category", _text),
        component=_only(query, "component", _text),
        priorities=_all(query, "priority", Priority),
    )


_KNOWN = ("since", "until", "code", "category", "component", "priority")


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment_text(moment)


def _one(name: str, value: str | None) -> list[tuple[str, str]]:
    return [] if value is None else [(name, value)]


def _each(name: str, values: Iterable[StrEnum] | None) -> list[tuple[str, str]]:
    if values is None:
        return []
    return [(name, value.value) for value in values] or [(name, "")]


def _only(query: QueryParams, name: str, read: Callable[[str, str], T]) -> T | None:
    values = query.getlist(name)
    if len(values) > 1:
        raise InvalidInputError(f"{name} is given twice; give it once", field=(name,))
    return read(name, values[0]) if values else None


def _all(query: QueryParams, name: str, kind: type[E]) -> tuple[E, ...] | None:
    values: Sequence[str] = query.getlist(name)
    if not values:
        return None
    return tuple(_member(name, value, kind) for value in values if value)


def _member(name: str, value: str, kind: type[E]) -> E:
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(kind)
        raise InvalidInputError(f'{name} is "{value}"; use {known}', field=(name,)) from None


def _moment(name: str, value: str) -> datetime:
    try:
        return read_moment(value)
    except GraphQLError as error:
        raise InvalidInputError(f"{name}: {error.message}", field=(name,)) from None


def _text(name: str, value: str) -> str:
    if not storable(value):
        raise InvalidInputError(
            f"{name} holds NUL or half of a surrogate pair, which no text does; take it out",
            field=(name,),
        )
    return value
