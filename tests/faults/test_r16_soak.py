"""R16 and S4, reduced."""

from tests.faults.conftest import Held
from tests.faults.house import Ground
from tests.faults.r16_soak import REDUCED, run_together


async def test_nothing_is_lost_or_leaked_in_a_soak_nor_by_readers_that_stall(
    ground: Ground, exact: Held
) -> None:
    for report in (await run_together(REDUCED, ground)).values():
        exact(report)
