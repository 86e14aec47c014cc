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


LOST = """
import asyncio
import asyncpg
from escgraph.cli.logs import configure_logs
from escgraph.config import load_settings

configure_logs(load_settings({"ESCGRAPH_LOG_FORMAT": "console"}))

async def connect(*_, **more):
    if lost:
        raise ConnectionRefusedError("nobody listens")
    return await asyncpg.connect(*_, **more)

async def lose(url):
    async with asyncpg.create_pool(url, connect=connect, min_size=1) as pool:
        global lost
        lost = True
        async with pool.acquire() as connection:
            connection.terminate()
        await asyncio.sleep(0.1)
        assert pool.get_size() == 0

lost = False
asyncio.run(lose(%r))
"""


def test_a_pool_that_cannot_connect_anew_tells_no_story_of_its_own(pg_url: str) -> None:
    """Writing its stack trace kept the loop busy for 0.6 s in the middle of an outage."""
    done = subprocess.run(
        [sys.executable, "-c", LOST % pg_url],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert done.stderr == ""
