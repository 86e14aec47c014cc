"""The whole schema on a real database, asked without a transport: what its tests talk to."""

from collections.abc import AsyncGenerator, AsyncIterator, Collection
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from strawberry.types.execution import ExecutionResult

from escgraph.api.context import Context, Surroundings, make_context
from escgraph.api.schema import build_schema
from escgraph.api.session import Session
from escgraph.clock import Clock
from escgraph.domain.terms import Scope, TokenId
from escgraph.domain.ticket import Actor
from escgraph.store import database, stream
from escgraph.stream.doorbell import LocalDoorbell
from escgraph.stream.hub import Hub
from tests.queries.house import NINE, House, nobody

Json = Any
"""Decoded JSON: the tests say what they expect in it."""

SCHEMA = build_schema()
NEVER = timedelta(hours=1)


class StoppedClock(Clock):
    """Says what it was told last."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = NINE

    def now(self) -> datetime:
        return self.moment


class Office(House):
    """A house with a counter: people ask, do and listen in GraphQL. It is nine o'clock."""

    def __init__(self) -> None:
        self.clock = StoppedClock()
        self.doorbell = LocalDoorbell()
        self.hub = Hub(
            read=stream.read,
            head=stream.head,
            oldest=stream.oldest,
            doorbell=self.doorbell,
            poll=NEVER,
        )
        self.surroundings = Surroundings(self.hub, self.clock, self.doorbell)

    def beat_every(self, heartbeat: timedelta) -> None:
        """What is subscribed to from now on beats that often when nothing happens."""
        self.surroundings = replace(self.surroundings, heartbeat=heartbeat)

    def context(self, by: Actor, scopes: Collection[Scope] = tuple(Scope)) -> Context:
        session = Session(by, frozenset(scopes), TokenId(nobody()), expires_at=None)
        return make_context(session, self.surroundings)

    async def ask(
        self,
        document: str,
        variables: dict[str, Any] | None = None,
        *,
        by: Actor | None = None,
        scopes: Collection[Scope] = tuple(Scope),
    ) -> ExecutionResult:
        """The result of a query or mutation, by the agent unless said."""
        result = await SCHEMA.execute(
            document,
            variable_values=variables,
            context_value=self.context(by or self.agent, scopes),
        )
        assert isinstance(result, ExecutionResult)
        return result

    async def data(
        self, document: str, variables: dict[str, Any] | None = None, *, by: Actor | None = None
    ) -> Json:
        """The same where no error is expected."""
        result = await self.ask(document, variables, by=by)
        assert result.errors is None, result.errors
        return result.data

    async def refusal(
        self,
        document: str,
        variables: dict[str, Any] | None = None,
        *,
        by: Actor | None = None,
        scopes: Collection[Scope] = tuple(Scope),
    ) -> Json:
        """The only error of an operation, as its client sees it."""
        result = await self.ask(document, variables, by=by, scopes=scopes)
        assert result.errors is not None, result.data
        (error,) = result.errors
        return error.formatted

    async def act(
        self,
        name: str,
        given: dict[str, Any],
        selection: str = "ticket {id version status tier}",
        *,
        by: Actor | None = None,
        scopes: Collection[Scope] = tuple(Scope),
    ) -> Json:
        """The payload of a mutation."""
        kind = f"{name[0].upper()}{name[1:]}Input"
        document = (
            f"mutation($input: {kind}!) {{{name}(input: $input) {{{selection} "
            "errors {__typename code field message "
            "... on DocumentsMissingError {missing} ... on StaleVersionError {currentVersion}} "
            "cursor}}"
        )
        result = await self.ask(document, {"input": given}, by=by, scopes=scopes)
        assert result.errors is None, result.errors
        assert result.data is not None
        return result.data[name]

    @asynccontextmanager
    async def listening(
        self,
        document: str,
        variables: dict[str, Any] | None = None,
        *,
        by: Actor | None = None,
        scopes: Collection[Scope] = tuple(Scope),
    ) -> AsyncIterator[AsyncGenerator[Json, None]]:
        """The answers of a subscription's only field, each as it comes."""
        results = await SCHEMA.stream(
            document,
            variable_values=variables,
            context_value=self.context(by or self.agent, scopes),
        )

        async def answers() -> AsyncGenerator[Json, None]:
            async with aclosing(results):
                async for result in results:
                    assert isinstance(result, ExecutionResult)
                    assert result.errors is None, result.errors
                    assert result.data is not None
                    (answer,) = result.data.values()
                    yield answer

        async with aclosing(answers()) as stream_of_answers:
            yield stream_of_answers


@asynccontextmanager
async def opened_office(database_url: str) -> AsyncIterator[Office]:
    await database.connect(database_url, pool_size=4)
    office = Office()
    await office.move_in()
    await office.hub.start()
    try:
        yield office
    finally:
        await office.hub.stop()
        await database.close()
