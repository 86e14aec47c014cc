"""S1, reduced."""

from tests.faults.conftest import Held
from tests.faults.house import Ground
from tests.faults.s01_killed_webs import REDUCED, run


async def test_who_resumes_hears_every_event_once_however_web_processes_die(
    ground: Ground, exact: Held
) -> None:
    exact(await run(REDUCED, ground))
