"""R14, reduced."""

from tests.faults.conftest import Held
from tests.faults.house import Ground
from tests.faults.r14_no_engine import REDUCED, run


async def test_it_is_seen_from_outside_that_no_worker_works_any_more(
    ground: Ground, exact: Held
) -> None:
    exact(await run(REDUCED, ground))
