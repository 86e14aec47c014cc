"""R9, reduced."""

from tests.faults.conftest import Held
from tests.faults.house import Ground
from tests.faults.r09_wrong_clocks import REDUCED, run


async def test_no_deadline_is_missed_or_early_however_wrong_the_clocks_of_hosts_are(
    ground: Ground, exact: Held
) -> None:
    exact(await run(REDUCED, ground))
