"""M1, reduced."""

import pytest

from tests.faults.conftest import Held
from tests.faults.house import Ground
from tests.faults.m01_old_version import REDUCED, run
from tests.faults.versions import NoHistoryError


async def test_the_version_before_works_on_over_the_newest_migration(
    ground: Ground, exact: Held
) -> None:
    """It needs the history of the sources; a copy without it has no old version."""
    try:
        report = await run(REDUCED, ground)
    except NoHistoryError as error:
        pytest.skip(f"the version before the newest migration cannot be had: {error}")
    exact(report)
