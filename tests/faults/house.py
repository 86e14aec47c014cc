"""A small production that faults are done to: a database, a Redis, web and worker processes.

All of it is real, and runs on loopback. This process prepares the database and looks at it by a
connection of its own, which no fault touches.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit, urlunsplit

from escgraph.clock import Clock
from escgraph.commands.people import new_person, new_secret, new_token
from escgraph.commands.seeding import SCOPES
from escgraph.domain.policy import SOP, Policy, Targets
from escgraph.domain.terms import Priority, Role, Tier
from escgraph.store import database, people, tokens
from escgraph.store.database import database_now, dialect, execute
from escgraph.store.migrate import migrate
from tests.faults.programs import NO_TIME, Kind, Program, Wanted
from tests.processes import free_port
from tests.servers import PostgresServer, RedisServer, named, new_database
from tests.store.ladders import move_in, publish

QUIET = MappingProxyType({"ESCGRAPH_LOG_FORMAT": "console", "ESCGRAPH_LOG_LEVEL": "INFO"})
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Ground:
    """What scenarios stand on.

    Attributes:
        postgres_url: a server that no scenario hurts, for its superuser.
        home: a directory of the scenario's own, for logs.
    """

    postgres_url: str
    home: Path


@dataclass
class House:
    """What runs. Everything that is started here ends with it.

    Attributes:
        database_url: where the database is, without a detour.
        settings: what programs are started with; put a proxy's address there to stand between.
        redis: None where the programs have none.
    """

    database_url: str
    settings: dict[str, str]
    redis: RedisServer | None
    home: Path
    clock: Clock
    programs: list[Program] = field(default_factory=list)
    _running: ExitStack = field(default_factory=ExitStack)
    _hired: list[str] = field(default_factory=list)

    def web(self, *, clock_off: timedelta = NO_TIME, **settings: str) -> Program:
        """A web process that answers; it fires no deadlines unless told otherwise."""
        return self.prepared("web", _web(settings), clock_off=clock_off).start().ready()

    def webs(self, count: int, **settings: str) -> list[Program]:
        """So many web processes, which get ready side by side."""
        started = [self.prepared("web", _web(settings)).start() for _ in range(count)]
        return [program.ready() for program in started]

    def worker(self, *, clock_off: timedelta = NO_TIME, **settings: str) -> Program:
        """A worker that works."""
        return self.prepared("worker", settings, clock_off=clock_off).start().ready()

    def workers(self, count: int, **settings: str) -> list[Program]:
        """So many workers, which get ready side by side."""
        started = [self.prepared("worker", settings).start() for _ in range(count)]
        return [program.ready() for program in started]

    def prepared(
        self, kind: Kind, settings: Mapping[str, str], *, clock_off: timedelta = NO_TIME
    ) -> Program:
        """A program that is not started yet."""
        log = self.home / f"{kind} {len(self.programs)}.log"
        environ = {**self.settings, **settings}
        program = Program(Wanted(kind, environ, log, clock_off))
        self.programs.append(program)
        self._running.callback(program.end)
        return program

    def url(self, web: Program) -> str:
        return f"http://127.0.0.1:{web.port}/graphql"

    def socket_url(self, web: Program) -> str:
        return f"ws://127.0.0.1:{web.port}/graphql"

    async def now(self) -> datetime:
        """The database's present."""
        await self.clock.measure(database_now)
        return self.clock.now()

    async def hire(self, role: Role, tier: Tier | None = None) -> str:
        """A new person of that role; their token."""
        now, name = await self.now(), f"{role.lower()} {len(self._hired)}"
        mail = f"{name.replace(' ', '-')}@example.com"
        person = new_person(name=name, email=mail, role=role, tier=tier, lead=False, at=now)
        token = new_token(
            person_id=person.id, name="faults", scopes=SCOPES[role], expires_at=None, at=now
        )
        secret = new_secret()
        await people.insert(person)
        await tokens.insert(token, secret=secret)
        self._hired.append(name)
        return secret

    async def settle(self) -> None:
        """Let the database know its tables, as it does by itself after a while."""
        await execute("VACUUM ANALYZE" if dialect() == "postgres" else "ANALYZE")

    def close(self) -> None:
        self._running.close()


@asynccontextmanager
async def on_postgres(ground: Ground, *, redis: bool = True) -> AsyncIterator[House]:
    """A house in a database of its own on the server of that ground."""
    with new_database(ground.postgres_url) as url:
        async with _open(url, ground.home, redis=redis) as house:
            yield house


@asynccontextmanager
async def on_own_postgres(
    home: Path, *, redis: bool = True, name: str = "postgres"
) -> AsyncIterator[tuple[House, PostgresServer]]:
    """A house on a PostgreSQL of its own, which may be hurt, in the database of that name."""
    with PostgresServer() as server:
        if name != "postgres":
            server.psql(f"CREATE DATABASE {name}")
        async with _open(named(server.url, name), home, redis=redis) as house:
            yield house, server


@asynccontextmanager
async def on_sqlite(home: Path) -> AsyncIterator[House]:
    """A house of one process: the one that serves is the engine too."""
    async with _open(f"sqlite://{home / 'escgraph.db'}", home, redis=False) as house:
        yield house


@asynccontextmanager
async def _open(url: str, home: Path, *, redis: bool) -> AsyncIterator[House]:
    await migrate(url)
    await database.connect(url, pool_size=4)
    with ExitStack() as running:
        server = running.enter_context(RedisServer()) if redis else None
        settings = {**QUIET, "ESCGRAPH_DATABASE_URL": url}
        if server is not None:
            settings["ESCGRAPH_REDIS_URL"] = server.url
        house = House(url, settings, server, home, Clock())
        try:
            await move_in()
            yield house
        finally:
            house.close()
            await database.close()


def _web(settings: Mapping[str, str]) -> dict[str, str]:
    return {"ESCGRAPH_ENGINE": "off", **settings, "ESCGRAPH_PORT": str(free_port())}


def through(url: str, port: int) -> str:
    """That address with another port: a proxy's."""
    parts = urlsplit(url)
    credentials, _, _ = parts.netloc.rpartition("@")
    place = f"127.0.0.1:{port}"
    return urlunsplit(parts._replace(netloc=f"{credentials}@{place}" if credentials else place))


async def publish_quick(*rungs: timedelta, version: int = 3) -> Policy:
    """A policy whose ladder is that quick: response, LEVEL_2, management, then reminders."""
    respond, level_2, management, *reminders = rungs
    policy = replace(
        SOP,
        version=version,
        targets=MappingProxyType(
            {priority: Targets(respond, level_2, None, management) for priority in Priority}
        ),
        reminders=tuple(reminder - management for reminder in reminders),
    )
    await publish(policy)
    return policy
