"""Which shape a document has, place by place, and reading a YAML node by its shape.

What is read are JSON values; where each of them stood is kept, so that a refusal that comes later
still names the line.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from escgraph.documents.yaml_nodes import line_of, refused
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.texts import LINE_LENGTH, optional_line

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text, whatever it looks like: 12:30, no and 2.10 are texts too."""

    longest: int = LINE_LENGTH


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number in decimal digits."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of these words."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Maybe:
    """`null`, or nothing at all, or the shape."""

    shape: "Shape"


@dataclass(frozen=True, slots=True)
class Listing:
    """Any number of the shape."""

    shape: "Shape"


@dataclass(frozen=True, slots=True)
class Table:
    """The shape under each of some keys; under any where `keys` is None."""

    keys: tuple[str, ...] | None
    shape: "Shape"


@dataclass(frozen=True, slots=True)
class Record:
    """Keys with shapes of their own; those in `optional` may be left out, and are then as there."""

    keys: Mapping[str, "Shape"]
    optional: Mapping[str, Any]


Shape = Text | Whole | Choice | Maybe | Listing | Table | Record


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document says, and the line of each place in it; `what` is the word for it."""

    what: str
    lines: dict[Path, int] = field(default_factory=dict)

    def value(self, shape: Shape, node: Node, path: Path = ()) -> Any:  # noqa: ANN401 - JSON
        """What the node says, if it has that shape.

        Raises:
            InvalidInputError: names the line, and what belongs there.
        """
        self.lines.setdefault(path, line_of(node))
        match shape:
            case Maybe():
                return None if _is_null(node) else self.value(shape.shape, node, path)
            case Listing():
                return self._items(shape, node, path)
            case Table() | Record():
                return self._entries(shape, node, path)
            case Text() | Whole() | Choice():
                return self._scalar(shape, node, path)

    def placed(self, error: InvalidInputError) -> InvalidInputError:
        """The refusal of a value that was read here, with its line."""
        path = error.field
        while path not in self.lines and path:
            path = path[:-1]
        name = f", {written(path)}" if path else ""
        return InvalidInputError(
            f"line {self.lines.get(path, 1)}{name}: {error.message}", field=error.field
        )

    def _items(self, shape: Listing, node: Node, path: Path) -> list[Any]:
        if not isinstance(node, SequenceNode):
            raise self._misshapen(node, path, "a list")
        return [
            self.value(shape.shape, item, (*path, str(at))) for at, item in enumerate(node.value)
        ]

    def _entries(self, shape: Table | Record, node: Node, path: Path) -> dict[str, Any]:
        if not isinstance(node, MappingNode):
            raise self._misshapen(node, path, "keys with values")
        entries: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = self._key(shape, key_node, path)
            if key in entries:
                first = self.lines[(*path, key)]
                raise refused(
                    line_of(key_node),
                    f"{written((*path, key))} stands in line {first} already; take one out",
                )
            self.lines[(*path, key)] = line_of(key_node)
            inner = shape.shape if isinstance(shape, Table) else shape.keys[key]
            entries[key] = self.value(inner, value_node, (*path, key))
        return entries if isinstance(shape, Table) else self._complete(shape, entries, path)

    def _key(self, shape: Table | Record, node: Node, path: Path) -> str:
        if not isinstance(node, ScalarNode):
            raise refused(line_of(node), f"a key of {self._name(path)} is no text; write a word")
        key, known = str(node.value), shape.keys
        if known is None:
            return self._line(node, f"a key of {self._name(path)}", LINE_LENGTH)
        if key not in known:
            raise refused(
                line_of(node),
                f"{written((*path, key[:60]))} is no key of a {self.what}; {_advice(key, known)}",
            )
        return key

    def _complete(self, shape: Record, entries: dict[str, Any], path: Path) -> dict[str, Any]:
        for key in shape.keys:
            if key not in entries and key not in shape.optional:
                raise refused(self.lines[path], f"{self._name(path)} lacks {key}; add it")
        return {**shape.optional, **entries}

    def _scalar(self, shape: Text | Whole | Choice, node: Node, path: Path) -> str | int:
        if not isinstance(node, ScalarNode):
            raise self._misshapen(node, path, "a number" if isinstance(shape, Whole) else "a text")
        text = str(node.value)
        match shape:
            case Whole():
                if _is_plain(node) and _WHOLE.fullmatch(text):
                    return int(text)
                raise self._wrong(node, path, "is no whole number; write digits, as in 3")
            case Choice():
                if text in shape.words:
                    return text
                raise self._wrong(node, path, f"is not known; {_advice(text, shape.words)}")
            case Text():
                return self._text(shape, node, path)

    def _text(self, shape: Text, node: ScalarNode, path: Path) -> str:
        if _is_null(node):
            raise refused(
                line_of(node), f'{self._name(path)} is empty; write it, or "" if it is to be empty'
            )
        return self._line(node, self._name(path), shape.longest)

    def _line(self, node: ScalarNode, name: str, longest: int) -> str:
        text = str(node.value)
        try:
            optional_line(text, name, longest=longest)
        except InvalidInputError as error:
            raise refused(line_of(node), error.message) from error
        return text

    def _wrong(self, node: ScalarNode, path: Path, said: str) -> InvalidInputError:
        shown = " ".join(str(node.value)[:40].split())
        return refused(line_of(node), f'{self._name(path)} "{shown}" {said}')

    def _misshapen(self, node: Node, path: Path, wanted: str) -> InvalidInputError:
        found = _FOUND[type(node)] if not _is_null(node) else "empty"
        return refused(line_of(node), f"{self._name(path)} is {found}; write {wanted}")

    def _name(self, path: Path) -> str:
        return written(path) or f"the {self.what}"


def written(path: Path) -> str:
    """The path as people write it; which item of a list it is, its line tells."""
    return ".".join(part for part in path if not part.isdecimal())


_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_FOUND: Mapping[type[Node], str] = {
    ScalarNode: "a text",
    SequenceNode: "a list",
    MappingNode: "made of keys",
}


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and _is_plain(node) and node.value in _NULLS


def _is_plain(node: ScalarNode) -> bool:
    """Written without quotes; one of the two parsers says None, the other an empty text."""
    return not node.style


def _advice(word: str, known: Collection[str]) -> str:
    bare = {_bare(one): one for one in known}
    close = get_close_matches(_bare(word[:60]), bare, n=1)
    return f"did you mean {bare[close[0]]}?" if close else f"use {' or '.join(known)}"


def _bare(word: str) -> str:
    return word.casefold().replace("_", "").replace("-", "")
