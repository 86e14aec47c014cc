"""A process that is told to end finishes what it has begun; told twice, it ends at once."""

import asyncio
import signal
import sqlite3
from contextlib import closing

import pytest

from escgraph.store import database
from tests.conftest import StartService
from tests.end_to_end.client import Client
from tests.end_to_end.program import ESCGRAPH, escgraph
from tests.jobs import gale
from tests.processes import Service, free_port
from tests.receiver import Receiver, hang
from tests.store.ladders import move_in


def holding(file: str) -> "closing[sqlite3.Connection]":
    """Whoever writes waits for this one."""
    other = sqlite3.connect(file, isolation_level=None, timeout=5, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    return closing(other)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A database file, and the token of somebody in it."""
    file = str(tmp_path_factory.mktemp("house") / "escgraph.db")
    environ = {"ESCGRAPH_DATABASE_URL": f"sqlite://{file}"}
    escgraph("migrate", environ=environ)
    agent = ("Ada", "ada@example.org", "--role", "level_1_agent")
    escgraph("person", "create", *agent, environ=environ)
    token = escgraph("token", "create", "ada@example.org", "--name", "desk", environ=environ)
    return file, token.strip()


@pytest.fixture
def web(start_service: StartService, house: tuple[str, str]) -> tuple[Service, str]:
    """A web process, and its address."""
    port = free_port()
    environ = {"ESCGRAPH_DATABASE_URL": f"sqlite://{house[0]}", "ESCGRAPH_PORT": str(port)}
    service = start_service([ESCGRAPH, "serve"], environ).wait_for_port(port)
    return service, f"http://127.0.0.1:{port}/graphql"


async def test_a_request_that_a_web_process_has_is_answered_still(
    web: tuple[Service, str], house: tuple[str, str]
) -> None:
    (service, url), (file, token) = web, house
    async with Client(url, token) as client:
        await client.open()
        with holding(file) as other:
            opening = asyncio.create_task(client.open())
            await asyncio.sleep(0.3)
            service.signal(signal.SIGTERM)
            await asyncio.sleep(0.5)
            assert not opening.done()
            assert service.running
            other.rollback()
        ticket = await opening

    assert ticket["id"]
    assert await asyncio.to_thread(service.wait) == 0


async def test_a_web_process_that_is_told_twice_ends_at_once(
    web: tuple[Service, str], house: tuple[str, str]
) -> None:
    (service, url), (file, token) = web, house
    async with Client(url, token) as client:
        with holding(file):
            opening = asyncio.create_task(client.open())
            await asyncio.sleep(0.3)
            service.signal(signal.SIGTERM)
            await asyncio.sleep(0.3)
            assert service.running

            service.signal(signal.SIGTERM)

            assert await asyncio.to_thread(service.wait, seconds=2) == -signal.SIGTERM
        opening.cancel()
        await asyncio.wait({opening})


async def test_a_worker_that_is_told_twice_does_not_wait_for_who_never_answers(
    pg_url: str, start_service: StartService
) -> None:
    await database.connect(pg_url)
    await move_in()
    environ = gale.environ(pg_url, gale.new_key()) | {"ESCGRAPH_DATABASE_URL": pg_url}
    with Receiver() as receiver:
        receiver.behave("/0", hang())
        await gale.tell(await gale.places(receiver, 1), 1)
        service = start_service([ESCGRAPH, "worker"], environ)
        await receiver.received(1)
        service.signal(signal.SIGTERM)
        await asyncio.to_thread(service.wait_for_text, "worker.stopping")
        await asyncio.sleep(0.3)
        assert service.running

        service.signal(signal.SIGTERM)

        assert await asyncio.to_thread(service.wait, seconds=2) == -signal.SIGTERM
    await database.close()
