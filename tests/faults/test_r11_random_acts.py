"""R11, reduced."""

from tests.faults.conftest import Held
from tests.faults.house import Ground
from tests.faults.r11_random_acts import REDUCED, run


async def test_people_and_engines_never_contradict_each_other_though_both_are_killed(
    ground: Ground, exact: Held
) -> None:
    exact(await run(REDUCED, ground))
