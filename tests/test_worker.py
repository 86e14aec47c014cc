"""The worker: arq under a supervisor beside the engine loop, which needs nothing of arq."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import pytest
import redis as sync_redis
from redis.asyncio import Redis
from structlog.testing import capture_logs

from escgraph import worker
from escgraph.clock import Clock
from escgraph.config import Settings, load_settings
from escgraph.runtime import Runtime, beside, running
from escgraph.store import database, tickets
from escgraph.store.database import fetch
from escgraph.store.migrate import migrate
from escgraph.stream.doorbell import LocalDoorbell
from tests.conftest import StartService
from tests.faults.proxy import FaultProxy
from tests.jobs import gale
from tests.processes import Service, free_port
from tests.receiver import Receiver, after, answer
from tests.servers import PostgresServer, RedisServer
from tests.store.ladders import move_in, store, untouched, urgent

ESCGRAPH = Path(sys.executable).with_name("escgraph")
ARQ = Path(sys.executable).with_name("arq")
EVERY_NAME = {"Ada", "Liz", "Eva", "Emil", "Ben", "Mia"}
RUNGS = 6
"""How often an untouched ticket fires until it waits for nothing more."""


@pytest.fixture
async def house(pg_url: str) -> AsyncIterator[str]:
    await database.connect(pg_url)
    await move_in()
    yield pg_url
    await database.close()


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A Redis that a test may kill."""
    with RedisServer() as server:
        yield server


@pytest.fixture
def _collector_as_before() -> Iterator[None]:
    """A long-lived process tunes the collector; the tests after it want it as it was."""
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def environ(url: str, redis_url: str | None = None, *, port: str | None = None) -> dict[str, str]:
    more = {"ESCGRAPH_REDIS_URL": redis_url, "ESCGRAPH_PORT": port}
    given = {name: value for name, value in more.items() if value is not None}
    return {"ESCGRAPH_DATABASE_URL": url, **given}


async def an_overdue_ticket_fires() -> None:
    """Open one whose every deadline is long past, and wait until all have fired."""
    ticket = await store(untouched())
    async with asyncio.timeout(30):
        while (await tickets.facts(ticket.id)).version < 1 + RUNGS:  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(0.02)


async def arq_reports_its_health(service: Service, redis_url: str) -> None:
    """Wait until arq has come round in that Redis, which forgets everything when it dies."""
    with sync_redis.Redis.from_url(redis_url) as client:
        key = f"{worker.QUEUE}:health-check"
        await asyncio.to_thread(
            service.wait_until, lambda: bool(client.exists(key)), what="report arq's health"
        )


async def terminated(service: Service) -> int:
    return await asyncio.to_thread(service.terminate, seconds=15)


async def test_a_worker_fires_what_is_due_and_ends_when_asked_to(
    house: str, redis_url: str, start_service: StartService
) -> None:
    service = start_service([ESCGRAPH, "worker"], environ(house, redis_url))

    await an_overdue_ticket_fires()
    await arq_reports_its_health(service, redis_url)

    assert await terminated(service) == 0


async def test_a_worker_without_redis_fires_too(house: str, start_service: StartService) -> None:
    service = start_service([ESCGRAPH, "worker"], environ(house))

    await an_overdue_ticket_fires()

    assert await terminated(service) == 0


@pytest.mark.parametrize("kind", ["worker", "serve"])
async def test_without_any_channel_the_log_tells_who_must_know(
    kind: str, house: str, start_service: StartService
) -> None:
    """§5: either process writes notices down and sends them; each person's message arrives."""
    service = start_service([ESCGRAPH, kind], environ(house, port=str(free_port())))
    await store(urgent())

    async with asyncio.timeout(30):
        while await _logged_to() < EVERY_NAME:  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(0.05)

    await asyncio.to_thread(service.wait_for_text, "[URGENT]")
    assert await terminated(service) == 0


async def _logged_to() -> set[str]:
    rows = await fetch(
        "SELECT p.name FROM message m JOIN person p ON p.id = m.person_id "
        "WHERE m.kind = 'LOG' AND m.state = 'DELIVERED'"
    )
    return {row["name"] for row in rows}


