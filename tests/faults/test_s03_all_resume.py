"""S3, reduced."""

from tests.faults.conftest import Held
from tests.faults.house import Ground
from tests.faults.s03_all_resume import REDUCED, run


async def test_hundreds_who_resume_have_each_page_read_once(ground: Ground, exact: Held) -> None:
    exact(await run(REDUCED, ground))
