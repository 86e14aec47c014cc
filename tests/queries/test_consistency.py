"""Whether a database contradicts itself: clean ones never do, whatever was done to them."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from escgraph.queries.consistency import contradictions
from escgraph.store import database
from tests.queries.commanded import Lives
from tests.queries.house import House


@pytest.fixture
async def house_on_postgres(pg_url: str) -> AsyncIterator[House]:
    await database.connect(pg_url, pool_size=3)
    house = House()
    await house.move_in()
    yield house
    await database.close()


@pytest.mark.parametrize("seed", range(2))
async def test_no_life_through_the_real_commands_contradicts_itself(
    house: House, seed: int
) -> None:
    lives = Lives(house, seed=seed)
    await lives.live(120)

    assert await contradictions() == []


async def test_what_others_write_meanwhile_is_never_seen_half(house_on_postgres: House) -> None:
    lives = Lives(house_on_postgres, seed=7)
    living = asyncio.create_task(lives.live(100))
    looks = 0
    try:
        while not living.done():
            assert await contradictions() == []
            looks += 1
    finally:
        await living
    assert looks > 1
