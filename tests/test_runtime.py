"""A loop that ends although it runs for ever ends its process, which is started anew then."""

import asyncio
import signal
import sys
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from escgraph.jobs.ending import LoopEndedError
from escgraph.runtime import beside
from tests.conftest import StartService
from tests.processes import free_port

ONE_LOOP_ENDS = """
import sys
from escgraph.jobs import webhooks
from escgraph.cli import main

async def run(**_):
    {ending}

webhooks.run = run
sys.argv = ["escgraph", "{command}"]
main()
"""


@pytest.fixture
def asked_to_end() -> Iterator[list[int]]:
    """How often this process was told to end, as by its supervisor."""
    told: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    yield told
    signal.signal(signal.SIGTERM, before)


async def for_ever() -> None:
    await asyncio.Event().wait()


async def returns() -> None:
    await asyncio.sleep(0)


async def breaks() -> None:
    await asyncio.sleep(0)
    raise LookupError("a bug")


async def is_given_up() -> None:
    await asyncio.sleep(0)
    raise asyncio.CancelledError


async def test_loops_that_run_as_long_as_they_should_are_no_fault(asked_to_end: list[int]) -> None:
    async with beside(for_ever(), for_ever()):
        await asyncio.sleep(0.01)

    assert asked_to_end == []


@pytest.mark.parametrize("loop", [returns, breaks, is_given_up])
async def test_a_loop_that_ends_is_told_of_and_ends_the_process(
    loop: "type[object]", asked_to_end: list[int]
) -> None:
    with capture_logs() as logged, pytest.raises(LoopEndedError, match=loop.__name__):
        async with beside(for_ever(), loop()):  # type: ignore[arg-type]  # a coroutine function
            await asyncio.sleep(0.01)

    assert asked_to_end == [signal.SIGTERM]
    (line,) = logged
    assert (line["event"], line["log_level"], line["loop"]) == (
        "loop.ended",
        "critical",
        loop.__name__,
    )


async def test_what_ends_the_body_is_not_hidden(asked_to_end: list[int]) -> None:
    async def body() -> None:
        async with beside(returns()):
            await asyncio.sleep(0.01)
            raise ZeroDivisionError

    with capture_logs(), pytest.raises(ZeroDivisionError):
        await body()

    assert asked_to_end == [signal.SIGTERM]


@pytest.mark.parametrize(
    ("command", "ending"), [("worker", "return"), ("serve", 'raise LookupError("a bug")')]
)
def test_a_process_without_one_of_its_loops_ends_as_failed(
    command: str, ending: str, sqlite_url: str, start_service: StartService
) -> None:
    code = ONE_LOOP_ENDS.format(command=command, ending=ending)
    environ = {"ESCGRAPH_DATABASE_URL": sqlite_url, "ESCGRAPH_PORT": str(free_port())}
    service = start_service([sys.executable, "-c", code], environ)

    assert service.wait() == 1
    assert "loop.ended" in service.output
    assert "has ended; see loop.ended in the log" in service.output
