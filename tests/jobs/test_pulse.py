"""The outgoing heartbeat: as long as the engine of this process works, and no longer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from escgraph.jobs import pulse
from escgraph.jobs.pulse import Pulse, Watcher
from tests.notify.clients import client, networks
from tests.processes import free_port
from tests.receiver import Receiver, answer, hang, redirect

LOOPBACK = "127.0.0.0/8"
SECRET = "/ping/5f1d-hush"


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EVERY_S", "LOOKS_S"):
        monkeypatch.setattr(pulse, name, 0.02)


@asynccontextmanager
async def watching(own: Pulse, url: str) -> AsyncIterator[None]:
    loop = pulse.run(pulse=own, url=url, allowed=networks(LOOPBACK))
    task = asyncio.create_task(loop)
    try:
        yield
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.wait({task})


def test_a_fetch_is_within_half_a_minute_of_the_last_work() -> None:
    assert pulse.FRESH_S + pulse.PATIENCE_S <= 30
    assert pulse.EVERY_S == 10


@pytest.mark.usefixtures("_quick")
async def test_nobody_is_told_before_the_engine_has_worked() -> None:
    own = Pulse()
    with Receiver() as receiver:
        async with watching(own, receiver.url(SECRET)):
            await asyncio.sleep(0.2)
            assert receiver.requests == []

            own.beat()
            await receiver.received(2, path=SECRET)

    assert {request.method for request in receiver.requests} == {"GET"}


@pytest.mark.usefixtures("_quick")
async def test_nobody_is_told_of_an_engine_that_works_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = Pulse()
    with Receiver() as receiver:
        async with watching(own, receiver.url(SECRET)):
            own.beat()
            await receiver.received(1)
            monkeypatch.setattr(pulse, "FRESH_S", 0)
            await asyncio.sleep(0.1)
            told = len(receiver.requests)
            await asyncio.sleep(0.2)

    assert len(receiver.requests) == told


async def test_a_watcher_who_does_not_hear_is_logged_once_and_again_when_he_does() -> None:
    with Receiver() as receiver, capture_logs() as logged:
        receiver.behave(
            SECRET,
            answer(500),
            answer(404),
            redirect("/elsewhere"),
            *[answer(200)] * 2,
            answer(500),
        )
        watcher = Watcher(client(), receiver.url(SECRET))
        for _ in range(6):
            await watcher.told()

    assert [line["event"] for line in logged] == [
        "heartbeat.not_heard",
        "heartbeat.heard",
        "heartbeat.not_heard",
    ]
    assert logged[0]["reason"] == "it answered 500; check the address"
    assert "hush" not in str(logged)


@pytest.mark.parametrize(
    "url",
    [f"http://127.0.0.1:{free_port()}{SECRET}", f"http://nobody{SECRET}"],
    ids=["nobody listens", "no such host"],
)
async def test_a_watcher_who_cannot_be_reached_ends_nothing_and_shows_no_address(url: str) -> None:
    with capture_logs() as logged:
        await Watcher(client(), url).told()

    (line,) = logged
    assert line["event"] == "heartbeat.not_heard"
    assert "hush" not in str(logged)


async def test_a_watcher_who_hangs_is_given_up() -> None:
    with Receiver() as receiver, capture_logs() as logged:
        receiver.behave(SECRET, hang())
        await Watcher(client(timeout_s=0.1), receiver.url(SECRET)).told()

    assert "did not answer within 0.1 s" in logged[0]["reason"]
