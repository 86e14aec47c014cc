"""What is logged of a failure shows where it was, and none of the secrets that lay there."""

import subprocess
import sys

import pytest

FAILING = """
import structlog
from escgraph.cli.logs import configure_logs
from escgraph.config import load_settings

configure_logs(load_settings({"ESCGRAPH_LOG_FORMAT": "%s"}))

def follow(token):
    raise ValueError("no such thing")

try:
    follow("sword" + "fish")
except ValueError as error:
    structlog.get_logger().error("request failed", exc_info=error)
"""


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_failure_is_logged_without_the_values_that_lay_around_it(form: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FAILING % form],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert "no such thing" in done.stderr
    assert "follow" in done.stderr
    assert "swordfish" not in done.stderr
