"""S5, reduced."""

from tests.faults.conftest import Held
from tests.faults.house import Ground
from tests.faults.s05_snapshots import REDUCED, run


async def test_a_snapshot_and_the_events_behind_it_are_what_the_database_says(
    ground: Ground, exact: Held
) -> None:
    exact(await run(REDUCED, ground))
