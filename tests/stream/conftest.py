"""Hubs that a test starts and that end with it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest

from escgraph.stream.doorbell import LocalDoorbell
from escgraph.stream.hub import Hub
from tests.stream.ledger import Ledger

StartHub = Callable[..., Awaitable[Hub]]


@pytest.fixture
async def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
async def doorbell() -> LocalDoorbell:
    return LocalDoorbell()


@pytest.fixture
async def start_hub(ledger: Ledger, doorbell: LocalDoorbell) -> AsyncIterator[StartHub]:
    """Start a hub on the ledger; it has looked at it once when the call returns."""
    running: list[Hub] = []

    async def start(
        *, poll: timedelta = timedelta(hours=1), held: int = 10_000, page: int = 500
    ) -> Hub:
        hub = Hub(
            read=ledger.read,
            head=ledger.head,
            oldest=ledger.oldest,
            doorbell=doorbell,
            poll=poll,
            held=held,
            page=page,
        )
        running.append(hub)
        await hub.start()
        await hub.wait_for(0)
        return hub

    yield start
    for hub in running:
        await hub.stop()


@pytest.fixture
async def hub(start_hub: StartHub) -> Hub:
    """A hub on an empty ledger that looks at it when the doorbell rings, and only then."""
    return await start_hub()
