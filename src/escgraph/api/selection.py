"""What an operation asks for below a field, so that a page is read with one statement per level."""

from collections.abc import Collection, Iterable, Iterator

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, SelectionNode

from escgraph.api.context import Info
from escgraph.queries.views import Wanted

_PEOPLE = (
    "owner",
    "assignees",
    "stakeholders",
    "openedBy",
    "by",
    "approvedBy",
    "responsibleFrom",
    "responsibleTo",
    "told",
)
_LEVELS = {
    "deadlines": Wanted.DEADLINES,
    "nextDeadline": Wanted.DEADLINES,
    "escalations": Wanted.ESCALATIONS,
    "holds": Wanted.PAUSES,
    "forecast": Wanted.FORECAST,
    "loadByTier": Wanted.LOADS,
    **dict.fromkeys(_PEOPLE, Wanted.PEOPLE),
}
_APART = frozenset({"timeline", "package", "state", "notices"})
"""Fields that read what is below them themselves."""


def wanted(info: Info) -> Wanted:
    """What tickets below this field have to bring with them.

    Told by the names of the fields alone, at any depth: too much at times, never too little.
    """
    known = info.context.selections
    place = tuple(id(node) for node in info._raw_info.field_nodes)  # noqa: SLF001 - nowhere public
    if place not in known:
        levels = (_LEVELS.get(name, Wanted.NOTHING) for name in names(info, apart=_APART))
        known[place] = _all(levels)
    return known[place]


def names(info: Info, *, apart: Collection[str] = ()) -> frozenset[str]:
    """The names of all fields below this one, at any depth, its fragments expanded.

    What stands below the fields that are named `apart` is left out.
    """
    raw = info._raw_info  # noqa: SLF001 - the library's own selections are many times as slow
    return frozenset(_names(raw.field_nodes, raw.fragments, apart))


def _names(
    nodes: Iterable[SelectionNode],
    fragments: dict[str, FragmentDefinitionNode],
    apart: Collection[str],
) -> Iterator[str]:
    pending = list(nodes)
    spread: set[str] = set()
    while pending:
        node = pending.pop()
        if isinstance(node, FieldNode):
            yield node.name.value
            if node.name.value in apart:
                continue
        if isinstance(node, FragmentSpreadNode):
            name = node.name.value
            inside = None if name in spread else fragments[name].selection_set
            spread.add(name)
        else:
            inside = getattr(node, "selection_set", None)
        pending.extend(inside.selections if inside else ())


def _all(levels: Iterable[Wanted]) -> Wanted:
    together = Wanted.NOTHING
    for level in levels:
        together |= level
    return together
