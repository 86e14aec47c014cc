"""Subscribers of an office as a transport has them: sharing with those alike, or each alone."""

import asyncio
from collections.abc import AsyncGenerator, Collection
from typing import Any

from strawberry.types.execution import ExecutionResult

from escgraph.api.encoding import encode_result
from escgraph.api.sharing import Offer
from escgraph.domain.terms import Scope
from escgraph.domain.ticket import Actor
from tests.api.office import SCHEMA, Office

Heard = AsyncGenerator[bytes | ExecutionResult, None]
EVERY_SCOPE = tuple(Scope)


async def sharing(
    office: Office,
    document: str,
    variables: dict[str, Any] | None = None,
    *,
    by: Actor,
    scopes: Collection[Scope] = EVERY_SCOPE,
) -> Heard:
    """Payloads as they are shared."""
    offer = Offer(variables)
    results = await SCHEMA.stream(
        document,
        variable_values=variables,
        context_value=office.context(by, scopes),
        root_value=offer,
    )
    assert [result async for result in results] == []
    assert offer.shared is not None
    return offer.shared.payloads()


async def alone(
    office: Office, document: str, variables: dict[str, Any] | None = None, *, by: Actor
) -> Heard:
    """The same as the library makes them for one."""
    results = await SCHEMA.stream(
        document, variable_values=variables, context_value=office.context(by)
    )
    async for result in results:
        assert isinstance(result, ExecutionResult)
        yield encode_result(result)


async def next_of(*audience: Heard) -> list[bytes | ExecutionResult]:
    """What each of them hears next, all at the same time."""
    async with asyncio.timeout(10):
        return await asyncio.gather(*(anext(one) for one in audience))


async def replayed(heard: Heard) -> list[bytes]:
    """Everything before the sign that it has caught up."""
    found: list[bytes] = []
    async with asyncio.timeout(30):
        async for payload in heard:
            assert isinstance(payload, bytes), payload
            if b'"CaughtUp"' in payload:
                break
            found.append(payload)
    await heard.aclose()
    return found
