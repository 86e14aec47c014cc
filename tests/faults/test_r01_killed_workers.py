"""R1, reduced."""

from tests.faults.conftest import Held
from tests.faults.house import Ground
from tests.faults.r01_killed_workers import REDUCED, run


async def test_no_deadline_is_missed_or_doubled_however_workers_die(
    ground: Ground, exact: Held
) -> None:
    exact(await run(REDUCED, ground))
