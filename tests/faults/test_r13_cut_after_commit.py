"""R13, reduced."""

from tests.faults.conftest import Held
from tests.faults.house import Ground
from tests.faults.r13_cut_after_commit import REDUCED, run


async def test_what_is_sent_again_under_its_key_has_one_effect(ground: Ground, exact: Held) -> None:
    exact(await run(REDUCED, ground))
