"""The one place that executes: every operation of every transport passes through here.

Where this leaves the library:
- its errors carry no code, tell the client the text of any exception, and log the refusals of the
  domain as failures with a stack trace; here faults.py decides what is told, what is logged.
- its limiters and caches: see guard.py and documents.py.
"""

from collections.abc import Iterable
from inspect import isawaitable
from typing import Any

import strawberry
from graphql import DocumentNode, GraphQLError
from graphql.execution import execute_subscription_event
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext
from strawberry.types.execution import ExecutionResult

from escgraph.api.documents import DocumentCache, Documents
from escgraph.api.faults import public_all
from escgraph.api.guard import Limits


class Schema(strawberry.Schema):
    """A schema whose documents are weighed and remembered, and whose errors are fit to be seen."""

    def __init__(
        self,
        query: type,
        mutation: type | None = None,
        subscription: type | None = None,
        *,
        types: Iterable[type] = (),
        extensions: Iterable[type[SchemaExtension]] = (),
        config: StrawberryConfig | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.documents = DocumentCache()
        super().__init__(
            query=query,
            mutation=mutation,
            subscription=subscription,
            types=types,
            extensions=(Documents, *extensions),
            config=config,
        )

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Replace each error, in the list itself, by what its client may see."""
        errors[:] = public_all(errors, operation=_operation_name(execution_context))

    async def respond(
        self,
        document: DocumentNode,
        *,
        root: object,
        variables: dict[str, Any],
        context: object,
        operation: str | None,
    ) -> ExecutionResult:
        """Execute a subscription that was validated and begun, for one item of its source."""
        executor = self.execution_context_class.build(
            self._schema,
            document,
            root_value=root,
            context_value=context,
            raw_variable_values=variables,
            operation_name=operation,
            middleware=self._get_middleware_manager(self.get_extensions()),
            operation_extensions=None,
        )
        assert not isinstance(executor, list), executor
        found = execute_subscription_event(executor)
        result = await found if isawaitable(found) else found
        errors = public_all(result.errors or (), operation=operation)
        return ExecutionResult(data=result.data, errors=errors or None)

    def broken(self, error: Exception, *, operation: str | None) -> ExecutionResult:
        """What is told of a stream that raised that."""
        told = error if isinstance(error, GraphQLError) else _located(error)
        return ExecutionResult(data=None, errors=public_all([told], operation=operation))


def _operation_name(context: ExecutionContext | None) -> str | None:
    return context.operation_name if context else None


def _located(error: Exception) -> GraphQLError:
    return GraphQLError(str(error), original_error=error)
