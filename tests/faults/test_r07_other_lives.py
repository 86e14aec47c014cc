"""R7, reduced."""

from tests.faults.conftest import Held
from tests.faults.house import Ground
from tests.faults.r07_other_lives import REDUCED, run


async def test_whoever_kept_a_cursor_of_another_life_is_told(ground: Ground, exact: Held) -> None:
    exact(await run(REDUCED, ground))
