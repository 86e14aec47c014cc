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
    """Assert that the fault was done and every count is zero; times and rates are only printed."""

    def check(report: Report) -> None:
        with capsys.disabled():
            print(f"\n{report}")
        assert report.exact, str(report)

    return check
