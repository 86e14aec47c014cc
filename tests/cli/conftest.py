"""The program, in a directory of the test's own."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.cli.program import Ran, escgraph

Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the program: `run("migrate", "--json", database_url=url)`."""
    return partial(escgraph, at=tmp_path)
