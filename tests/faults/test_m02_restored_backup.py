"""M2, reduced."""

from tests.faults.conftest import Held
from tests.faults.house import Ground
from tests.faults.m02_restored_backup import REDUCED, run


async def test_a_backup_that_was_made_under_load_is_whole(ground: Ground, exact: Held) -> None:
    exact(await run(REDUCED, ground))
