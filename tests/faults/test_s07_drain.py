"""S7, reduced."""

from tests.faults.conftest import Held
from tests.faults.house import Ground
from tests.faults.s07_drain import REDUCED, run


async def test_a_web_process_that_ends_lets_everybody_go_on_elsewhere(
    ground: Ground, exact: Held
) -> None:
    exact(await run(REDUCED, ground))
