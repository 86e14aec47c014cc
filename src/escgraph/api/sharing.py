"""A subscription as those share it who are alike: from the items that it pulls to their JSON.

A transport that can send payloads made for many makes an `Offer`, as the root of the operation. The
resolver of a subscription takes it and ends, having yielded nothing; the transport then sends what
`Shared.payloads` gives. Without an offer the resolver yields the items one by one, and the library
executes each for its subscriber alone. Both ways make the same of an item.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import orjson
from graphql import DocumentNode, FieldNode, Node, VariableNode, Visitor, visit
from strawberry.types.execution import ExecutionResult

from escgraph.api.context import Context, Info
from escgraph.api.encoding import encode_result
from escgraph.api.faults import NOT_TOLD, Code, fault, hit_by_outage
from escgraph.api.groups import Alike, Group
from escgraph.api.impersonal import Sight
from escgraph.api.loaders import Loaders
from escgraph.api.payloads import Answer
from escgraph.api.session import Session

if TYPE_CHECKING:
    from escgraph.api.schema_base import Schema

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Source(Generic[T]):
    """What one subscriber pulls, and what becomes of each item of it.

    Attributes:
        items: in their order, each when it is asked for.
        key: the same for items of which the same becomes; None where no other is alike.
        made: what the schema sends for the item, read now; None for nothing.
        ahead: what comes behind that item, as far as it is here already; a few at most.
    """

    items: AsyncGenerator[T, None]
    key: Callable[[T], Hashable | None]
    made: Callable[[T, Context], Awaitable[object | None]]
    ahead: Callable[[T], Sequence[T]]


@dataclass(slots=True)
class Offer:
    """`shared` is what a resolver made of it; None where the operation is another kind."""

    variables: Mapping[str, Any] | None
    shared: "Shared[Any] | None" = None


async def told(info: Info, source: Source[T]) -> AsyncGenerator[Any, None]:
    """What the schema sends for each item; nothing where the offer to share it was taken."""
    if isinstance(info.root_value, Offer):
        info.root_value.shared = Shared(info, source, info.root_value.variables or {})
        return
    async with aclosing(source.items) as items:
        async for item in items:
            info.context.forget()
            if (made := await source.made(item, info.context)) is not None:
                yield made


class Shared(Generic[T]):
    """One subscriber's part of what is shared."""

    def __init__(self, info: Info, source: Source[T], variables: Mapping[str, Any]) -> None:
        raw = info._raw_info  # noqa: SLF001 - nowhere public
        self._schema = cast("Schema", info.schema)
        self._context = info.context
        self._source = source
        self._variables = dict(variables)
        self._operation = raw.operation.name.value if raw.operation.name else None
        self._document = DocumentNode(definitions=(raw.operation, *raw.fragments.values()))
        self._text = raw.operation.loc.source.body if raw.operation.loc else ""
        self._beginning = _only_there(raw.field_nodes[0], self._document)

    @property
    def alike(self) -> Alike:
        """What it has in common with those who get the same."""
        variables = {n: v for n, v in self._variables.items() if n != self._beginning}
        said = orjson.dumps(variables, option=orjson.OPT_SORT_KEYS)
        return Alike(self._text, self._operation, said, Sight.of(self._context.session))

    async def payloads(self) -> AsyncGenerator[bytes | ExecutionResult, None]:
        """The JSON of each result; at last, where the stream broke, that result instead."""
        groups = self._context.surroundings.groups
        with groups.joined(self.alike) as group:
            try:
                async with aclosing(self._source.items) as items:
                    async for item in items:
                        if (payload := await self._payload(item, group)) is not None:
                            yield payload
            except Exception as error:  # noqa: BLE001 - the stream's edge: masked, and told
                yield self._schema.broken(error, operation=self._operation)

    async def _payload(self, item: T, group: Group) -> bytes | None:
        session = self._context.session
        if self.key(item) is not None:
            return await group.payload(item, session, self)
        (answer,) = await self.make([item], session)
        if isinstance(answer, Exception):
            raise answer
        return answer.payload

    def key(self, item: T) -> Hashable | None:
        return self._source.key(item)

    def ahead(self, item: T) -> Sequence[T]:
        return self._source.ahead(item)

    async def make(self, made: Sequence[T], viewer: Session) -> Sequence[Answer | Exception]:
        """All at once, so that what hangs on them is read together, after the last of them came."""
        context = replace(self._context, session=viewer, loaders=Loaders(viewer.actor))
        return await asyncio.gather(*(self._answer(item, context) for item in made))

    async def _answer(self, item: T, context: Context) -> Answer | Exception:
        try:
            return await self._respond(item, context)
        except Exception as error:  # noqa: BLE001 - each who waits for it gets it
            return error

    async def _respond(self, item: T, context: Context) -> Answer:
        """Raises where the database was away: half an item would be one that is never told."""
        made = await self._source.made(item, context)
        if made is None:
            return Answer(None, sound=True)
        result = await self._schema.respond(
            self._document,
            root=made,
            variables=self._variables,
            context=context,
            operation=self._operation,
        )
        if hit_by_outage(result):
            raise fault(NOT_TOLD, Code.UNAVAILABLE)
        return Answer(encode_result(result), sound=not result.errors)


def _only_there(field: FieldNode, document: DocumentNode) -> str | None:
    """The variable that says where that subscription begins, if it says nothing else."""
    for argument in field.arguments or ():
        if argument.name.value == "after" and isinstance(argument.value, VariableNode):
            name = argument.value.name.value
            return name if _uses(name, document) == 1 else None
    return None


def _uses(name: str, document: DocumentNode) -> int:
    """How often the variable stands anywhere but in its own definition."""
    counted = _Count(name)
    visit(document, counted)
    return counted.uses


class _Count(Visitor):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.uses = 0
        self._name = name

    def enter_variable(
        self, node: VariableNode, _key: object, parent: Node | None, *_: object
    ) -> None:
        self.uses += node.name.value == self._name and getattr(parent, "kind", "") != (
            "variable_definition"
        )
