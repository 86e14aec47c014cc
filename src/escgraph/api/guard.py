"""How much one operation may ask for, weighed before anything else looks at the document.

Not a validation rule, though the library's limiters are: a rule cannot keep the other rules from
running, and those are quadratic in a long document. The library's limiters also walk a fragment
again at each spread, so that a short chain of fragments costs exponential time; here each fragment
is weighed once.
"""

from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from escgraph.api.faults import Code, fault

_LEVELS = 100
"""Selection sets inside one another, of any kind: keeps the recursion short."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one operation may hold, its fragments expanded.

    Attributes:
        depth: fields inside fields. Introspection does not count here: its standard query is deep,
            and GraphQL's own rule keeps it from nesting lists.
        fields: fields in all, each as often as it is asked for.
        aliases: fields that are asked for under another name.
        tokens: words and signs of the text, before it is parsed; GraphQL's own rules take up to
            0.2 s for as many.
        comments: comment lines of the text.
    """

    depth: int = 15
    fields: int = 2_000
    aliases: int = 100
    tokens: int = 2_000
    comments: int = 500


@dataclass(frozen=True, slots=True)
class Weight:
    """What a selection asks for, its fragments expanded. The counts may be astronomical."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0


class TooNestedError(Exception):
    """The selection sets nest deeper than `_LEVELS`."""


class Scales:
    """Weighs operations of one document, each fragment once, however often it is spread.

    A fragment that is missing, or that spreads itself, weighs nothing: validation refuses both.
    `visited` counts the selections that were looked at.
    """

    def __init__(self, document: DocumentNode) -> None:
        self.visited = 0
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._weighed: dict[str, Weight] = {}

    def weigh(self, selections: SelectionSetNode | None, *, level: int = 1) -> Weight:
        """The weight of what stands between two braces.

        Raises:
            TooNestedError: no weight; the answer is no.
        """
        if level > _LEVELS:
            raise TooNestedError
        nodes = selections.selections if selections else ()
        weights = [self._one(node, level=level) for node in nodes]
        return Weight(
            depth=max((weight.depth for weight in weights), default=0),
            fields=sum(weight.fields for weight in weights),
            aliases=sum(weight.aliases for weight in weights),
        )

    def _one(self, node: SelectionNode, *, level: int) -> Weight:
        self.visited += 1
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value, level=level)
        assert isinstance(node, FieldNode | InlineFragmentNode)
        within = self.weigh(node.selection_set, level=level + 1)
        return within if isinstance(node, InlineFragmentNode) else _field(node, within)

    def _fragment(self, name: str, *, level: int) -> Weight:
        if name not in self._weighed and name in self._fragments:
            self._weighed[name] = Weight()  # what a spread of it within itself weighs
            fragment = self._fragments[name]
            self._weighed[name] = self.weigh(fragment.selection_set, level=level + 1)
        return self._weighed.get(name, Weight())


def refusal(document: DocumentNode, limits: Limits) -> GraphQLError | None:
    """Why the document is not even validated; None when its operations are within the limits."""
    scales = Scales(document)
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            try:
                message = _objection(scales.weigh(definition.selection_set), limits)
            except TooNestedError:
                message = f"the operation nests more than {_LEVELS} selections; nest less"
            if message:
                return fault(message, Code.TOO_LARGE)
    return None


def _field(node: FieldNode, within: Weight) -> Weight:
    introspects = node.name.value in {"__schema", "__type"}
    return Weight(
        depth=0 if introspects else within.depth + 1,
        fields=within.fields + 1,
        aliases=within.aliases + (node.alias is not None),
    )


def _objection(weight: Weight, limits: Limits) -> str:
    if weight.depth > limits.depth:
        return (
            f"the operation asks for fields {weight.depth} deep, at most {limits.depth} are"
            " allowed; start a second operation from the inner object's id"
        )
    if weight.fields > limits.fields:
        return (
            f"the operation asks for more than {limits.fields} fields, its fragments expanded;"
            " ask for fewer, or in several operations"
        )
    if weight.aliases > limits.aliases:
        return (
            f"the operation uses more than {limits.aliases} aliases, its fragments expanded;"
            " send several operations, or use a field that takes a filter"
        )
    return ""
