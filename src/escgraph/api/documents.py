"""Parses, weighs and validates each text once: what was found good is remembered.

Where this leaves the library's extensions:
- ParserCache raises outside the library's own try, so that a typo on a socket is logged as a crash
  and answered by silence; here the library parses, and this only remembers.
- ValidationCache also keeps what was refused, whose error objects are then shared by requests.
- both caches are bounded by entries only: 128 documents of 1 MiB are no bound.
"""

from collections import OrderedDict
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from graphql import DocumentNode, GraphQLError
from strawberry.extensions import SchemaExtension
from strawberry.types.execution import ParseOptions

from escgraph.api.faults import Code
from escgraph.api.guard import Limits, refusal
from escgraph.api.texts import in_document, in_variables

if TYPE_CHECKING:
    from escgraph.api.schema_base import Schema


class DocumentCache:
    """Valid documents by their text, the least recently used forgotten first.

    Args:
        characters: how much text is remembered in all (a parsed document takes about 250 bytes a
            character); one document may take a sixteenth of it.
    """

    def __init__(self, *, characters: int = 262_144) -> None:
        self._limit = characters
        self._characters = 0
        self._documents: OrderedDict[str, DocumentNode] = OrderedDict()

    def __len__(self) -> int:
        return len(self._documents)

    def recall(self, text: str) -> DocumentNode | None:
        document = self._documents.get(text)
        if document is not None:
            self._documents.move_to_end(text)
        return document

    def remember(self, text: str, document: DocumentNode) -> None:
        if text in self._documents or len(text) > self._limit // 16:
            return
        self._documents[text] = document
        self._characters += len(text)
        while self._characters > self._limit:
            forgotten, _ = self._documents.popitem(last=False)
            self._characters -= len(forgotten)


class Documents(SchemaExtension):
    """One per request; the cache and the limits are the schema's."""

    _known = False

    def on_parse(self) -> Iterator[None]:
        """Give the parser its limits, or the document if it is known."""
        context = self.execution_context
        if document := self._schema.documents.recall(context.query or ""):
            self._known = True
            context.graphql_document = document
        else:
            context.parse_options = _bounds(self._schema.limits)
        yield
        for error in context.pre_execution_errors or ():
            aborted = "Parsing aborted" in error.message
            if aborted:
                error.message += " Split the document, or send values as variables."
            code = Code.TOO_LARGE if aborted else Code.GRAPHQL_PARSE_FAILED
            error.extensions = {"code": code}

    def on_validate(self) -> Iterator[None]:
        """Weigh first: what is too heavy is not validated at all."""
        context = self.execution_context
        assert context.graphql_document is not None
        if self._known:
            context.pre_execution_errors = []
        elif refused := self._refusal(context.graphql_document):
            context.pre_execution_errors = [refused]
        if not context.pre_execution_errors and (refused := in_variables(context.variables)):
            context.pre_execution_errors = [refused]
        yield
        for error in context.pre_execution_errors or ():
            error.extensions = {"code": Code.GRAPHQL_VALIDATION_FAILED} | (error.extensions or {})
        if not context.pre_execution_errors:
            self._schema.documents.remember(context.query or "", context.graphql_document)

    def _refusal(self, document: DocumentNode) -> GraphQLError | None:
        return refusal(document, self._schema.limits) or in_document(document)

    @property
    def _schema(self) -> "Schema":
        return cast("Schema", self.execution_context.schema)


def _bounds(limits: Limits) -> ParseOptions:
    """The library's type knows only the option that graphql-core calls deprecated."""
    options = {"max_lexical_tokens": limits.tokens, "max_comments": limits.comments}
    return cast("ParseOptions", options)
