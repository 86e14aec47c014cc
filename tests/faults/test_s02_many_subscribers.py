"""S2, reduced."""

from tests.faults.conftest import Held
from tests.faults.house import Ground
from tests.faults.s02_many_subscribers import REDUCED, run


async def test_every_subscriber_hears_every_event_although_all_doorbells_are_lost(
    ground: Ground, exact: Held
) -> None:
    exact(await run(REDUCED, ground))
