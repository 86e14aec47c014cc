"""The suite stands on servers and processes of its own: they are what they say, and they end."""

import json
import os
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

import tests.servers
from tests.conftest import ROOT, StartService
from tests.processes import free_port, listening
from tests.servers import PostgresServer, RedisServer, new_database, psql

SLEEP = [sys.executable, "-c", "import time; print('awake', flush=True); time.sleep(600)"]
PARENT = ["/bin/sh", "-c", "sleep 600 & echo $!; wait"]
KILLED = """
import json, pathlib, sys, time
from tests.processes import Service
from tests.servers import PostgresServer, RedisServer
with PostgresServer() as postgres, RedisServer() as redis:
    with Service(["sleep", "600"], log=pathlib.Path(sys.argv[1])) as service:
        print(json.dumps([postgres.pid, redis.pid, service.pid, str(postgres.home)]), flush=True)
        time.sleep(600)
"""


def alive(pid: int) -> bool:
    """Whether that process exists, and is more than an entry that nobody collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def eventually(happened: Callable[[], bool]) -> bool:
    late = time.monotonic() + 20
    while not happened() and time.monotonic() < late:
        time.sleep(0.02)
    return happened()


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


def test_the_postgresql_of_the_suite_is_version_18(postgres: PostgresServer) -> None:
    assert postgres.psql("SHOW server_version").startswith("18.")


def test_it_does_not_run_as_root_and_is_heard_on_this_machine_only(
    postgres: PostgresServer,
) -> None:
    assert Path(f"/proc/{postgres.pid}").stat().st_uid != 0
    assert postgres.psql("SHOW listen_addresses") == "127.0.0.1"
    assert postgres.psql("SHOW server_encoding") == "UTF8"


def test_it_wants_its_password(postgres: PostgresServer) -> None:
    credentials, _, place = postgres.url.rpartition("@")

    with pytest.raises(RuntimeError, match="password authentication failed"):
        psql(f"{credentials}x@{place}", "SELECT 1")


def test_a_crash_of_postgresql_keeps_what_was_committed(postgres: PostgresServer) -> None:
    with new_database(postgres.url) as url:
        psql(url, "CREATE TABLE kept AS SELECT 7 AS number")

        postgres.restart("immediate")

        assert psql(url, "SELECT number FROM kept") == "7"


def test_postgresql_stops_starts_again_on_its_port_and_is_removed_at_the_end() -> None:
    with PostgresServer() as server:
        server.stop()
        assert not listening(server.port)
        server.start()
        assert server.psql("SELECT 1") == "1"

    assert not listening(server.port)
    assert not server.home.exists()


def test_programs_that_the_user_cannot_get_at_are_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tests.servers, "_open_to_all", lambda path: False)

    with PostgresServer() as server:
        assert server.psql("SELECT 1") == "1"
        program = Path(f"/proc/{server.pid}/exe").readlink()
        assert ("site-packages" not in program.parts) is (os.geteuid() == 0)
    assert program.exists() is (os.geteuid() != 0)


def test_a_directory_for_its_owner_alone_is_not_open_to_all(tmp_path: Path) -> None:
    inside = tmp_path / "secret" / "inside"
    inside.mkdir(parents=True)
    (tmp_path / "secret").chmod(0o700)

    assert not tests.servers._open_to_all(inside)
    assert tests.servers._open_to_all(Path("/"))


def test_redis_answers_starts_empty_and_ends() -> None:
    with RedisServer() as server:
        with redis.Redis.from_url(server.url) as client:
            client.set("ticket", "ESC-000001")
            assert client.get("ticket") == b"ESC-000001"
        server.restart()
        with redis.Redis.from_url(server.url) as client:
            assert client.get("ticket") is None
        server.kill()
        assert not listening(server.port)


def test_each_test_finds_an_empty_redis(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left", "behind")


test_and_so_does_the_next = test_each_test_finds_an_empty_redis


def tables(url: str) -> int:
    """How many of our tables that database has."""
    if url.startswith("sqlite://"):
        with sqlite3.connect(url.removeprefix("sqlite://")) as connection:
            asked = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'ticket'")
            (count,) = asked.fetchone()
        connection.close()
        return int(count)
    return int(psql(url, "SELECT count(*) FROM pg_tables WHERE tablename = 'ticket'"))


def test_each_test_finds_a_database_that_was_migrated(database_url: str) -> None:
    assert tables(database_url) == 1


def test_each_test_may_have_a_database_that_was_not(empty_database_url: str) -> None:
    assert tables(empty_database_url) == 0


def test_no_port_is_handed_out_twice() -> None:
    ports = [free_port() for _ in range(200)]

    assert len(set(ports)) == 200
    assert not any(listening(port) for port in ports[:10])


def test_a_service_gets_its_environment_and_none_of_our_settings(
    start_service: StartService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESCGRAPH_HOST", "10.0.0.1")
    show = "import os; print(sorted(n for n in os.environ if n.startswith('ESCGRAPH_')))"

    service = start_service([sys.executable, "-c", show], {"ESCGRAPH_PORT": "8001"})

    assert service.wait() == 0
    assert service.output == "['ESCGRAPH_PORT']\n"


def test_a_service_that_ends_too_early_fails_the_wait_with_its_output(
    start_service: StartService,
) -> None:
    service = start_service([sys.executable, "-c", "raise SystemExit('no database')"])

    with pytest.raises(AssertionError, match="no database"):
        service.wait_for_port(free_port())
    assert service.wait() == 1


def test_a_service_can_be_asked_to_end_or_killed(start_service: StartService) -> None:
    asked = start_service(SLEEP, name="asked").wait_for_text("awake")
    killed = start_service(SLEEP, name="killed").wait_for_text("awake")

    assert asked.terminate() == -signal.SIGTERM
    assert killed.kill() == -signal.SIGKILL
    assert not asked.running
    assert not killed.running


def test_what_a_service_started_ends_with_it(start_service: StartService) -> None:
    service = start_service(PARENT)
    service.wait_until(lambda: service.output.endswith("\n"))
    child = int(service.output)
    service.kill()
    assert alive(child)

    service.end()

    assert eventually(lambda: not alive(child))


def test_nothing_outlives_a_suite_that_was_killed(
    start_service: StartService, tmp_path: Path
) -> None:
    suite = start_service(
        [sys.executable, "-c", KILLED, tmp_path / "log"], {"PYTHONPATH": str(ROOT)}
    )
    suite.wait_until(lambda: suite.output.endswith("\n"))
    *pids, home = json.loads(suite.output)
    assert all(alive(pid) for pid in pids)

    suite.kill()

    assert eventually(lambda: not any(alive(pid) for pid in pids))
    assert eventually(lambda: not Path(home).exists())
