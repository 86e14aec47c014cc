"""R8, reduced."""

from tests.faults.conftest import Held
from tests.faults.house import Ground
from tests.faults.r08_half_open import REDUCED, run


async def test_dead_connections_that_look_alive_are_noticed(ground: Ground, exact: Held) -> None:
    exact(await run(REDUCED, ground))
