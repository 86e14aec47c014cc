"""R2, reduced."""

from tests.faults.conftest import Held
from tests.faults.house import Ground
from tests.faults.r02_frozen_workers import REDUCED, run


async def test_no_deadline_is_missed_or_doubled_however_workers_freeze(
    ground: Ground, exact: Held
) -> None:
    exact(await run(REDUCED, ground))
