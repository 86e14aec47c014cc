"""The ground on which the reduced scenarios stand."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.house import Ground
from tests.faults.report import Report

Held = Callable[[Report], None]


@pytest.fixture
def ground(postgres_url: str, tmp_path: Path) -> Ground:
    return Ground(postgres_url, tmp_path)


@pytest.fixture
def exact(capsys: pytest.CaptureFixture[str]) -> Held:
    """Assert that every count is zero, and print what was measured: times are not asserted."""

    def check(report: Report) -> None:
        with capsys.disabled():
            print(f"\n{report}")
        assert report.exact, str(report)

    return check
