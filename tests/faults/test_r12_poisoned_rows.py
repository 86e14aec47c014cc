"""R12, reduced."""

from tests.faults.conftest import Held
from tests.faults.house import Ground
from tests.faults.r12_poisoned_rows import REDUCED, run


async def test_rows_that_cannot_fire_are_parked_with_an_alarm_and_hold_up_no_other(
    ground: Ground, exact: Held
) -> None:
    exact(await run(REDUCED, ground))
