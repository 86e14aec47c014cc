"""The guard: what one operation may ask for, and that finding out is cheap."""

from collections.abc import Iterator, Mapping

import pytest
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    get_introspection_query,
    parse,
)
from hypothesis import given
from hypothesis import strategies as st
from strawberry import Schema as StockSchema
from strawberry.extensions import ParserCache
from strawberry.extensions.max_aliases import count_fields_with_alias

from escgraph.api.documents import DocumentCache
from escgraph.api.faults import Code
from escgraph.api.guard import Limits, Scales, TooNestedError, Weight, refusal
from escgraph.api.schema_base import Schema
from tests.api.toy import Json, Query, toy_schema


def chain(links: int) -> str:
    """Each fragment spreads the next one twice."""
    fragments = " ".join(
        f"fragment F{n} on Toy{{a:child{{...F{n + 1}}}b:child{{...F{n + 1}}}}}"
        for n in range(links)
    )
    return f"{{...F0}}{fragments} fragment F{links} on Toy{{name}}"


def weigh(text: str) -> Weight:
    document = parse(text)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return Scales(document).weigh(operation.selection_set)


def told(text: str, limits: Limits | None = None) -> str:
    error = refusal(parse(text), limits or Limits())
    return error.message if error else ""


def test_a_chain_of_fragments_is_refused_after_one_look_at_each_selection() -> None:
    bomb = chain(14)
    assert len(bomb) < 800
    document = parse(bomb)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    scales = Scales(document)

    assert scales.weigh(operation.selection_set).fields == 2**15 - 2 + 2**14
    assert scales.visited == 1 + 14 * 4 + 1
    assert "more than 2000 fields" in told(bomb)


