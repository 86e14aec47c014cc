"""R3, reduced."""

from tests.faults.conftest import Held
from tests.faults.house import Ground
from tests.faults.r03_all_at_once import REDUCED, run


async def test_no_deadline_and_no_act_is_lost_when_all_falls_due_at_once(
    ground: Ground, exact: Held
) -> None:
    exact(await run(REDUCED, ground))
