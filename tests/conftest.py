"""The databases, the Redis and the processes that tests ask for by name.

A test that takes `database_url` runs twice, on SQLite and on PostgreSQL, each time on an empty
database of its own that was migrated. The servers start when the first test asks for them.
"""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis

from escgraph.store import sealing
from escgraph.store.migrate import migrate
from tests.processes import Service
from tests.servers import PostgresServer, RedisServer, new_database

ROOT = Path(__file__).parent.parent
LOGS = ("bpic2013-incidents.csv.gz", "servicenow-incidents-sample.csv.gz")

StartService = Callable[..., Service]


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the person who runs the tests has set for a server of his own is not for them."""
    for name in [name for name in os.environ if name.startswith("ESCGRAPH_")]:
        if not name.startswith("ESCGRAPH_TEST_"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _no_keys_left_behind() -> Iterator[None]:
    """What a test seals with is its own: this process keeps the keys, and goes on to others."""
    yield
    sealing.use_keys([])


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL whose user may create databases: the one given, or our own."""
    given = os.environ.get("ESCGRAPH_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    with PostgresServer() as server:
        yield server.url


@pytest.fixture(scope="session")
def _redis_url() -> Iterator[str]:
    given = os.environ.get("ESCGRAPH_TEST_REDIS_URL")
    if given:
        yield given
        return
    with RedisServer() as server:
        yield server.url


@pytest.fixture
def redis_url(_redis_url: str) -> str:
    """A Redis database that holds nothing: whatever Redis is given, it is emptied first."""
    with redis.Redis.from_url(_redis_url) as client:
        client.flushdb()
    return _redis_url


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("migrated") / "template.db"
    _migrate(f"sqlite://{file}")
    return file


@pytest.fixture(scope="session")
def _migrated_postgres(postgres_url: str) -> Iterator[str]:
    """The name of a database that others are made from."""
    with new_database(postgres_url) as url:
        _migrate(url)
        yield url.rpartition("/")[2]


@pytest.fixture
def sqlite_url(_migrated_sqlite: Path, tmp_path: Path) -> str:
    """A migrated SQLite database that holds no rows of ours."""
    return f"sqlite://{shutil.copyfile(_migrated_sqlite, tmp_path / 'escgraph.db')}"


@pytest.fixture
def pg_url(postgres_url: str, _migrated_postgres: str) -> Iterator[str]:
    """A migrated PostgreSQL database that holds no rows of ours."""
    with new_database(postgres_url, template=_migrated_postgres) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database that holds no rows of ours; the test runs on both engines."""
    url: str = request.getfixturevalue(
        {"sqlite": "sqlite_url", "postgres": "pg_url"}[request.param]
    )
    return url


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    """A SQLite file that does not exist yet."""
    return f"sqlite://{tmp_path / 'empty.db'}"


@pytest.fixture
def empty_pg_url(postgres_url: str) -> Iterator[str]:
    """A PostgreSQL database without a table."""
    with new_database(postgres_url) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """A database that was never migrated; the test runs on both engines."""
    url: str = request.getfixturevalue(
        {"sqlite": "empty_sqlite_url", "postgres": "empty_pg_url"}[request.param]
    )
    return url


@pytest.fixture
def start_service(tmp_path: Path) -> Iterator[StartService]:
    """Start a program: `start_service(command, environ, name="web")`; all end with the test.

    What it writes goes to a file of that name; one that is started again writes on there.
    """
    with ExitStack() as running:

        def start(
            command: Sequence[str | Path],
            environ: Mapping[str, str] | None = None,
            *,
            name: str = "service",
        ) -> Service:
            log = tmp_path / f"{name}.log"
            return running.enter_context(Service(command, log=log, environ=environ))

        yield start


@pytest.fixture(scope="session")
def logs_directory() -> Path:
    """Where the real incident logs lie, which are not part of this repository."""
    directory = ROOT / os.environ.get("ESCGRAPH_TEST_LOGS", "../shared/data")
    missing = [name for name in LOGS if not (directory / name).is_file()]
    if missing:
        pytest.skip(f"{directory} holds no {' and no '.join(missing)}; set ESCGRAPH_TEST_LOGS")
    return directory


def _migrate(url: str) -> None:
    """Run the migration in a thread, so that no loop of a test is in its way."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, migrate(url)).result()
