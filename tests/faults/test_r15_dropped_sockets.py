"""R15, reduced."""

from tests.faults.conftest import Held
from tests.faults.house import Ground
from tests.faults.r15_dropped_sockets import REDUCED, run


async def test_nothing_is_leaked_by_sockets_that_are_torn_down(ground: Ground, exact: Held) -> None:
    exact(await run(REDUCED, ground))