async def test_a_worker_outlives_its_redis_and_goes_on_firing(
    house: str, redis_server: RedisServer, start_service: StartService
) -> None:
    service = start_service([ESCGRAPH, "worker"], environ(house, redis_server.url))
    await arq_reports_its_health(service, redis_server.url)

    redis_server.kill()
    await an_overdue_ticket_fires()
    await asyncio.to_thread(service.wait_for_text, "worker.arq_restarts")
    await asyncio.to_thread(redis_server.start)
    await arq_reports_its_health(service, redis_server.url)
    await an_overdue_ticket_fires()

    assert await terminated(service) == 0


async def test_a_worker_whose_redis_is_gone_still_ends_when_asked_to(
    house: str, redis_server: RedisServer, start_service: StartService
) -> None:
    service = start_service([ESCGRAPH, "worker"], environ(house, redis_server.url))
    await arq_reports_its_health(service, redis_server.url)
    redis_server.kill()
    await asyncio.to_thread(service.wait_for_text, "worker.arq_ended")

    assert await terminated(service) == 0


async def test_a_worker_outlives_a_restart_of_its_database(start_service: StartService) -> None:
    with PostgresServer() as server:
        await migrate(server.url)
        await database.connect(server.url)
        await move_in()
        service = start_service([ESCGRAPH, "worker"], environ(server.url))
        await an_overdue_ticket_fires()
        await database.close()

        await asyncio.to_thread(server.stop, "immediate")
        await asyncio.to_thread(service.wait_for_text, "engine.pass_failed")
        await asyncio.to_thread(server.start)

        await database.connect(server.url)
        await an_overdue_ticket_fires()
        assert await terminated(service) == 0
        await database.close()


async def test_arq_s_own_command_runs_the_worker_too(
    house: str, redis_url: str, start_service: StartService
) -> None:
    command = [ARQ, "escgraph.worker.WorkerSettings"]
    service = start_service(command, environ(house, redis_url))

    await an_overdue_ticket_fires()
    await arq_reports_its_health(service, redis_url)
    check = start_service([*command, "--check"], environ(house, redis_url), name="check")

    assert await asyncio.to_thread(check.wait) == 0
    assert await terminated(service) == 0


@pytest.mark.usefixtures("_collector_as_before")
async def test_arq_s_tick_fires_deadlines_where_no_engine_loop_does(
    pg_url: str, redis_url: str
) -> None:
    settings = settings_for(pg_url, redis_url)
    async with running(settings, kind="worker") as runtime, beside(worker._arq(settings, runtime)):
        await move_in()
        await an_overdue_ticket_fires()


async def test_an_outage_of_the_database_fails_no_job_and_costs_a_line() -> None:
    """There is no database: arq would draw the stack trace of each tick, half a second each."""
    ctx = {"runtime": Runtime("a test", Clock(), LocalDoorbell())}

    with capture_logs() as logged:
        assert await worker.fire_deadlines(ctx) == 0

    (line,) = logged
    assert (line["event"], line["log_level"]) == ("worker.job_failed", "warning")
    assert "exc_info" not in line


@pytest.mark.usefixtures("_collector_as_before")
async def test_arq_writes_its_jobs_as_json(pg_url: str, redis_url: str) -> None:
    settings = settings_for(pg_url, redis_url)
    async with (
        running(settings, kind="worker") as runtime,
        beside(worker._arq(settings, runtime)),
        Redis.from_url(redis_url) as client,
        asyncio.timeout(20),
    ):
        job = None
        while job is None:
            keys = await client.keys("arq:job:*")
            job = await client.get(keys[0]) if keys else None
            await asyncio.sleep(0.01)

    assert orjson.loads(job)["f"] == "cron:fire_deadlines"


