"""Selections of every field there is, made from the schema: what is added later is in them."""

import re
from collections.abc import Iterator

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from escgraph.api.documents import DocumentCache
from escgraph.api.guard import Limits
from escgraph.api.schema import build_schema

BOUNDLESS = build_schema()
BOUNDLESS.limits = Limits(depth=90, fields=10**6, aliases=10**6, tokens=10**6)
BOUNDLESS.documents = DocumentCache(characters=10**8)
"""The schema, for documents that are longer than any client's, each validated once."""

GRAPHQL = BOUNDLESS._schema
APART = frozenset({"package", "edges"})
"""The package is refused as a whole to those who may not read it; edges repeat the nodes."""
FROM_NODES = frozenset({"ticket", "timeline", "escalation", "state", "by"})
"""Beside those, where a document would have all of it once for each of thirty types."""
ONCE = frozenset({"notices", "channels", "preferences"})
"""Whatever leads there, the same comes: enough where it stands first (`FIRST`), since each notice
has events of a hundred types, and a person stands nearly everywhere."""
FIRST = frozenset({"ticket", "ticketChanged", "notices", "deliveries", "people"})


_fragments: dict[str, int] = {}
"""What was selected of types until now, and its number: few, and each is needed often."""


def document(operation: str) -> str:
    """That operation, with the fragments that its selection needs."""
    bodies = list(_fragments)
    numbers = sorted(_needed(operation, bodies, set()))
    return "\n".join([operation, *(f"fragment Part{n} {bodies[n]}" for n in numbers)])


def _needed(text: str, bodies: list[str], known: set[int]) -> set[int]:
    for number in map(int, re.findall(r"\.\.\.Part(\d+)", text)):
        if number not in known:
            known.add(number)
            _needed(bodies[number], bodies, known)
    return known


def selected(
    kind: GraphQLNamedType, *, apart: frozenset[str] = APART, around: tuple[str, ...] = ()
) -> str:
    """Every field of that type but those apart, down to the leaves; no type within itself.

    The fields stand in a fragment; `document` puts it to the operation.
    """
    body = f"on {kind.name} {_selection(kind, apart, (*around, kind.name))}"
    return f"{{...Part{_fragments.setdefault(body, len(_fragments))}}}"


def _selection(kind: GraphQLNamedType, apart: frozenset[str], around: tuple[str, ...]) -> str:
    if isinstance(kind, GraphQLObjectType):
        return f"{{{' '.join(_fields(kind, apart, around))}}}"
    assert isinstance(kind, GraphQLInterfaceType | GraphQLUnionType)
    common = frozenset(kind.fields if isinstance(kind, GraphQLInterfaceType) else ())
    shared = _fields(kind, apart, around) if isinstance(kind, GraphQLInterfaceType) else ()
    own = (
        f"... on {one.name} {{__typename "
        f"{' '.join(_fields(one, apart | common, (*around, one.name)))}}}"
        for one in GRAPHQL.get_possible_types(kind)
        if one.name not in around
    )
    return f"{{__typename {' '.join(shared)} {' '.join(own)}}}"


def _fields(
    kind: GraphQLObjectType | GraphQLInterfaceType, apart: frozenset[str], around: tuple[str, ...]
) -> Iterator[str]:
    """Under names that no two types share, since their fields of one name differ in type."""
    for name, field in kind.fields.items():
        if name not in apart and _is_new(field, around):
            inner = get_named_type(field.type)
            within = apart & (APART | FROM_NODES | ONCE)
            deeper = "" if is_leaf_type(inner) else selected(inner, apart=within, around=around)
            yield f"{kind.name}_{name}: {name} {deeper}"


def _is_new(field: GraphQLField, around: tuple[str, ...]) -> bool:
    """Whether the field can be asked for and leads to no type that it stands within."""
    if any(is_required_argument(argument) for argument in field.args.values()):
        return False
    return get_named_type(field.type).name not in around
