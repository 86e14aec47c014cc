"""R4, reduced."""

from tests.faults.conftest import Held
from tests.faults.house import Ground
from tests.faults.r04_quiet_system import REDUCED, run


async def test_no_deadline_fires_early_or_is_missed_at_random_moments(
    ground: Ground, exact: Held
) -> None:
    exact(await run(REDUCED, ground))
