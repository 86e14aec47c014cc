"""Offices on real databases, for tests of the schema."""

from collections.abc import AsyncIterator

import pytest

from tests.api.door import Door, opened_door
from tests.api.office import Office, opened_office


@pytest.fixture
async def office(sqlite_url: str) -> AsyncIterator[Office]:
    """An office on SQLite."""
    async with opened_office(sqlite_url) as opened:
        yield opened


@pytest.fixture
async def any_office(database_url: str) -> AsyncIterator[Office]:
    """The same on either engine: the test runs on both."""
    async with opened_office(database_url) as opened:
        yield opened


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    """Without a database: whoever needs one takes an office too."""
    async with opened_door() as opened:
        yield opened