def test_the_librarys_limiter_looks_at_each_fragment_again_for_every_spread() -> None:
    class Counted(Mapping[str, FragmentDefinitionNode]):
        looked_up = 0

        def __init__(self, document: DocumentNode) -> None:
            self.named = {
                definition.name.value: definition
                for definition in document.definitions
                if isinstance(definition, FragmentDefinitionNode)
            }

        def __getitem__(self, name: str) -> FragmentDefinitionNode:
            self.looked_up += 1
            return self.named[name]

        def __iter__(self) -> Iterator[str]:
            return iter(self.named)

        def __len__(self) -> int:
            return len(self.named)

    document = parse(chain(10))
    fragments = Counted(document)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    count_fields_with_alias(operation, fragments)

    assert fragments.looked_up > 2**10


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Any small document whose fragments spread only later ones."""

    def selection(first: int, depth: int) -> str:
        parts = []
        for _ in range(draw(st.integers(1, 3))):
            kind = draw(st.sampled_from(["name", "x:name", "child", "...", "spread"]))
            if kind in {"child", "..."} and depth:
                parts.append(f"{kind}{{{selection(first, depth - 1)}}}")
            elif kind == "spread" and first < 5:
                parts.append(f"...F{draw(st.integers(first, 4))}")
            else:
                parts.append("x:name" if kind == "x:name" else "name")
        return " ".join(parts)

    fragments = [f"fragment F{n} on Toy {{{selection(n + 1, 2)}}}" for n in range(5)]
    return f"{{{selection(0, 2)}}} {' '.join(fragments)}"


def naive(text: str) -> Weight:
    """The same by writing every fragment out, as often as it is spread."""
    document = parse(text)
    bodies = {
        definition.name.value: definition.selection_set
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }

    def walk(selections: object, depth: int) -> Iterator[tuple[int, bool]]:
        for node in getattr(selections, "selections", ()):
            if node.kind == "field":
                yield depth, node.alias is not None
                yield from walk(node.selection_set, depth + 1)
            elif node.kind == "inline_fragment":
                yield from walk(node.selection_set, depth)
            else:
                yield from walk(bodies[node.name.value], depth)

    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    fields = list(walk(operation.selection_set, 1))
    return Weight(
        depth=max(depth for depth, _ in fields),
        fields=len(fields),
        aliases=sum(alias for _, alias in fields),
    )


@given(documents())
def test_the_weight_is_that_of_the_document_with_every_fragment_written_out(text: str) -> None:
    assert weigh(text) == naive(text)


def nested(depth: int) -> str:
    return "{" + "child{" * (depth - 1) + "name" + "}" * depth


def test_fifteen_fields_deep_is_allowed_and_sixteen_is_not() -> None:
    assert told(nested(15)) == ""
    assert told(nested(16)).startswith("the operation asks for fields 16 deep, at most 15")


def test_depth_is_counted_through_fragments() -> None:
    inner = "fragment Inner on Toy {" + "child{" * 13 + "name" + "}" * 13 + "}"
    assert told("{child{...Inner}}" + inner) == ""
    assert "16 deep" in told("{child{child{...Inner}}}" + inner)


@pytest.mark.parametrize(
    ("text", "limits", "word"),
    [
        ("{a b c}", Limits(fields=3), ""),
        ("{a b c d}", Limits(fields=3), "3 fields"),
        ("{x:a y:a}", Limits(aliases=2), ""),
        ("{x:a y:a z:a}", Limits(aliases=2), "2 aliases"),
        ("query A {a} query B {a b}", Limits(fields=2), ""),
        ("query A {a} query B {a b c}", Limits(fields=2), "2 fields"),
    ],
)
def test_each_limit_is_the_last_count_allowed_for_one_operation(
    text: str, limits: Limits, word: str
) -> None:
    message = told(text, limits)
    assert word in message
    assert bool(message) == bool(word)


def test_fragments_that_spread_themselves_or_are_missing_weigh_nothing_here() -> None:
    assert weigh("{...A} fragment A on Toy {name ...B} fragment B on Toy {...A}").fields == 1
    assert weigh("{...Nowhere name}").fields == 1


def test_selections_nested_without_end_are_refused_without_deep_recursion() -> None:
    links = " ".join(f"fragment F{n} on Toy {{...F{n + 1}}}" for n in range(300))
    text = f"{{...F0}} {links} fragment F300 on Toy {{name}}"

    with pytest.raises(TooNestedError):
        weigh(text)
    assert "nests more than 100 selections" in told(text)


async def test_the_standard_introspection_query_is_allowed() -> None:
    text = get_introspection_query(input_value_deprecation=True, specified_by_url=True)
    result = await toy_schema().execute(text)
    assert result.errors is None
    assert result.data


async def test_introspection_may_be_deeper_than_other_fields() -> None:
    text = '{__type(name: "Toy")' + "{ofType" * 20 + "{name}" + "}" * 20 + "}"
    result = await toy_schema().execute(text)
    assert result.errors is None


async def test_introspection_that_nests_lists_is_refused_by_graphql_itself() -> None:
    text = "{__schema{types{fields{type{fields{type{fields{name}}}}}}}}"
    result = await toy_schema().execute(text)
    assert [e.message for e in result.errors or ()] == ["Maximum introspection depth exceeded"]


async def test_a_document_that_is_too_heavy_is_not_validated() -> None:
    schema = Schema(Query, limits=Limits(fields=2))
    result = await schema.execute("{nonsense gibberish rubbish}")
    assert [error.extensions for error in result.errors or ()] == [{"code": Code.TOO_LARGE}]


@pytest.mark.parametrize("text", ["{" + "name " * 50 + "}", "#\n" * 50 + "{name}"])
async def test_a_long_text_is_refused_before_it_is_parsed(text: str) -> None:
    result = await Schema(Query, limits=Limits(tokens=20, comments=20)).execute(text)
    (error,) = result.errors or []
    assert error.message.endswith("Split the document, or send values as variables.")
    assert error.extensions == {"code": Code.TOO_LARGE}


async def test_a_valid_document_is_parsed_once() -> None:
    schema = toy_schema()
    await schema.execute("{name}")
    parsed = schema.documents.recall("{name}")

    result = await schema.execute("{name}")

    assert result.data == {"name": "toy"}
    assert parsed is not None
    assert schema.documents.recall("{name}") is parsed


@pytest.mark.parametrize("text", ["{", "{nonsense}", nested(16)])
async def test_a_refused_document_is_not_remembered_and_is_refused_again(text: str) -> None:
    schema = toy_schema()
    first, second = await schema.execute(text), await schema.execute(text)
    assert first.errors
    assert second.errors == first.errors
    assert len(schema.documents) == 0


async def test_a_remembered_document_still_has_its_variables_checked() -> None:
    schema = toy_schema()
    text = "query Q($m: DateTime!) {at(moment: $m)}"
    assert (await schema.execute(text, {"m": "2026-01-01T00:00:00Z"})).errors is None
    assert (await schema.execute(text, {"m": "soon"})).errors


def test_the_cache_forgets_what_was_not_used_for_longest() -> None:
    cache = DocumentCache(characters=160)
    document = parse("{a}")
    for n in range(16):
        cache.remember(f"{n:10}", document)
    cache.recall(f"{0:10}")

    cache.remember("{new     }", document)

    assert len(cache) == 16
    assert cache.recall(f"{0:10}") is document
    assert cache.recall(f"{1:10}") is None


def test_the_cache_takes_no_document_longer_than_a_sixteenth_of_it() -> None:
    cache = DocumentCache(characters=160)
    cache.remember("x" * 11, parse("{a}"))
    assert len(cache) == 0


async def test_a_typo_in_a_stream_is_a_result_but_not_with_the_librarys_cache() -> None:
    stream: Json = await toy_schema().stream("{")
    results = [result async for result in stream]
    assert [r.errors[0].extensions for r in results] == [{"code": Code.GRAPHQL_PARSE_FAILED}]

    with pytest.raises(GraphQLSyntaxError):
        _ = [r async for r in await StockSchema(Query, extensions=[ParserCache]).stream("{")]
