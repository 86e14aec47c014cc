"""R10, reduced."""

from tests.faults.conftest import Held
from tests.faults.house import Ground
from tests.faults.r10_long_outage import REDUCED, run


async def test_after_a_long_outage_all_fires_in_order_and_each_person_is_told_once(
    ground: Ground, exact: Held
) -> None:
    exact(await run(REDUCED, ground))
