"""Texts that no database stores are refused before anything runs: NUL, and half a surrogate pair.

PostgreSQL would answer them with a driver's error in the middle of an act, SQLite would keep them.
"""

from collections.abc import Iterator
from typing import Any

from graphql import DocumentNode, GraphQLError, StringValueNode, Visitor, visit

from escgraph.api.faults import Code, fault


def in_document(document: DocumentNode) -> GraphQLError | None:
    """Why a document with its literal texts is refused; None when they can be stored."""
    texts = _Texts()
    visit(document, texts)
    return _refusal(texts.found)


def in_variables(variables: dict[str, Any] | None) -> GraphQLError | None:
    """The same for the values that came beside it."""
    return _refusal(_within(variables))


class _Texts(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def enter_string_value(self, node: StringValueNode, *_: object) -> None:
        self.found.append(node.value)


def _within(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _within(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _within(inner)


def _refusal(texts: Iterator[str] | list[str]) -> GraphQLError | None:
    if all(storable(text) for text in texts):
        return None
    message = "a text holds NUL or half of a surrogate pair, which cannot be stored; take it out"
    return fault(message, Code.BAD_USER_INPUT)


def storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
