"""Whether a database contradicts itself: clean ones never do."""

import pytest

from escgraph.queries.consistency import contradictions
from tests.queries.commanded import Lives
from tests.queries.house import House


@pytest.mark.parametrize("seed", range(2))
async def test_no_life_through_the_real_commands_contradicts_itself(
    house: House, seed: int
) -> None:
    lives = Lives(house, seed=seed)
    await lives.live(120)

    assert await contradictions() == []
