"""R6, reduced."""

from tests.faults.conftest import Held
from tests.faults.house import Ground
from tests.faults.r06_postgres_restarts import REDUCED, run


async def test_nothing_is_lost_or_stuck_when_the_database_crashes(
    ground: Ground, exact: Held
) -> None:
    exact(await run(REDUCED, ground))
