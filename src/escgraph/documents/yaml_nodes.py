"""YAML of strangers, taken apart as far as its nodes: small, flat, without anchors and tags.

What a plain word means is left to whoever knows what belongs in its place. So `no` is never false,
`12:30` no number of seconds and `0o17` no fifteen.
"""

import re

import yaml
from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, NodeEvent

from escgraph.domain.errors import InvalidInputError

LONGEST = 100_000
"""In characters."""
DEEPEST = 10

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NEVER = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""Control characters, halves of surrogate pairs, and what ends lines for some readers only."""


def root(text: str) -> yaml.Node:
    """The one node that the text consists of.

    Raises:
        InvalidInputError: it is no YAML, empty, too long or too deep, or uses what is not read.
    """
    text = text.removeprefix("\ufeff")
    _check_characters(text)
    try:
        _check_events(text)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise refused(mark.line + 1 if mark else 1, f"no YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise InvalidInputError(f"no YAML: {' '.join(str(error).split())}") from error
    if node is None:
        raise InvalidInputError("there is nothing in it; see: escgraph policy show")
    return node


def line_of(node: yaml.Node) -> int:
    """Counted from 1, as editors do."""
    return int(node.start_mark.line) + 1


def refused(line: int, message: str) -> InvalidInputError:
    """The refusal of what stands in that line."""
    return InvalidInputError(f"line {line}: {message}")


def _check_characters(text: str) -> None:
    if len(text) > LONGEST:
        raise InvalidInputError(f"it has {len(text)} characters; {LONGEST} are allowed, shorten it")
    found = _NEVER.search(text)
    if found is not None:
        line = text.count("\n", 0, found.start()) + 1
        raise refused(line, f"the character U+{ord(found[0]):04X} is not allowed; take it out")


def _check_events(text: str) -> None:
    """Refuse before anything is built: an alias may stand for a million nodes."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, AliasEvent):
            alias = (event.anchor or "")[:40]
            raise refused(line, f"the alias *{alias} is not read; write out what it is")
        if isinstance(event, NodeEvent) and event.anchor is not None:
            raise refused(line, f"the anchor &{event.anchor[:40]} is not read; take it out")
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise refused(line, f"the tag {tag[:40]} is not read; take it out")
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEEPEST:
            raise refused(line, "it is nested too deep; see: escgraph policy show")
