"""The production layout, read from docker-compose.yml, as processes of this machine.

What is the file's stays in the file: commands and settings are taken from there as they stand,
and services are known by their command. Only what a container would have otherwise is put in its
place: the hosts of PostgreSQL and Redis, the password, and the addresses to listen on.
"""

import re
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import yaml

from tests.end_to_end.program import ESCGRAPH, escgraph
from tests.processes import Service, free_port
from tests.servers import PostgresServer, RedisServer

COMPOSE = Path(__file__).parents[2] / "docker-compose.yml"

_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(:\?[^}]*)?\}")


class Layout:
    """Everything that the file starts, running; `with` ends it.

    Attributes:
        webs: where each web process answers, as `127.0.0.1:port`.
        workers: the worker processes.
        environ: the settings of the migration, with which an operator runs the other commands.
        database_url: where the tickets are.
    """

    def __init__(self, *, logs: Path) -> None:
        self._services: Mapping[str, Any] = yaml.safe_load(COMPOSE.read_text())["services"]
        self._logs = logs
        self._running = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as starting:
            self.postgres = starting.enter_context(PostgresServer())
            self.redis = starting.enter_context(RedisServer())
            self._make_database()
            (migrate,) = self._commanded("migrate")
            self.environ = self._environment(migrate)
            self.database_url = self.environ["ESCGRAPH_DATABASE_URL"]
            escgraph("migrate", environ=self.environ)
            webs = {name: self._listening(name) for name in self._commanded("serve")}
            self.workers = [
                starting.enter_context(self._start(name, self._environment(name)))
                for name in self._commanded("worker")
            ]
            for name, environ in webs.items():
                web = starting.enter_context(self._start(name, environ))
                web.wait_for_port(int(environ["ESCGRAPH_PORT"]))
            for worker in self.workers:
                worker.wait_for_text("worker.started")
            self.webs = [f"127.0.0.1:{environ['ESCGRAPH_PORT']}" for environ in webs.values()]
            self._running = starting.pop_all()
        return self

    def __exit__(self, *_error: object) -> None:
        self._running.close()

    def hire(self, name: str, role: str, *more: str) -> str:
        """Add a person as an operator does; their token."""
        email = f"{name}@example.org"
        escgraph("person", "create", name, email, "--role", role, *more, environ=self.environ)
        made = escgraph("token", "create", email, "--name", role, environ=self.environ)
        return made.strip()

    def _commanded(self, command: str) -> list[str]:
        """The services that run that command of escgraph."""
        return [
            name
            for name, service in self._services.items()
            if service.get("command", [])[:2] == ["escgraph", command]
        ]

    def _start(self, name: str, environ: Mapping[str, str]) -> Service:
        _, *words = self._services[name]["command"]
        return Service([ESCGRAPH, *words], log=self._logs / f"{name}.log", environ=environ)

    def _listening(self, name: str) -> dict[str, str]:
        """The settings of a web process, on this machine only and on a port that is free."""
        environ = self._environment(name)
        assert environ["ESCGRAPH_HOST"] == "0.0.0.0"
        assert environ["ESCGRAPH_PORT"].isdecimal()
        return {**environ, "ESCGRAPH_HOST": "127.0.0.1", "ESCGRAPH_PORT": str(free_port())}

    def _environment(self, name: str) -> dict[str, str]:
        """The settings of a service, with the places of this machine in them."""
        return {
            variable: self._here(str(text))
            for variable, text in self._services[name]["environment"].items()
        }

    def _here(self, text: str) -> str:
        """A text of the file where containers are processes, and variables have values."""
        password = urlsplit(self.postgres.url).password or ""
        variables = {"POSTGRES_PASSWORD": password}
        text = _VARIABLE.sub(lambda found: variables[found["name"]], text)
        text = text.replace("@postgres:5432", f"@127.0.0.1:{self.postgres.port}")
        return text.replace("//redis:6379", f"//127.0.0.1:{self.redis.port}")

    def _make_database(self) -> None:
        """What the image of PostgreSQL does at its first start."""
        environ = self._environment("postgres")
        user, database = environ["POSTGRES_USER"], environ["POSTGRES_DB"]
        self.postgres.psql(f"CREATE DATABASE {database} OWNER {user}")