@pytest.mark.usefixtures("_collector_as_before")
async def test_arq_starts_anew_when_its_redis_is_dead_and_looks_alive(
    pg_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R8: arq's own client waits for ever."""
    monkeypatch.setattr(worker, "SILENCE_S", 1.5)
    async with FaultProxy(urlsplit(redis_url).port or 0) as road, asyncio.timeout(40):
        settings = settings_for(pg_url, f"redis://127.0.0.1:{road.port}/0")
        async with (
            running(settings, kind="worker") as runtime,
            beside(worker._supervised(settings, runtime)),
            Redis.from_url(redis_url) as client,
        ):
            await _arq_comes_round(client)
            road.hanging = True
            road.blackhole()
            with capture_logs() as logged:
                while not any("no answer of Redis" in str(line) for line in logged):  # noqa: ASYNC110 - tasks log
                    await asyncio.sleep(0.05)

            road.hanging = False
            await _arq_comes_round(client)


async def _arq_comes_round(client: Redis) -> None:
    key = f"{worker.QUEUE}:health-check"
    await client.delete(key)
    while not await client.exists(key):  # noqa: ASYNC110 - arq writes it
        await asyncio.sleep(0.05)


async def test_a_worker_that_is_told_to_end_finishes_what_it_sends(
    house: str, start_service: StartService
) -> None:
    """C2: a rolling update sends nothing twice."""
    settings = gale.environ(house, gale.new_key()) | environ(house)
    with Receiver() as receiver:
        receiver.behave("/0", after(0.5, answer(200)))
        await gale.tell(await gale.places(receiver, 1), 1)
        service = start_service([ESCGRAPH, "worker"], settings)
        await receiver.received(1)

        assert await terminated(service) == 0

        assert len(receiver.requests) == 1
    rows = await fetch(
        "SELECT m.state, m.attempts FROM message m JOIN notice n ON n.id = m.id "  # the gale's own
        "WHERE n.key LIKE 'gale %'"
    )
    assert [(row["state"], row["attempts"]) for row in rows] == [("DELIVERED", 1)]


async def test_messages_go_out_while_redis_is_away(
    house: str, redis_server: RedisServer, start_service: StartService
) -> None:
    """C2: nothing that has to be sent, or written down, waits for it."""
    settings = gale.environ(house, gale.new_key()) | environ(house, redis_server.url)
    with Receiver() as receiver:
        channels = await gale.places(receiver, 3)
        receiver.behave("/0", answer(410))
        await gale.tell(channels, 15)
        service = start_service([ESCGRAPH, "worker"], settings)
        await _arrived(receiver, 5)

        redis_server.kill()
        await asyncio.to_thread(service.wait_for_text, "worker.arq_ended")
        await gale.tell(channels, 15)
        await _arrived(receiver, 10)
        await asyncio.to_thread(redis_server.start)
        await gale.tell(channels, 15)
        await _arrived(receiver, 15)
        async with asyncio.timeout(20):
            while len(await fetch(_ENDED)) < 45:  # noqa: ASYNC110 - another process's
                await asyncio.sleep(0.02)
        assert await terminated(service) == 0

        assert len({one.headers["webhook-id"] for one in receiver.at("/1")}) == 15
        assert len({one.headers["webhook-id"] for one in receiver.at("/2")}) == 15
    rows = await fetch(
        "SELECT state, count(*) AS n FROM message m JOIN notice n ON n.id = m.id "
        "WHERE n.key LIKE 'gale %' GROUP BY 1"
    )
    assert {row["state"]: row["n"] for row in rows} == {"DELIVERED": 30, "DEAD": 15}


_ENDED = "SELECT id FROM message WHERE state IN ('DELIVERED', 'DEAD')"
"""What the worker tells of those tickets beside them waits for a minute."""


async def _arrived(receiver: Receiver, each: int) -> None:
    """By both ways that are open; how often the one that is gone was tried, nobody can say."""
    await receiver.received(each, path="/1")
    await receiver.received(each, path="/2")


def settings_for(url: str, redis_url: str) -> Settings:
    return load_settings(environ(url, redis_url))


def test_importing_it_reads_no_settings(start_service: StartService) -> None:
    wrong = {"ESCGRAPH_DATABASE_URL": "nonsense"}
    service = start_service([sys.executable, "-c", "import escgraph.worker"], wrong)

    assert service.wait() == 0


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"ESCGRAPH_DATABASE_URL": "sqlite://var/a.db"}, "ESCGRAPH_REDIS_URL is not set"),
        ({"ESCGRAPH_DATABASE_URL": "nonsense"}, "neither a SQLite file nor a PostgreSQL database"),
    ],
)
def test_arq_s_own_command_refuses_wrong_settings(
    settings: dict[str, str], said: str, start_service: StartService
) -> None:
    service = start_service([ARQ, "escgraph.worker.WorkerSettings"], settings)

    assert service.wait() != 0
    assert said in service.output


def test_it_has_no_other_names_that_come_late() -> None:
    with pytest.raises(AttributeError, match="WorkerSetting'"):
        _ = worker.WorkerSetting
