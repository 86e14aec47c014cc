"""R5, reduced."""

from tests.faults.conftest import Held
from tests.faults.house import Ground
from tests.faults.r05_redis_away import REDUCED, run


async def test_nothing_is_missed_while_redis_is_away(ground: Ground, exact: Held) -> None:
    exact(await run(REDUCED, ground))
